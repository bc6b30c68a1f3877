/**
 * What only the whole run can tell of a secret: which servers are given it, in how many places it lies, and
 * whether it has run out.
 */
import type { FactOf } from '../model/fact.ts';
import type { Draft } from './draft.ts';

type Server = Draft<FactOf<'server'>>;
type Credential = Draft<FactOf<'credential'>>;

/** Where variables are given values that programs started later see. */
const ofVariables = new Set(['dotenv', 'shell']);

/** Whether a server can see what a file of variables says: those of one workspace are for its own servers. */
function sees(server: Server, credential: Credential): boolean {
  const { home, workspace } = credential.tie;
  if (home !== null && server.tie.home !== home) return false;
  return workspace === null || server.tie.workspace === workspace;
}

/** Drafts without those of whole texts that rows of the same file saw, whoever read it for them. */
export function withoutSeen(drafts: Draft[]): Draft[] {
  const keyOf = ({ fact, same }: Draft): string => `${fact.origin.path}\0${same ?? ''}`;
  const seen = new Set(drafts.filter(({ same, rest }) => same && !rest).map(keyOf));
  return drafts.filter((draft) => !draft.rest || !seen.has(keyOf(draft)));
}

/** Fills `usedBy` of secrets in files of variables. */
export function nameUsers(credentials: Credential[], servers: Server[]): void {
  const byName = new Map<string, Server[]>();
  for (const server of servers) {
    for (const name of server.uses ?? []) byName.set(name, [...(byName.get(name) ?? []), server]);
  }
  for (const credential of credentials) {
    const { fact } = credential;
    if (!ofVariables.has(fact.storage)) continue;
    const referring = (byName.get(fact.field) ?? []).filter((server) => sees(server, credential));
    const given = servers.filter(
      (server) => server.tie.home === credential.tie.home && credential.givenTo?.includes(server.fact.name),
    );
    const all = [...new Set([...given, ...referring])].map((server) => server.fact);
    if (all.length === 0) continue;
    fact.usedBy = all
      .map(({ id, name }) => ({ id, name }))
      .toSorted((a, b) => (a.name === b.name ? (a.id < b.id ? -1 : 1) : a.name < b.name ? -1 : 1));
  }
}

/** Fills `places` of secrets that lie in more than one. */
export function countPlaces(credentials: Credential[]): void {
  const bySame = Map.groupBy(credentials, ({ same }) => same ?? null);
  for (const [same, all] of bySame) {
    const places = new Set(all.map(({ fact }) => `${fact.origin.path}\0${fact.origin.pointer ?? ''}`)).size;
    if (same !== null && places > 1) for (const { fact } of all) fact.places = places;
  }
}

/** A token that has run out and that nothing renews is worth little to whoever takes it. */
export function expire(credentials: Credential[], now: Date): void {
  for (const { fact } of credentials) {
    if (fact.expiresAt === null || Date.parse(fact.expiresAt) >= now.getTime()) continue;
    fact.expired = true;
    if (!fact.refreshable && fact.severity !== 'info') fact.severity = 'low';
  }
}
