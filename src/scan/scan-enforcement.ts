/**
 * Whether clients' own managed settings enforce the allowlist in use: missing, made from another list,
 * letting more run, or not the last word. Asked only where there is a list, and told only of what was looked
 * at: an unreadable file or an unseen machine proves nothing.
 */
import path from 'node:path';
import { beyondList } from '../allowlist/in-force.ts';
import { pick } from '../discover/paths.ts';
import { limits } from '../limits.ts';
import type { Approver } from '../model/allowlist.ts';
import type { Enforced, Stamp } from '../model/enforced.ts';
import type { AgentFact, Fact, PolicyFact } from '../model/fact.ts';
import type { Place } from '../model/place.ts';
import type { AllowlistInfo } from '../model/report.ts';
import type { Row, Tool } from '../model/tool.ts';
import type { Run } from './scan-run.ts';

type Comparing = {
  run: Run;
  where: Place[];
  approver: Approver;
  info: Pick<AllowlistInfo, 'name' | 'version' | 'sha256'>;
};

type Known = Enforced & { id: string; alterable: string | null };

/** Keys of the registry, as rules write them. */
const registry = /^[A-Z]:\/registry:\//;

const isRoot = (machine: Place): boolean => machine.path === path.parse(machine.path).root;

/** Whether this is the machine that the scan runs on, whose owners mean something. */
function isLive({ machine, host }: Run): boolean {
  return machine !== null && host.effectiveUid !== null && isRoot(machine);
}

/** Why somebody but the administrator can change what a path means, or null. */
function flawOf({ host }: Run, at: string, boundary: string): string | null {
  for (let one = at; ; one = path.dirname(one)) {
    const info = host.look(one, boundary);
    if (info !== null && !('refused' in info)) {
      const sticky = info.type === 'directory' && ((info.mode ?? 0) & 0o1000) !== 0;
      if (info.uid !== 0) return `${one} belongs to user ${info.uid}`;
      if (((info.mode ?? 0) & 0o022) !== 0 && !sticky) return `others can write ${one}`;
    }
    if (path.dirname(one) === one) return null;
  }
}

/** The same for a policy: by the home that it lies in, or by the owners of its file and folders. */
function alterable({ run, where }: Comparing, { path: file, claim }: Enforced): string | null {
  const { home } = claim.place;
  const within = where.find((one) => one.kind === 'home' && file.startsWith(`${one.path}/`));
  if (within !== undefined && (home !== null || isLive(run)))
    return `it lies in the home of ${within.user}, who can change it`;
  if (!isLive(run)) return null;
  const { boundary } = run.machine!;
  const info = run.host.look(file, boundary);
  const real = info === null || 'refused' in info ? file : info.realPath;
  const linked = where.find((one) => one.kind === 'home' && real.startsWith(`${one.path}/`));
  if (linked !== undefined) return `it is a link into the home of ${linked.user}`;
  return flawOf(run, file, boundary) ?? (real === file ? null : flawOf(run, real, boundary));
}

/** What stands to the allowlist as another one, in words. */
function otherList(stamp: Stamp | null, { info }: Comparing): string | undefined {
  if (stamp === null || stamp.sha256 === info.sha256) return undefined;
  if (stamp.name !== info.name) return `list "${stamp.name}", version ${stamp.version}`;
  return stamp.version === info.version
    ? `another list of the same version ${stamp.version}`
    : `version ${stamp.version} of this list`;
}

/** Whether what the other source says counts in the place of what this one says, as its client documents. */
function replaces(other: Known, one: Known): boolean {
  if (!one.lastCounts || !other.lastCounts) return false;
  const [here, there] = [path.dirname(one.path), path.dirname(other.path)];
  return here === there ? other.path > one.path : there.startsWith(`${here}/`);
}

/**
 * Settings that hold however the sources of one tool are put together. What one says itself stands unless a
 * source that counts in its place says the contrary; what it leaves out any other one can say.
 */
function openOf(one: Known, all: Known[]): string[] {
  const others = all.filter(({ claim }) => claim.tool.id === one.claim.tool.id);
  return one.open.filter((flaw) => {
    const contrary = others.filter(({ open }) => !open.includes(flaw));
    return one.said.includes(flaw)
      ? !contrary.some((other) => other.said.includes(flaw) && replaces(other, one))
      : contrary.every(({ asked, listed }) => !(listed || asked.includes(flaw)));
  });
}

/** Whether a source has to do with which servers may run: by its own rows, or by what it undoes of others. */
function concerns(one: Known, all: Known[]): boolean {
  if (one.listed) return true;
  if (!one.open.some((flaw) => one.said.includes(flaw))) return false;
  return all.some(({ listed, claim }) => listed && claim.tool.id === one.claim.tool.id);
}

