/** An MCP server against the entries of an allowlist, by what it would really run. Its name counts not. */
import { fetched, runs } from '../identity/package-of.ts';
import { loosePackageKey } from '../identity/purl.ts';
import type { Package, ServerFact } from '../model/fact.ts';
import { commandApproves, commandDenied } from './command.ts';
import { isLocal } from './doubts.ts';
import type { Entry } from './entry.ts';
import { type Fit, imageFits, versionDenied, versionFits } from './package.ts';
import { type NormalUrl, plainUrl, plainUrlFits } from './url-template.ts';

/** What a definition runs and fetches, read from its identity once for all entries of a list. */
type Read = { runs: Package | null; fetched: Package[]; url: NormalUrl | null };
const known = new WeakMap<ServerFact, Read>();

function read(fact: ServerFact): Read {
  const before = known.get(fact);
  if (before !== undefined) return before;
  const made: Read = {
    runs: runs(fact),
    fetched: fetched(fact),
    url: isUrl(fact.identity) ? plainUrl(fact.identity) : null,
  };
  known.set(fact, made);
  return made;
}

/** Whether an identity is a remote server. */
function isUrl(identity: string | null): identity is string {
  return identity !== null && /^(https?|wss?):\/\//.test(identity);
}

/** Whether an approval means the server; a text is a near miss, false is no relation at all. */
export function approves(one: Entry, fact: ServerFact): Fit | false {
  if (one.entry.command !== undefined) return commandApproves(one.entry, fact);
  // An address of a model is none of a server, and the other way round.
  if (one.entry.endpoint !== undefined || isLocal(fact.doubts)) return false;
  const { runs: found, url } = read(fact);
  if (isUrl(fact.identity)) return one.url !== null && url !== null && plainUrlFits(one.url, url);
  if (found === null || one.key !== `${found.type}:${found.name}`) return false;
  return one.entry.image === undefined ? versionFits(one.entry, found) : imageFits(one.entry, found);
}

/** Whether a denial means the server, or the bridge in front of it. Doubts do not help a definition. */
export function denies(one: Entry, fact: ServerFact): boolean {
  if (one.entry.endpoint !== undefined) return false;
  if (one.entry.command !== undefined) return commandDenied(one.entry, fact);
  const { fetched: all, url } = read(fact);
  if (one.url !== null) return url !== null && plainUrlFits(one.url, url);
  const key = one.key?.toLowerCase();
  return all.some((found) => {
    if (key !== loosePackageKey(found.type, found.name)) return false;
    return one.entry.image === undefined
      ? versionDenied(one.entry.version, found)
      : imageFits(one.entry, found) === true;
  });
}
