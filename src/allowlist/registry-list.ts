/**
 * Servers of an MCP registry -> an allowlist. Each version that is registered is approved as exactly that
 * version; what was deleted is denied, unless something else that is registered still means the same. What no
 * list can express (a package of another registry, an address that fits any host) is counted and approves
 * nothing.
 */
import type { Allowlist, AllowlistEntry } from '../model/allowlist.ts';
import { Allowlist as Schema, AllowlistEntry as EntrySchema } from '../model/allowlist.ts';
import { entryFlaws, isDate } from './entry-flaws.ts';
import type { RegistryPackage, RegistryRemote, RegistryServer } from './registry-page.ts';

type Subject = Pick<
  AllowlistEntry,
  'package' | 'version' | 'image' | 'tag' | 'digest' | 'url' | 'secretNames'
>;

/** The public registries of package types, by the end of their hosts. */
const publicHosts: Record<string, string> = {
  npm: 'npmjs.org',
  pypi: 'pypi.org',
  nuget: 'nuget.org',
  cargo: 'crates.io',
};

/** Addresses that one remote with choices may stand for. */
const mostChoices = 32;

function isPublic({ type, base }: RegistryPackage): boolean {
  if (base === null) return true;
  const host = URL.parse(base)?.hostname ?? '';
  const wanted = publicHosts[type];
  return wanted !== undefined && (host === wanted || host.endsWith(`.${wanted}`));
}

/** A version as a range that means it alone; null for `latest`, a range, or none. */
function exactly(version: string | null): string | null {
  if (version === null || !/^v?\d[\w.+-]*$/.test(version) || /(?:^|\.)[xX](?:\.|$)/.test(version))
    return null;
  const plain = version.replace(/^v/, '');
  if (/^\d+$/.test(plain)) return `${plain}.0.0`;
  return /^\d+\.\d+$/.test(plain) ? `${plain}.0` : plain;
}

/** An image with its registry, and what pins it. */
function imageOf({ identifier, version, base }: RegistryPackage): Subject | null {
  const [whole = '', digest] = identifier.split('@');
  const colon = whole.lastIndexOf(':');
  const tagged = colon > whole.lastIndexOf('/');
  const name = tagged ? whole.slice(0, colon) : whole;
  const tag = tagged ? whole.slice(colon + 1) : version;
  const hosted = /^(localhost|[\w-]+(\.[\w-]+)+)(:\d+)?\//.test(name);
  const host = base === null ? 'docker.io' : (URL.parse(base)?.host ?? '');
  const path = !hosted && host === 'docker.io' && !name.includes('/') ? `library/${name}` : name;
  const image = (hosted ? name : `${host}/${path}`).toLowerCase();
  if (digest !== undefined) return { image, digest };
  return tag === null ? null : { image, tag };
}

function packageSubject(one: RegistryPackage): Subject | null {
  if (one.type === 'oci' || one.type === 'docker') return imageOf(one);
  if (one.type === 'mcpb') return { package: `mcpb:${one.identifier}` };
  const version = exactly(one.version);
  if (version === null || !isPublic(one)) return null;
  return { package: `${one.type}:${one.identifier}`, version };
}

/** The addresses of a remote: its variables with few values written out, the others left as wildcards. */
function urlsOf({ url, choices }: RegistryRemote): string[] {
  let all = [url.replace(/[?#].*$/, '')];
  for (const [name, values] of Object.entries(choices)) {
    if (!url.includes(`{${name}}`) || all.length * values.length > mostChoices) continue;
    all = all.flatMap((one) => values.map((value) => one.replaceAll(`{${name}}`, () => value)));
  }
  return all;
}

/** All that one version of a server is; null where no list can express it. */
function subjectsOf({ packages, remotes }: RegistryServer): (Subject | null)[] {
  const named = (secretNames: string[]) => (secretNames.length === 0 ? {} : { secretNames });
  return [
    ...packages.map((one) => {
      const subject = packageSubject(one);
      return subject && { ...subject, ...named(one.secrets) };
    }),
    ...remotes.flatMap((one) =>
      // A star is text to the registry, and anything to a list.
      urlsOf(one).map((url) => (url.includes('*') ? null : { url, ...named(one.secrets) })),
    ),
  ];
}

/** What a subject means, apart from who says so. */
function keyOf({ package: name, version, image, tag, digest, url }: Subject): string {
  return [name, version, image, tag, digest, url].map((part) => part ?? '').join('\0');
}

type Made = { side: 'approve' | 'deny'; entry: AllowlistEntry; key: string };

function entryOf(server: RegistryServer, subject: Subject, number: number): Made | null {
  const { name, version, status, message, owner, expires } = server;
  const side = status === 'deleted' ? 'deny' : 'approve';
  const said = message === null ? '' : `: ${message.slice(0, 200)}`;
  const { secretNames, ...what } = subject;
  if (side === 'deny' && what.url?.includes('{')) return null;
  const made = EntrySchema.safeParse({
    id: `${name}@${version}${number === 0 ? '' : `#${number + 1}`}`,
    ...(side === 'approve' ? subject : what),
    ...(owner !== null && { owner }),
    ...(side === 'approve' && expires !== null && { expires }),
    ...(status === 'deleted' && { reason: `deleted from the registry${said}` }),
    ...(status === 'deprecated' && { deprecated: `deprecated in the registry${said}` }),
  });
  if (!made.success || entryFlaws(made.data, side).length > 0) return null;
  return { side, entry: made.data, key: keyOf(subject) };
}

/** The newest time at which something was changed, or null when the registry tells none. */
export function newestChange(servers: RegistryServer[]): string | null {
  const times = servers.flatMap(({ updatedAt }) =>
    updatedAt !== null && !Number.isNaN(Date.parse(updatedAt)) ? [Date.parse(updatedAt)] : [],
  );
  const last = times.reduce((one, other) => Math.max(one, other), 0);
  return last === 0 ? null : new Date(last).toISOString();
}

/**
 * The list that a registry's servers make, and how much of them it cannot express. `expires` is when a copy
 * of it has become too old to approve by.
 */
export function registryList(
  servers: RegistryServer[],
  { name, expires }: { name: string; expires?: string },
): { list: Allowlist; leftOut: number } {
  let leftOut = 0;
  const made = servers.flatMap((server) => {
    const subjects = subjectsOf(server);
    const dated = server.expires === null || isDate(server.expires);
    return subjects.flatMap((subject, number) => {
      const one = subject === null || !dated ? null : entryOf(server, subject, number);
      if (one === null && server.status !== 'deleted') leftOut++;
      return one ?? [];
    });
  });
  const approved = new Set(made.flatMap(({ side, key }) => (side === 'approve' ? [key] : [])));
  const list = Schema.parse({
    version: newestChange(servers) ?? 'unversioned',
    name,
    ...(expires !== undefined && { expires }),
    approve: made.flatMap(({ side, entry }) => (side === 'approve' ? [entry] : [])),
    deny: made.flatMap(({ side, entry, key }) => (side === 'deny' && !approved.has(key) ? [entry] : [])),
  });
  return { list, leftOut };
}

/** Both together: what is new replaces what was known of the same version. */
export function mergeServers(known: RegistryServer[], fresh: RegistryServer[]): RegistryServer[] {
  const all = new Map([...known, ...fresh].map((one) => [`${one.name}@${one.version}`, one]));
  return [...all.values()].toSorted((a, b) => {
    const [one, other] = [`${a.name}@${a.version}`, `${b.name}@${b.version}`];
    return one < other ? -1 : Number(one > other);
  });
}
