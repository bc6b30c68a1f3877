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
  'package' | 'version' | 'image' | 'tag' | 'digest' | 'url' | 'secretNames' | 'reason'
>;

/** The public registries of package types, by the end of their hosts. */
const publicHosts: Record<string, string[]> = {
  npm: ['npmjs.org'],
  pypi: ['pypi.org'],
  nuget: ['nuget.org'],
  cargo: ['crates.io'],
};

/** Domains of the registries that a package of some type comes from anyway. */
export type Usual = (type: string) => readonly string[];

const usually: Usual = (type) => publicHosts[type] ?? [];

/** Addresses that one remote with choices may stand for. */
const mostChoices = 32;

function isPublic({ type, base }: RegistryPackage, usual: Usual): boolean {
  if (base === null) return true;
  const url = URL.parse(base);
  if (url?.protocol !== 'https:') return false;
  return usual(type).some((one) => url.hostname === one || url.hostname.endsWith(`.${one}`));
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

/** What a list can say of a package, or why it cannot say it. */
function packageSubject(one: RegistryPackage, usual: Usual): Subject | string {
  const { type, identifier, base } = one;
  if (type === 'oci' || type === 'docker') return imageOf(one) ?? 'it has neither tag nor digest';
  // What an extension was installed from is not on disk, so an approval would mean nothing.
  if (type === 'mcpb') return 'nothing tells from which bundle an extension was installed';
  const version = exactly(one.version);
  if (version === null) return `its version (${one.version ?? 'none'}) is not a single one`;
  if (!isPublic(one, usual)) return `comes from another registry (${base}), which an entry cannot name`;
  // Launchers fetch by version and check no digest that somebody else names.
  const unchecked =
    one.sha256 === undefined ? {} : { reason: 'the digest that the registry names is not checked' };
  return { package: `${type}:${identifier}`, version, ...unchecked };
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

/** A part of a server by the name that people know it by, and what it is or why no list can express it. */
type Part = { from: string; subject: Subject | string };

/** All that one version of a server is. */
function partsOf({ name, packages, remotes }: RegistryServer, usual: Usual): Part[] {
  const named = (subject: Subject | string, secretNames: string[]): Subject | string =>
    typeof subject === 'string' || secretNames.length === 0 ? subject : { ...subject, secretNames };
  return [
    ...packages.map((one) => ({
      from: `${name} (${one.type} ${one.identifier})`,
      subject: named(packageSubject(one, usual), one.secrets),
    })),
    ...remotes.flatMap((one) =>
      urlsOf(one).map((url) => ({
        from: `${name} (${url})`,
        // A star is text to the registry, and anything to a list.
        subject: url.includes('*') ? 'its address holds a star' : named({ url }, one.secrets),
      })),
    ),
  ];
}

/** What a subject means, apart from who says so. */
function keyOf({ package: name, version, image, tag, digest, url }: Subject): string {
  return [name, version, image, tag, digest, url].map((part) => part ?? '').join('\0');
}

export type Made = { side: 'approve' | 'deny'; entry: AllowlistEntry; key: string; from: string };

/** An entry for a part of a server, or why there can be none. */
function entryOf(server: RegistryServer, { from, subject }: Part, number: number): Made | string {
  if (typeof subject === 'string') return subject;
  const { name, version, status, message, owner, expires } = server;
  const side = status === 'deleted' ? 'deny' : 'approve';
  const said = message === null ? '' : `: ${message.slice(0, 200)}`;
  const { secretNames, ...what } = subject;
  if (side === 'deny' && what.url?.includes('{')) return 'a deleted address with variables';
  if (expires !== null && !isDate(expires)) return `its expiry is no date`;
  const made = EntrySchema.safeParse({
    id: `${name}@${version}${number === 0 ? '' : `#${number + 1}`}`,
    ...(side === 'approve' ? subject : what),
    ...(owner !== null && { owner }),
    ...(side === 'approve' && expires !== null && { expires }),
    ...(status === 'deleted' && { reason: `deleted from the registry${said}` }),
    ...(status === 'deprecated' && { deprecated: `deprecated in the registry${said}` }),
  });
  if (!made.success) return made.error.issues[0]?.message ?? 'no entry can say it';
  const flaw = entryFlaws(made.data, side)[0];
  return flaw === undefined ? { side, entry: made.data, key: keyOf(subject), from } : flaw[1];
}

/**
 * The entries that servers make: what is registered is approved, what was deleted denied unless something
 * else that is registered still means the same. What no list can express is told with the reason.
 */
export function registryEntries(
  servers: RegistryServer[],
  usual: Usual = usually,
): { made: Made[]; left: [from: string, why: string][] } {
  const left: [from: string, why: string][] = [];
  const all = servers.flatMap((server) =>
    partsOf(server, usual).flatMap((part, number) => {
      const one = entryOf(server, part, number);
      if (typeof one !== 'string') return one;
      if (server.status !== 'deleted') left.push([part.from, one]);
      return [];
    }),
  );
  const approved = new Set(all.flatMap(({ side, key }) => (side === 'approve' ? [key] : [])));
  return { made: all.filter(({ side, key }) => side === 'approve' || !approved.has(key)), left };
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
  const { made, left } = registryEntries(servers);
  const sideOf = (wanted: Made['side']) =>
    made.flatMap(({ side, entry }) => (side === wanted ? [entry] : []));
  const list = Schema.parse({
    version: newestChange(servers) ?? 'unversioned',
    name,
    ...(expires !== undefined && { expires }),
    approve: sideOf('approve'),
    deny: sideOf('deny'),
  });
  return { list, leftOut: left.length };
}

/** Both together: what is new replaces what was known of the same version. */
export function mergeServers(known: RegistryServer[], fresh: RegistryServer[]): RegistryServer[] {
  const all = new Map([...known, ...fresh].map((one) => [`${one.name}@${one.version}`, one]));
  return [...all.values()].toSorted((a, b) => {
    const [one, other] = [`${a.name}@${a.version}`, `${b.name}@${b.version}`];
    return one < other ? -1 : Number(one > other);
  });
}
