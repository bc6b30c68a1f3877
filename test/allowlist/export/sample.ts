/** A list, definitions as a scan would have seen them, and what an export makes of both. */
import { type Exported, exportClient } from '../../../src/allowlist/export/export-client.ts';
import type { SeenServer } from '../../../src/allowlist/export/target.ts';
import { planFor } from '../../../src/allowlist/export/plan.ts';
import { targets } from '../../../src/allowlist/export/targets.ts';
import { stampOf } from '../../../src/allowlist/export/written.ts';
import { parseAllowlist } from '../../../src/allowlist/parse.ts';
import { deciding } from '../../../src/cli/deciding.ts';
import type { Allowlist } from '../../../src/model/allowlist.ts';
import type { Platform } from '../../../src/model/common.ts';
import type { ServerFact } from '../../../src/model/fact.ts';
import { fact } from '../../evaluate/default-facts.ts';
import { wrappers } from '../../identity/rules.ts';
import { type Sample, identified } from '../../identity/sample.ts';
import { secrets } from '../../identity/secrets.ts';

export const now = new Date('2026-11-20T12:00:00Z');
export const digest = `sha256:${'ab'.repeat(32)}`;
export const sha256 = '12'.repeat(32);
export const stamp = stampOf({ name: 'Example Corp', version: '3', sha256 });

/** A definition by a command line with blanks, or in parts. */
export type Written = string | Sample;

export function server(name: string, written: Written, part: Partial<ServerFact> = {}): ServerFact {
  const [command = '', ...args] = typeof written === 'string' ? written.split(' ') : [];
  const one = identified(typeof written === 'string' ? { command, args } : written);
  const { identity, via, registry, doubts, extras, shown } = one;
  const transport = shown.command === null ? 'http' : 'stdio';
  const found = { identity, via, registry, doubts, extras, ...shown, package: one.package };
  return fact('server', { ...found, name, transport, envNames: [], ...part });
}

export const listOf = (text: string): Allowlist =>
  parseAllowlist(Buffer.from(`version: 3\nname: Example Corp\n${text}`), 'list.yaml');

export const decide = deciding({ threats: [] }, now);

export type Options = {
  seen?: ServerFact[];
  os?: Platform;
  wider?: boolean;
  user?: string;
  host?: string;
  registryUrl?: string;
};

/** What a client makes of any definition, under rules that were made from a list and what was seen. */
export function judgeOf(client: string, list: Allowlist, seen: ServerFact[]): (fact: ServerFact) => string {
  const target = targets.find(({ id }) => id === client)!;
  const identifying = { rules: { wrappers }, secrets };
  const asked = {
    os: 'linux' as const,
    tools: target.tools,
    now,
    user: null,
    host: '',
    wider: false,
    decide: (one: Allowlist, given: ServerFact) => decide(one, given, ''),
    identifying,
  };
  const servers = seen.map((fact): SeenServer => ({ fact, host: 'laptop-7', platform: 'linux' }));
  const { judge } = target.make({
    plan: planFor(list, servers, asked),
    stamp,
    list,
    hook: () => ({ verdict: 'unjudged', approval: null, why: null }),
    today: '2026-11-20',
    wider: false,
    registryUrl: null,
    namespace: 'com.example',
    uuid: (seed) => seed,
  });
  return (fact) => judge(fact).verdict;
}

/** The export of a list for a client; files by their path below the OS. */
export function exported(client: string, list: Allowlist, options: Options = {}) {
  const { seen = [], os = 'linux', wider = false, user = null, host = '', registryUrl = null } = options;
  const target = targets.find(({ id }) => id === client)!;
  const found: Exported = exportClient(target, {
    list,
    stamp,
    seen: seen.map((one): SeenServer => ({ fact: one, host: 'laptop-7', platform: os })),
    platforms: [os],
    now,
    user,
    host,
    wider,
    decide: (one, given) => decide(one, given, host),
    verdict: (given, at) => decide(list, given, at),
    identifying: { rules: { wrappers }, secrets },
    registryUrl,
    namespace: 'com.example',
    uuid: (seed) => `UUID-${seed}`,
  });
  const files = new Map(found.files.map(({ path, bytes }) => [path.replace(`${client}/${os}/`, ''), bytes]));
  const said = found.warnings.map(({ entry, about, text }) => `${entry ?? '*'} ${about}: ${text}`);
  return {
    ...found,
    files,
    outFiles: found.files,
    said,
    json: (path: string) => JSON.parse(String(files.get(path))) as Record<string, unknown>,
    /** What the client would do, by the name of the definition. */
    verdicts: Object.fromEntries(found.expected.map(({ name, client: verdict }) => [name, verdict])),
  };
}
