/**
 * Facts of single sources -> facts that know each other: the same thing seen by several tools becomes one,
 * switches are thrown, tokens find their servers, extensions their agents, profiles their extensions.
 */
import type { Fact, FactKind, FactOf, Load } from '../model/fact.ts';
import type { Ruleset } from '../model/rules.ts';
import type { AgentEvidence } from './agent.ts';
import { attribute } from './attribute.ts';
import { type Draft, type Switch } from './draft.ts';
import { countPlaces, expire, nameUsers, withoutSeen } from './account-of.ts';
import { fillProfiles } from './fill-profiles.ts';
import { type Present, unite } from './unite.ts';

/** The drafts of one kind. */
function ofKind<K extends FactKind>(drafts: Draft[], kind: K): Draft<FactOf<K>>[] {
  return drafts.filter((draft) => draft.fact.kind === kind) as unknown as Draft<FactOf<K>>[];
}

/** What a fact goes by under each way a switch may name it. */
function nameBy(draft: Draft, by: Switch['by']): string | null {
  const { fact, tie } = draft;
  if (by === 'folder') return tie.folder;
  if (by === 'profile') return tie.profile;
  if (fact.kind === 'server') return fact.name;
  return fact.kind === 'extension' ? fact.extension : null;
}

function isNamed(draft: Draft, by: Switch['by'], name: string): boolean {
  return nameBy(draft, by)?.toLowerCase() === name.toLowerCase();
}

/** Drafts without offers that nobody took, and without what these hold. */
function withoutOffers(drafts: Draft[]): Draft[] {
  const left = drafts.filter((draft) => draft.offer && !draft.named);
  const ids = new Set(left.map(({ fact }) => fact.id));
  return drafts.filter((draft) => !left.includes(draft) && !(draft.owner && ids.has(draft.owner.id)));
}

/**
 * A secret of a definition may be met again by a row that looks at the whole file: what knows its server
 * stays.
 */
function withoutTwins(drafts: Draft[]): Draft[] {
  const key = ({ fact }: Draft): string | null => {
    if (fact.kind !== 'credential') return null;
    const { type, length, masked } = fact.secret;
    return [fact.user, fact.origin.path, fact.origin.pointer, type, length, masked].join('\0');
  };
  const owned = new Set(drafts.filter(({ owner }) => owner !== undefined).map(key));
  return drafts.filter((draft) => draft.owner !== undefined || !owned.has(key(draft)) || key(draft) === null);
}

/** A switch of one workspace or profile says nothing of facts elsewhere; one of none speaks of all. */
const covers = (own: string | null, switched: string | null): boolean =>
  switched === null || own === switched;

function applies(draft: Draft, one: Switch): boolean {
  const { tie } = draft;
  return (
    tie.tool === one.tie.tool &&
    tie.row !== null &&
    one.of.includes(tie.row) &&
    (tie.home === one.tie.home || one.tie.home === null || tie.home === null) &&
    covers(tie.workspace, one.tie.workspace) &&
    covers(tie.profile, one.tie.profile)
  );
}

/** `disabled` beats `active`: clients let a refusal win over an approval. */
const strength: Load[] = ['unknown', 'pending', 'active', 'not-loaded', 'disabled'];

function throwSwitches(
  draft: Draft<FactOf<'server'>> | Draft<FactOf<'extension'>>,
  switches: Switch[],
): void {
  const here = switches.filter((one) => applies(draft, one));
  if (here.length === 0) return;
  draft.named = here.some(({ by, name }) => name !== '*' && isNamed(draft, by, name));
  if (draft.fact.load === 'disabled' || draft.fact.load === 'not-loaded') return;
  const loads = [...Map.groupBy(here, ({ list }) => list).values()].flatMap((list) => {
    const named = list.filter(({ by, name }) => name === '*' || isNamed(draft, by, name));
    return named.length ? named.map((one) => one.set) : list.flatMap((one) => one.others ?? []);
  });
  if (loads.length === 0) return;
  draft.fact.load = loads.toSorted((a, b) => strength.indexOf(b) - strength.indexOf(a))[0]!;
}

function nameAgents(drafts: Draft<FactOf<'extension'>>[], rules: Ruleset): void {
  const agents = new Map(
    rules.tools.flatMap((tool) =>
      (tool.installed?.extensions ?? []).map((id) => [id.toLowerCase(), tool.id]),
    ),
  );
  for (const { fact } of drafts) fact.agent = agents.get(fact.extension) ?? null;
}

/** Extensions that are agents, as evidence for `agentFacts`. */
export function extensionEvidence(facts: Fact[]): FactOf<'extension'>[] {
  return facts.filter(
    (fact): fact is FactOf<'extension'> =>
      fact.kind === 'extension' && fact.agent !== null && fact.load !== 'not-loaded',
  );
}

/**
 * Drafts of a whole run -> linked facts. `seen` are the tools that there is evidence of, by home; `now` is
 * when the run began.
 */
export function link(
  drafts: Draft[],
  switches: Switch[],
  rules: Ruleset,
  seen: AgentEvidence[],
  now: Date,
): Fact[] {
  const extensions = ofKind(drafts, 'extension');
  nameAgents(extensions, rules);
  for (const draft of ofKind(drafts, 'server')) throwSwitches(draft, switches);
  for (const draft of extensions) throwSwitches(draft, switches);
  const key = (tool: string, user: string | null): string => `${tool}\0${user ?? ''}`;
  const known = new Set([
    ...seen.map(({ tool, place }) => key(tool.id, place.user)),
    ...extensions.map(({ fact }) => key(fact.agent ?? '', fact.user)),
  ]);
  const anywhere = new Set([...seen.map(({ tool }) => tool.id), ...extensions.map(({ fact }) => fact.agent)]);
  // A file of the machine is read by whoever has the tool.
  const present: Present = ({ tie, fact }) =>
    fact.user === null
      ? anywhere.has(tie.tool)
      : known.has(key(tie.tool, fact.user)) || known.has(key(tie.tool, null));
  const united = withoutTwins(unite(withoutSeen(withoutOffers(drafts)), present));
  const credentials = ofKind(united, 'credential');
  const servers = ofKind(united, 'server');
  attribute(credentials, servers);
  nameUsers(credentials, servers);
  countPlaces(credentials);
  expire(credentials, now);
  const profiles = fillProfiles(ofKind(united, 'profile'), ofKind(united, 'extension'));
  const rest = united.filter((draft) => draft.fact.kind !== 'profile');
  return [...rest, ...profiles].map((draft) => draft.fact);
}
