/**
 * The same thing seen by several tools -> one draft. Clients read each other's files: a project file speaks
 * for the tools that are there, and for all of its readers only when none of them is.
 */
import type { Load } from '../model/fact.ts';
import type { Draft } from './draft.ts';

/** Whether there is evidence of a draft's tool. */
export type Present = (draft: Draft) => boolean;

const loadRank: Record<Load, number> = { active: 4, pending: 3, unknown: 2, disabled: 1, 'not-loaded': 0 };

const rankOf = ({ fact }: Draft): number => ('load' in fact ? loadRank[fact.load] : 0);

/** Whether there is a home, whose tools are known; a workspace that is scanned by itself tells of none. */
const inHome = ({ tie }: Draft): boolean => tie.home?.kind === 'home';

/** Who knows the server that a secret is for tells it to those who only know the file. */
function withServers(first: Draft, group: Draft[]): Draft {
  const knows = ({ of }: Draft): boolean => of !== undefined && (of.name ?? of.url ?? of.key) !== null;
  const attributed = group.find(knows)?.of;
  if (attributed && first.of && !knows(first)) first.of = { ...attributed, stale: first.of.stale };
  const given = group.flatMap(({ of }) => of?.name ?? []);
  if (given.length > 0) first.givenTo = [...new Set(given)];
  return first;
}

/** The draft with the keys under which any of its group keeps tokens. */
function withKeys(first: Draft, group: Draft[]): Draft {
  const keyed = group.find(({ storeKeys }) => storeKeys?.length);
  if (keyed?.storeKeys) first.storeKeys = keyed.storeKeys;
  return withServers(first, group);
}

/** One of a group that is about the same node: what loads wins, and those who agree have it. */
function winner(group: Draft[], present: Present): Draft {
  const here = group.filter(present);
  const counted = here.length ? here : group;
  // Nobody who would load it is here: it may be read one day, by any of them.
  if (here.length === 0 && inHome(group[0]!)) {
    const first = group[0]!;
    first.fact.tools = [...new Set(group.flatMap(({ fact }) => fact.tools))].toSorted();
    if ('load' in first.fact && first.fact.load === 'active') first.fact.load = 'unknown';
    return withKeys(first, group);
  }
  const best = Math.max(...counted.map(rankOf));
  const agreed = counted.filter((draft) => rankOf(draft) === best);
  const first = agreed[0]!;
  first.fact.tools = [...new Set(agreed.flatMap(({ fact }) => fact.tools))].toSorted();
  return withKeys(first, group);
}

/**
 * One draft per thing. Things that only their position in a list tells apart, or the folder that was given
 * to be scanned, share an id at first, and get an ordinal.
 */
export function unite(drafts: Draft[], present: Present): Draft[] {
  const byId = Map.groupBy(drafts, ({ fact }) => fact.id);
  return [...byId.values()].flatMap((sameId) => {
    const byNode = Map.groupBy(sameId, ({ fact: { origin } }) => `${origin.path}\0${origin.pointer ?? ''}`);
    return [...byNode.values()].map((group, nth) => {
      if (nth > 0) for (const { fact } of group) fact.id = `${fact.id}.${nth + 1}`;
      return winner(group, present);
    });
  });
}
