/**
 * The list of an MCP registry (`/v0.1/servers`, or the older flat form): each package and each address of a
 * server becomes an approval. Names of servers only label it. What is deleted or deprecated is left out.
 */
import { type Imported, type Json, carry, isMap, leave, textAt, together } from './imported.ts';

/** Whether a document is of this kind. */
export function isRegistry(value: Json): boolean {
  return Array.isArray(value['servers']);
}

type Label = { name: string; version: string | null; status: string; more: Json };

/** What people added to the entry under their own key: who approved it, and until when. */
function addedTo(meta: unknown): Json {
  if (!isMap(meta)) return {};
  const own = Object.entries(meta).filter(([key]) => !key.startsWith('io.modelcontextprotocol.'));
  return Object.assign({}, ...own.map(([, value]) => (isMap(value) ? value : {}))) as Json;
}

function labelOf(item: Json, server: Json): Label {
  const meta = isMap(item['_meta']) ? item['_meta'] : {};
  const official = meta['io.modelcontextprotocol.registry/official'];
  return {
    name: textAt(server, 'name') ?? 'a server without a name',
    version: textAt(server, 'version') ?? textAt(server['version_detail'], 'version'),
    status: textAt(official, 'status') ?? textAt(server, 'status') ?? 'active',
    more: { ...addedTo(server['_meta']), ...addedTo(meta) },
  };
}

function hostOf(address: string): string {
  return URL.canParse(address) ? new URL(address).host : address;
}

/** Whether a registry is one that launchers fetch from anyway. */
function isUsualRegistry(address: string, usual: readonly string[]): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' && usual.some((one) => hostname === one || hostname.endsWith(`.${one}`));
}

const day = /^\d{4}-\d{2}-\d{2}(?:T.*Z)?$/;

function told({ more }: Label): { owner?: string; expires?: string } {
  const owner = textAt(more, 'owner', 'approvedBy');
  const expires = textAt(more, 'expires');
  return { ...(owner && { owner }), ...(expires && day.test(expires) && { expires }) };
}

function fromImage(one: Json, name: string, label: Label): Imported {
  const [, path = name, tag, digest] = /^(.*?)(?::([\w.-]+))?(?:@(sha256:[0-9a-f]{64}))?$/.exec(name) ?? [];
  const base = textAt(one, 'registryBaseUrl', 'registry_base_url');
  const whole = /^[^/]*[.:][^/]*\//.test(path) || base === null ? path : `${hostOf(base)}/${path}`;
  const version = tag ?? textAt(one, 'version');
  const narrowed = digest !== undefined ? { digest } : version !== null ? { tag: version } : {};
  const from = `${label.name} (${name})`;
  return carry('approve', { image: whole, ...narrowed, ...told(label) }, `registry: ${label.name}`, from);
}

function fromPackage(one: unknown, label: Label, usual: readonly string[]): Imported {
  const type = textAt(one, 'registryType', 'registry_type', 'registry_name');
  const name = textAt(one, 'identifier', 'name');
  const from = `${label.name} (${type ?? 'package'} ${name ?? ''})`;
  if (!isMap(one) || type === null || name === null) return leave(from, 'it does not say which package');
  if (type === 'oci' || type === 'docker') return fromImage(one, name, label);
  if (!['npm', 'pypi', 'nuget', 'cargo'].includes(type))
    return leave(from, `packages of type ${type} are not told apart by a list`);
  const base = textAt(one, 'registryBaseUrl', 'registry_base_url');
  if (base !== null && !isUsualRegistry(base, usual))
    return leave(from, `comes from another registry (${base}), which an entry cannot name`);
  const version = textAt(one, 'version') ?? label.version;
  const open = version === null || version === 'latest';
  const note = open ? `registry: ${label.name}, no version` : `registry: ${label.name}`;
  const entry = { package: `${type}:${name}`, ...(!open && { version }), ...told(label) };
  return carry('approve', entry, note, from);
}

function fromRemote(one: unknown, label: Label): Imported {
  const url = textAt(one, 'url');
  if (url === null) return leave(label.name, 'a remote without an URL');
  const from = `${label.name} (${url})`;
  if (/[?#]/.test(url)) {
    const bare = url.replace(/[?#].*$/, '');
    return carry(
      'approve',
      { url: bare, ...told(label) },
      `registry: ${label.name}, without its query`,
      from,
    );
  }
  return carry('approve', { url, ...told(label) }, `registry: ${label.name}`, from);
}

function fromServer(item: unknown, usual: readonly string[]): Imported {
  if (!isMap(item)) return leave('an entry', 'expected a map');
  const server = isMap(item['server']) ? item['server'] : item;
  const label = labelOf(item, server);
  if (label.status !== 'active') return leave(label.name, `is ${label.status} in the registry`);
  const packages = Array.isArray(server['packages']) ? server['packages'] : [];
  const remotes = Array.isArray(server['remotes']) ? server['remotes'] : [];
  if (packages.length + remotes.length === 0) return leave(label.name, 'names neither package nor address');
  return together([
    ...packages.map((one) => fromPackage(one, label, usual)),
    ...remotes.map((one) => fromRemote(one, label)),
  ]);
}

/** What a registry lists, as approvals. `usual` are the domains that launchers fetch from anyway. */
export function importRegistry(value: Json, usual: readonly string[]): Imported {
  const servers = Array.isArray(value['servers']) ? value['servers'] : [];
  const next = textAt(value['metadata'], 'nextCursor', 'next_cursor');
  const cut =
    next === null ? [] : [leave('metadata', 'further pages are not in this file: fetch them as well')];
  return together([...servers.map((one) => fromServer(one, usual)), ...cut]);
}
