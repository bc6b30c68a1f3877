/**
 * Tokens -> the servers that they are for: by the digest under which a bridge keeps them, by URL, or by name
 * within the same tool. Also tells which token places are abandoned.
 */
import { usesLabel } from '../identity/version.ts';
import { normaliseUrl } from '../identity/url.ts';
import type { FactOf } from '../model/fact.ts';
import { withoutDigests } from '../secrets/token-segment.ts';
import type { Draft } from './draft.ts';

type Server = Draft<FactOf<'server'>>;
type Credential = Draft<FactOf<'credential'>>;

const sameHome = (a: Draft, b: Draft): boolean => a.tie.home === b.tie.home;

function urlOf(server: Server): string | null {
  const { identity, url } = server.fact;
  const remote = identity !== null && /^\w+:\/\//.test(identity) ? identity : url;
  // Stores name a server as its URL is shown.
  return remote === null ? null : (normaliseUrl(withoutDigests(remote))?.url ?? null);
}

function serversOf(credential: Credential, servers: Server[]): Server[] {
  const { name = null, url = null, key = null } = credential.of ?? {};
  const here = servers.filter((server) => sameHome(server, credential));
  if (key !== null) return here.filter((server) => server.storeKeys?.some((one) => one.key === key));
  const normal = url === null ? null : (normaliseUrl(url)?.url ?? null);
  const byUrl = normal === null ? [] : here.filter((server) => urlOf(server) === normal);
  if (byUrl.length) return byUrl;
  const shared = credential.fact.tools;
  return name === null
    ? []
    : here.filter(({ fact }) => fact.name === name && fact.tools.some((tool) => shared.includes(tool)));
}

/**
 * Whether a server still reads the place of `version`: bridges are known to write the number before theirs.
 */
function readsPlace(server: Server, version: string): boolean {
  return (server.storeKeys ?? []).some((one) => one.version !== null && usesLabel(one.version, version));
}

/** Fills `server`, `serverName` and `stale` of credentials, in place. */
export function attribute(credentials: Credential[], servers: Server[]): void {
  const rank = { active: 0, pending: 1, unknown: 2, disabled: 3, 'not-loaded': 4 };
  const ordered = servers.toSorted(
    (a, b) => rank[a.fact.load] - rank[b.fact.load] || (a.fact.id < b.fact.id ? -1 : 1),
  );
  for (const credential of credentials) {
    if (credential.owner !== undefined) {
      credential.fact.server = credential.owner.id;
      credential.fact.serverName = credential.owner.name;
    }
    if (credential.of === undefined) continue;
    const owners = serversOf(credential, ordered);
    const owner = owners[0];
    credential.fact.server = owner?.fact.id ?? null;
    credential.fact.serverName = owner?.fact.name ?? credential.of.name ?? credential.of.url;
    const { stale } = credential.of;
    credential.fact.stale =
      typeof stale === 'boolean' ? stale : !owners.some((server) => readsPlace(server, stale));
  }
}