function comparePolicy(fact: PolicyFact, all: Known[], comparing: Comparing): PolicyFact {
  const own = all.filter(({ id }) => id === fact.id);
  if (!own.some((one) => concerns(one, all))) return fact;
  const { run, approver } = comparing;
  const kit = { rules: run.rules, secrets: run.secrets };
  const beyond = own.flatMap(({ rows, claim }) => beyondList(rows, approver, kit, [claim.tool.id]));
  const texts = (some: typeof beyond): string[] =>
    [...new Set(some.map(({ text }) => run.secrets.show(text)))].slice(0, limits.shownNames);
  const outdated = own.map(({ stamp }) => otherList(stamp, comparing)).find((one) => one !== undefined);
  const changed = own.find((one) => one.alterable !== null)?.alterable;
  return {
    ...fact,
    compared: {
      beyond: texts(beyond),
      denied: texts(beyond.filter(({ denied }) => denied)),
      open: [...new Set(own.flatMap((one) => openOf(one, all)))],
      ...(outdated !== undefined && { outdated: run.secrets.show(outdated) }),
      ...(changed && { alterable: run.secrets.show(changed) }),
    },
  };
}

/** Rows of managed settings that can say which servers may run. */
function listingRows({ files }: Tool): Row[] {
  return files.filter(({ proves }) => proves?.policy?.some(({ servers }) => servers !== undefined));
}

/** All places of such rows. */
function placesOf(tool: Tool): string[] {
  return listingRows(tool).flatMap(({ path: given }) => Object.values(given).flat());
}

/** The variables by which a tool's managed settings are looked for elsewhere. */
function movers(tool: Tool): string[] {
  return [...new Set(placesOf(tool).flatMap((one) => /^\$(\w+)/.exec(one)?.[1] ?? []))];
}

/** What sends a tool of a user to settings that are not the administrator's, or null. */
function movedBy(tool: Tool, user: string | null, all: Known[], { run, where }: Comparing): string | null {
  // A file of root's that names no servers lets all of them through.
  const safe = all.filter(
    ({ claim, alterable: changed, listed }) => claim.tool.id === tool.id && changed === null && listed,
  );
  for (const variable of movers(tool)) {
    const own = where.find((place) => place.kind === 'home' && place.user === user);
    const value = own?.env[variable];
    const set = [
      ...(value ? [{ value, by: 'the environment' }] : []),
      ...run.got.moved
        .filter((one) => one.variable === variable && one.user === user)
        .map((one) => ({ value: one.value, by: one.by })),
    ];
    const wrong = set.find((one) => !safe.some(({ path: file }) => file === one.value));
    if (wrong !== undefined) return `${variable}, which ${wrong.by} sets,`;
  }
  return null;
}

/** Whether all the places in which a tool has managed settings were looked at. */
function wasSeen(tool: Tool, facts: Fact[], { run }: Comparing): boolean {
  if (run.machine === null) return false;
  // The registry of an image is not read.
  const isOwn = isRoot(run.machine) && run.host.platform === run.machine.platform;
  if (run.machine.platform === 'windows' && !isOwn && placesOf(tool).some((one) => registry.test(one)))
    return false;
  return !facts.some((fact) => fact.kind === 'gap' && fact.user === null && fact.tools.includes(tool.id));
}

function enforcementOf(agent: AgentFact, facts: Fact[], all: Known[], comparing: Comparing): AgentFact {
  const { run, where } = comparing;
  const tool = run.rules.tools.find(({ id }) => id === agent.tools[0]);
  const { platform } = where.find(({ user }) => user === agent.user) ?? where[0] ?? run.host;
  if (tool === undefined || !listingRows(tool).some((row) => pick(row.path, platform).length > 0))
    return agent;
  const own = all.filter(({ claim }) => claim.tool.id === tool.id);
  const mine = own.filter(({ claim }) => [null, agent.user].includes(claim.place.user));
  const isHere = agent.tiers.some((tier) => tier !== 'configured');
  const isMissing = isHere && !mine.some(({ listed }) => listed) && wasSeen(tool, facts, comparing);
  const moved = movedBy(tool, agent.user, own, comparing);
  if (!isMissing && moved === null) return agent;
  const missing = mine.length === 0 ? 'it has no managed settings' : 'its managed settings name no servers';
  const told = { ...(isMissing && { missing }), ...(moved !== null && { moved: run.secrets.show(moved) }) };
  return { ...agent, enforcement: told };
}

/** The facts, with what was found of clients' own enforcement. */
export function compareEnforcement(facts: Fact[], comparing: Comparing): Fact[] {
  const all = comparing.run.got.drafts.flatMap(({ fact, enforced }): Known[] =>
    enforced === undefined ? [] : [{ ...enforced, id: fact.id, alterable: alterable(comparing, enforced) }],
  );
  return facts.map((fact) => {
    if (fact.kind === 'policy') return comparePolicy(fact, all, comparing);
    return fact.kind === 'agent' ? enforcementOf(fact, facts, all, comparing) : fact;
  });
}
