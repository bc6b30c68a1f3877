/**
 * Approved servers against what they were when a run first found them approved: another command, other
 * arguments, address, package or digest is drift, until the entry that approves them is written anew. Values
 * of secrets are no part of it: all that is compared is what a report shows, without masked forms.
 */
import { limits } from '../limits.ts';
import { fetched, runs } from '../identity/package-of.ts';
import type { Fact, ServerFact } from '../model/fact.ts';
import type { Approved } from '../model/known.ts';

/** What tells approvals of one run and another apart. */
export type Approving = {
  /** Digest of the entry of that name. */
  entryOf(name: string): string | null;
  targetOf(fact: Fact): string;
};

const keyOf = ({ target, user, fact }: Pick<Approved, 'target' | 'user' | 'fact'>): string =>
  [target, user, fact].join('\0');

/** Masked forms, and what stands close before them, move with the secret. */
const unmasked = (text: string): string => text.replace(/[\x21-\x7e]{0,7}…/g, '…');

/** What is compared. `version` is apart, so that a change of nothing else is known. */
function shapeOf(fact: ServerFact): Approved['shape'] {
  const { command, args, url, registry, programs = [] } = fact;
  const versions = fetched(fact).flatMap(({ version }) => (version === null ? [] : [version]));
  const found = runs(fact);
  const plain = (text: string | null): string => unmasked(text ?? '').slice(0, limits.shownChars);
  return {
    command: plain(command),
    args: plain(args.join(' ')),
    url: plain(url),
    package: plain(found === null ? fact.identity : `${found.type}:${found.name}`),
    registry: plain(registry),
    digest: programs.map(({ sha256 }) => sha256).join(' '),
    version: versions.join(' '),
  };
}

/** Text without the versions in it. */
function withoutVersions(text: string, versions: string): string {
  const all = versions.split(' ').filter((version) => version !== '');
  return all.reduce((left, version) => left.replaceAll(version, '*'), text);
}

function driftOf(before: Approved, now: Approved['shape']): ServerFact['drift'] | null {
  const names = Object.keys(now) as (keyof Approved['shape'])[];
  // A program that could not be read, this time or then, tells nothing.
  const isUnknown = (name: keyof Approved['shape']): boolean =>
    name === 'digest' && (now[name] === '' || before.shape[name] === '');
  const changed = names.filter((name) => before.shape[name] !== now[name] && !isUnknown(name));
  if (changed.length === 0) return null;
  const { shape: old, since } = before;
  const isVersion = (name: keyof Approved['shape']): boolean =>
    name === 'version' || withoutVersions(old[name], old.version) === withoutVersions(now[name], now.version);
  return {
    since,
    // Arguments tell the version as well.
    changes: changed
      .filter((name) => name !== 'version' || !changed.includes('args'))
      .map((name) => `${name} was "${old[name]}", is "${now[name]}"`),
    versionOnly: changed.every(isVersion),
  };
}

/** Servers with what has changed since they were first found approved by the same entry. */
export function withDrift(facts: Fact[], known: Approved[], { entryOf, targetOf }: Approving): Fact[] {
  const byKey = new Map(known.map((one) => [keyOf(one), one]));
  return facts.map((fact) => {
    if (fact.kind !== 'server' || fact.verdict !== 'approved' || fact.approval === null) return fact;
    const before = byKey.get(keyOf({ target: targetOf(fact), user: fact.user ?? '', fact: fact.id }));
    if (before === undefined || before.entry !== entryOf(fact.approval.entry)) return fact;
    const drift = driftOf(before, shapeOf(fact));
    return drift ? { ...fact, drift } : fact;
  });
}

/** What is known of approved servers from now on: as before, unless the entry has been written anew. */
export function approvedNow(
  facts: Fact[],
  known: Approved[],
  { entryOf, targetOf }: Approving,
  now: string,
): Approved[] {
  const byKey = new Map(known.map((one) => [keyOf(one), one]));
  return facts.flatMap((fact): Approved[] => {
    if (fact.kind !== 'server' || fact.verdict !== 'approved' || fact.approval === null) return [];
    const entry = entryOf(fact.approval.entry);
    if (entry === null) return [];
    const own = { target: targetOf(fact), user: fact.user ?? '', fact: fact.id };
    const before = byKey.get(keyOf(own));
    return [before?.entry === entry ? before : { ...own, entry, since: now, shape: shapeOf(fact) }];
  });
}
