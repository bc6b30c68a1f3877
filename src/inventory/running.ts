/**
 * Facts of running tools: that they run, the settings that their command line has, and where they listen. No
 * process id, no command line and no value that a rule does not name; of several processes of a tool each
 * thing is told once.
 */
import type { EndpointFact, Fact, PermissionFact } from '../model/fact.ts';
import type { Socket } from '../model/host.ts';
import type { Runner } from '../model/place.ts';
import type { Running, Tool } from '../model/tool.ts';
import type { Secrets } from '../secrets/engine.ts';
import type { AgentEvidence } from './agent.ts';
import { factId, lowest } from './draft.ts';
import { exposureOf } from './endpoint.ts';

type Option = NonNullable<Running['options']>[number];

/** That tools run, as evidence of them. */
export function runningEvidence(all: Runner[]): AgentEvidence[] {
  return all.map(({ tool, place, path }) => ({
    tool,
    place,
    evidence: { tier: 'running', by: 'process', path },
    modifiedAt: null,
  }));
}

const off = /^(?:false|no|off|0)$/i;

/** An option of a rule as it stands among arguments, with its value where the rule names some, or null. */
function writtenOption(args: (string | null)[], { option, value }: Option): string | null {
  for (const [at, arg] of args.entries()) {
    const name = option.find((one) => arg === one || arg?.startsWith(`${one}=`));
    if (arg === null || name === undefined) continue;
    const attached = arg === name ? null : arg.slice(name.length + 1);
    if (value === undefined) {
      if (attached === null || !off.test(attached)) return name;
    } else {
      const given = attached ?? args[at + 1] ?? null;
      if (given !== null && value.includes(given))
        return attached === null ? `${name} ${given}` : `${name}=${given}`;
    }
  }
  return null;
}

/** Arguments to compare with those of rules. Behind `--` stands what is no option. */
function plainArgs(runner: Runner, secrets: Secrets): (string | null)[] {
  const args = runner.args.map((arg) => secrets.plain(arg));
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

/** The fields that facts of one running tool share. */
function commonOf({ tool, place, path }: Runner) {
  return {
    tools: [tool.id],
    user: place.user,
    scope: place.kind === 'machine' ? ('machine' as const) : ('user' as const),
    origin: { path },
    workspace: null,
  };
}

/** The first by a text that does not depend on when a process was started. */
function firstBy<T>(all: T[], textOf: (one: T) => string): T {
  return all.reduce((best, one) => (textOf(one) < textOf(best) ? one : best));
}

/** Settings of command lines: one fact for a tool, user, setting and level. */
export function runningPermissions(all: Runner[], secrets: Secrets): PermissionFact[] {
  const found = all.flatMap((runner) => {
    const options = runner.tool.running?.options ?? [];
    const args = options.length === 0 ? [] : plainArgs(runner, secrets);
    return options.flatMap((option) => {
      const value = writtenOption(args, option);
      return value === null ? [] : [{ runner, value, setting: option.setting, level: option.level }];
    });
  });
  const groups = Map.groupBy(found, ({ runner: { tool, place }, setting, level }) =>
    [tool.id, place.path, setting, level].join('\0'),
  );
  return [...groups.values()].map((group): PermissionFact => {
    const { runner, value, setting, level } = firstBy(group, (one) => `${one.value}\0${one.runner.path}`);
    const { tool, place, process } = runner;
    return {
      id: factId('permission', place.user, 'process', tool.id, setting, level),
      kind: 'permission',
      ...commonOf(runner),
      confidence: lowest(tool.confidence, process.exact ? 'high' : 'medium'),
      setting,
      level,
      value,
    };
  });
}

/** Whether a configuration names the place that is listened on. */
function isConfigured(
  fact: Fact,
  tool: Tool,
  user: string | null,
  place: Pick<EndpointFact, 'port' | 'exposure'>,
) {
  return (
    fact.kind === 'endpoint' &&
    fact.role === 'serves' &&
    fact.tools.includes(tool.id) &&
    fact.user === user &&
    fact.port === place.port &&
    fact.exposure === place.exposure
  );
}

/** Where tools listen, one fact for a port that the same can reach, unless `known` facts say so already. */
export function runningEndpoints(all: Runner[], sockets: Socket[], known: Fact[]): EndpointFact[] {
  const byPid = Map.groupBy(sockets, ({ pid }) => pid);
  const found = all.flatMap((runner) =>
    (byPid.get(runner.process.pid) ?? []).map(({ host, port }) => ({
      runner,
      host,
      port,
      exposure: exposureOf(host),
    })),
  );
  const groups = Map.groupBy(found, ({ runner: { tool, place }, port, exposure }) =>
    [tool.id, place.path, port, exposure].join('\0'),
  );
  return [...groups.values()].flatMap((group): EndpointFact[] => {
    const { runner, host, port, exposure } = firstBy(group, (one) => `${one.host}\0${one.runner.path}`);
    const { tool, place } = runner;
    if (known.some((fact) => isConfigured(fact, tool, place.user, { port, exposure }))) return [];
    return [
      {
        id: factId('endpoint', place.user, 'process', tool.id, String(port), exposure),
        kind: 'endpoint',
        ...commonOf(runner),
        confidence: lowest(tool.confidence),
        role: 'serves',
        name: null,
        url: null,
        host,
        port,
        exposure,
        byDefault: false,
      },
    ];
  });
}
