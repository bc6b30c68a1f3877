/** An MCP server against the entries of an allowlist, by what it would really run. Its name counts not. */
import { fetched, runs } from '../identity/package-of.ts';
import type { ServerFact } from '../model/fact.ts';
import { commandApproves, commandDenied } from './command.ts';
import { isLocal } from './doubts.ts';
import type { Entry } from './entry.ts';
import { type Fit, imageFits, versionDenied, versionFits } from './package.ts';
import { urlFits } from './url-template.ts';

/** Whether an identity is a remote server. */
function isUrl(identity: string | null): identity is string {
  return identity !== null && /^(https?|wss?):\/\//.test(identity);
}

/** Whether an approval means the server; a text is a near miss, false is no relation at all. */
export function approves(one: Entry, fact: ServerFact): Fit | false {
  if (one.entry.command !== undefined) return commandApproves(one.entry, fact);
  if (isLocal(fact.doubts)) return false;
  if (isUrl(fact.identity)) return one.url !== null && urlFits(one.url, fact.identity);
  const found = runs(fact);
  if (found === null || one.key !== `${found.type}:${found.name}`) return false;
  return one.entry.image === undefined ? versionFits(one.entry, found) : imageFits(one.entry, found);
}

/** Whether a denial means the server, or the bridge in front of it. Doubts do not help a definition. */
export function denies(one: Entry, fact: ServerFact): boolean {
  if (one.entry.command !== undefined) return commandDenied(one.entry, fact);
  if (one.url !== null) return isUrl(fact.identity) && urlFits(one.url, fact.identity);
  return fetched(fact).some((found) => {
    if (one.key !== `${found.type}:${found.name}`) return false;
    return one.entry.image === undefined
      ? versionDenied(one.entry.version, found)
      : imageFits(one.entry, found) === true;
  });
}
