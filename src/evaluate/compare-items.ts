/** Agents, servers and extensions that are agents against those that earlier runs knew. */
import type { Fact } from '../model/fact.ts';
import type { Item, KnownItem } from '../model/known.ts';
import type { Looked } from './looked.ts';

/** A fact as a line of the inventory; null for kinds that are not in it. */
function itemOf(fact: Fact, looked: Looked): Omit<Item, 'ways'> | null {
  const { line, pointer, path } = fact.origin;
  const own = {
    target: looked.targetOf(fact),
    user: fact.user ?? '',
    fact: fact.id,
    kind: fact.kind,
    tools: fact.tools,
    file: path,
    located: looked.isLocated(path),
    placed: line !== undefined || pointer !== undefined,
    transport: null,
    package: null,
    identity: null,
  };
  switch (fact.kind) {
    case 'agent':
      return { ...own, name: fact.name, version: fact.version, load: null, verdict: fact.verdict };
    case 'extension': {
      const { agent, extension, version, load, verdict } = fact;
      return agent === null ? null : { ...own, name: extension, version, load, verdict };
    }
    case 'server': {
      const { name, transport, package: found, identity, load, verdict } = fact;
      const [version, purl] = [found?.version ?? null, found?.purl ?? null];
      return { ...own, name, version, transport, package: purl, identity, load, verdict };
    }
    default:
      return null;
  }
}

const keyOf = ({ target, user, fact }: Pick<Item, 'target' | 'user' | 'fact'>): string =>
  [target, user, fact].join('\0');

/** What is there now, with the number that it is known by, and what is gone. */
export function compareItems(
  facts: Fact[],
  known: KnownItem[],
  looked: Looked,
): { current: (Item & { number: number | null })[]; gone: number[] } {
  const byKey = new Map(known.map((one) => [keyOf(one), one]));
  const current = facts.flatMap((fact) => {
    const item = itemOf(fact, looked);
    if (item === null) return [];
    const before = byKey.get(keyOf(item));
    const ways = looked.ways.filter((way) => before?.ways.includes(way) ?? true);
    return [{ ...item, ways, number: before?.number ?? null }];
  });
  const seen = new Set(current.map(keyOf));
  const gone = known.filter((one) => !one.isGone && !seen.has(keyOf(one)) && looked.wouldSee(one));
  return { current, gone: gone.map(({ number }) => number) };
}
