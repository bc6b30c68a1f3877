/**
 * Facts of single sources -> facts that know each other: the same thing seen by several tools becomes one,
 * switches are thrown, tokens find their servers, extensions their agents, profiles their extensions.
 */
import type { Fact, FactKind, FactOf, Load } from '../model/fact.ts';
import type { Ruleset } from '../model/rules.ts';
import { attribute } from './attribute.ts';
import { type Draft, type Switch, factId, unjudged } from './draft.ts';

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

const agrees = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;

function applies(draft: Draft, one: Switch): boolean {
  const { tie } = draft;
  return (
    tie.tool === one.tie.tool &&
    tie.row !== null &&
    one.of.includes(tie.row) &&
    (tie.home === one.tie.home || one.tie.home === null || tie.home === null) &&
    agrees(tie.workspace, one.tie.workspace) &&
    agrees(tie.profile, one.tie.profile)
  );
}

/** `disabled` beats `active`: clients let a refusal win over an approval. */
const strength: Load[] = ['unknown', 'pending', 'active', 'not-loaded', 'disabled'];

function throwSwitches(draft: Draft<FactOf<'server'>> | Draft<FactOf<'extension'>>, switches: Switch[]): void {
  const here = switches.filter((one) => applies(draft, one));
  if (here.length === 0 || draft.fact.load === 'disabled' || draft.fact.load === 'not-loaded') return;
  const named = here.filter(({ by, name }) => {
    const own = nameBy(draft, by);
    return name === '*' || (own !== null && own.toLowerCase() === name.toLowerCase());
  });
  const loads = named.length ? named.map((one) => one.set) : here.flatMap((one) => one.others ?? []);
  if (loads.length === 0) return;
  draft.fact.load = loads.toSorted((a, b) => strength.indexOf(b) - strength.indexOf(a))[0]!;
}

const loadRank: Record<Load, number> = { active: 4, pending: 3, unknown: 2, disabled: 1, 'not-loaded': 0 };

/**
 * Puts facts with the same id together: their tools are united; where they differ, what loads wins. Things that
 * only their position in a list tells apart get an ordinal.
 */
function unite(drafts: Draft[]): Draft[] {
  const byId = new Map<string, Draft>();
  for (const draft of drafts) {
    const { fact } = draft;
    const own = fact.id;
    let known = byId.get(fact.id);
    for (let nth = 2; known !== undefined && known.fact.origin.pointer !== fact.origin.pointer; nth += 1) {
      fact.id = `${own}.${nth}`;
      known = byId.get(fact.id);
    }
    if (known === undefined) {
      byId.set(fact.id, draft);
      continue;
    }
    const { fact: first } = known;
    if ('load' in first && 'load' in fact && first.load !== fact.load) {
      // Those who do not load it are not among those who have it.
      if (loadRank[fact.load] > loadRank[first.load]) byId.set(fact.id, draft);
      continue;
    }
    first.tools = [...new Set([...first.tools, ...fact.tools])].toSorted();
    if (draft.storeKeys) known.storeKeys ??= draft.storeKeys;
  }
  return [...byId.values()];
}

function nameAgents(drafts: Draft<FactOf<'extension'>>[], rules: Ruleset): void {
  const agents = new Map(rules.tools.flatMap((tool) => (tool.installed?.extensions ?? []).map((id) => [id.toLowerCase(), tool.id])));
  for (const { fact } of drafts) fact.agent = agents.get(fact.extension) ?? null;
}

/** Extensions active in each profile; a profile that only its extensions show is one too. */
function fillProfiles(profiles: Draft<FactOf<'profile'>>[], extensions: Draft<FactOf<'extension'>>[]): Draft<FactOf<'profile'>>[] {
  const keyOf = (draft: Draft): string => `${draft.tie.home?.path ?? ''}\0${draft.tie.tool}\0${draft.tie.profile}`;
  const byKey = new Map(profiles.map((draft) => [keyOf(draft), draft]));
  for (const draft of extensions) {
    if (draft.fact.profile === null) continue;
    let owner = byKey.get(keyOf(draft));
    if (owner === undefined) {
      const { user, tools, origin, confidence, profile } = draft.fact;
      const name = profile === 'default' ? 'Default' : profile;
      owner = {
        tie: draft.tie,
        fact: {
          id: factId('profile', user, draft.tie.tool, profile), kind: 'profile', tools: [...tools], user, scope: 'profile',
          origin: { path: origin.path }, confidence, name, profile, extensions: [], agents: [], ...unjudged,
        },
      };
      byKey.set(keyOf(draft), owner);
    }
    if (draft.fact.load !== 'active') continue;
    owner.fact.extensions.push(draft.fact.extension);
    if (draft.fact.agent !== null) owner.fact.agents.push(draft.fact.extension);
  }
  for (const { fact } of byKey.values()) {
    fact.extensions = [...new Set(fact.extensions)].toSorted();
    fact.agents = [...new Set(fact.agents)].toSorted();
  }
  return [...byKey.values()];
}

/** Extensions that are agents, as evidence for `agentFacts`. */
export function extensionEvidence(facts: Fact[]): FactOf<'extension'>[] {
  return facts.filter((fact): fact is FactOf<'extension'> => fact.kind === 'extension' && fact.agent !== null && fact.load !== 'not-loaded');
}

/** Drafts of a whole run -> linked facts, sorted by id within kind and origin. */
export function link(drafts: Draft[], switches: Switch[], rules: Ruleset): Fact[] {
  for (const draft of ofKind(drafts, 'server')) throwSwitches(draft, switches);
  for (const draft of ofKind(drafts, 'extension')) throwSwitches(draft, switches);
  const united = unite(drafts);
  const extensions = ofKind(united, 'extension');
  nameAgents(extensions, rules);
  attribute(ofKind(united, 'credential'), ofKind(united, 'server'));
  const profiles = fillProfiles(ofKind(united, 'profile'), extensions);
  const rest = united.filter((draft) => draft.fact.kind !== 'profile');
  return [...rest, ...profiles].map((draft) => draft.fact);
}
