/**
 * Lists by address: a list file with its signature, or an MCP registry. What was fetched is kept, so that the
 * next scan has it without network; the report says which it was and from when.
 */
import type { Cache } from '../host/cache.ts';
import type { Connection } from '../host/network.ts';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { version } from '../version.ts';
import { type Loaded, type Trust, readList, readRegistry } from './allowlist-file.ts';
import {
  type Kept,
  type KeptList,
  type KeptRegistry,
  demandNewest,
  keep,
  keptOf,
  remember,
  usableCache,
} from './kept-list.ts';

export type RemoteOptions = {
  /** Only what is kept is used. */
  offline: boolean;
  /** Another folder than the user's own. */
  cache: string | undefined;
  /** Takes one line for people. */
  warn: (line: string) => void;
  /** Whether a registry is read as a whole, and a failure is one even when there is a copy. */
  fresh: boolean;
};

type Fetching = { url: URL; kept: Kept | null; now: Date; trust: Trust; fresh: boolean };

const hours = 3_600_000;
const schema = 'shadowscan.cache/1';

async function listOf(kept: KeptList, trust: Trust, now: Date, from: 'network' | 'cache'): Promise<Loaded> {
  const given = { bytes: Buffer.from(kept.text, 'utf8'), signature: kept.signature };
  const fetchedAt = new Date(kept.fetchedAt);
  return readList(given, { name: kept.url, source: kept.url, fetchedAt, from }, trust, now);
}

/** A registry's copy as a list. Of what was fetched only: it says no expiry itself. */
function registryOf(kept: KeptRegistry, trust: Trust, from: 'network' | 'cache'): Promise<Loaded> {
  const expires = new Date(Date.parse(kept.fetchedAt) + limits.registryDays * 24 * hours).toISOString();
  const name = `MCP registry ${new URL(kept.url).host}`;
  const source = { name, source: kept.url, fetchedAt: new Date(kept.fetchedAt), from };
  return readRegistry(kept, source, trust, expires);
}

function loadedFrom(kept: Kept, trust: Trust, now: Date, from: 'network' | 'cache'): Promise<Loaded> {
  return kept.kind === 'list' ? listOf(kept, trust, now, from) : registryOf(kept, trust, from);
}

type Fetched = { kept: Kept } | { failed: string };

const accepted = 'application/yaml, application/json, text/yaml, text/plain, application/octet-stream';

/** A list file and what signs it; or a registry's list that is served as a file. */
async function fetchList(connection: Connection, { url, kept, now }: Fetching): Promise<Fetched> {
  const before = kept?.kind === 'list' ? kept : null;
  const answer = await connection.get(url, accepted, before?.etag);
  if ('failed' in answer) return answer;
  if (answer.status === 404) return { failed: 'it is not there' };
  if (answer.type.includes('html')) return { failed: 'it answers with a page for people' };
  if (answer.status === 304 && before === null) return { failed: 'it answers with status 304' };
  const common = { schema, url: url.href, fetchedAt: now.toISOString() } as const;
  if (answer.status === 200 && url.pathname.endsWith('.json')) {
    const { pageOf } = await import('./fetch-registry.ts');
    const page = pageOf('application/json', answer.bytes);
    if (!('failed' in page)) {
      const { servers, leftOut, nextCursor } = page;
      if (nextCursor !== null) return { failed: 'it is one page of several; name the registry itself' };
      return { kept: { ...common, kind: 'registry', wholeAt: common.fetchedAt, servers, leftOut } };
    }
  }
  const signed = await connection.get(new URL(`${url.href}.minisig`), 'text/plain');
  if ('failed' in signed) return signed;
  const signature = signed.status === 200 ? signed.bytes.toString('utf8') : null;
  const text = answer.status === 304 ? before!.text : answer.bytes.toString('utf8');
  const etag = answer.status === 304 ? before!.etag : answer.etag;
  return { kept: { ...common, kind: 'list', etag, text, signature } };
}

async function fetchServers(connection: Connection, { url, kept, now, fresh }: Fetching): Promise<Fetched> {
  const { fetchRegistry } = await import('./fetch-registry.ts');
  const before = kept?.kind === 'registry' ? kept : null;
  const age = before === null ? Infinity : now.getTime() - Date.parse(before.wholeAt);
  const recent = !fresh && age >= 0 && age < limits.registryWholeHours * hours;
  const got = await fetchRegistry(connection, url, recent ? before!.servers : null);
  if ('failed' in got) return got;
  const fetchedAt = now.toISOString();
  const common = { schema, url: url.href, fetchedAt, kind: 'registry' } as const;
  const wholeAt = got.whole ? fetchedAt : before!.wholeAt;
  const leftOut = got.leftOut + (got.whole ? 0 : before!.leftOut);
  return { kept: { ...common, wholeAt, servers: got.servers, leftOut } };
}

async function fetchAny(fetching: Fetching): Promise<Fetched> {
  const { connect } = await import('../host/network.ts');
  const connection = connect(fetching.url, `shadowscan/${version}`);
  try {
    const isFile = /\.(ya?ml|json)$/i.test(fetching.url.pathname);
    return await (isFile ? fetchList(connection, fetching) : fetchServers(connection, fetching));
  } finally {
    connection.close();
  }
}

/** How long ago something was, for people. */
function ageOf(fetchedAt: string, now: Date): string {
  const passed = Math.max(0, (now.getTime() - Date.parse(fetchedAt)) / hours);
  return passed < 48 ? `${Math.floor(passed)} hours` : `${Math.floor(passed / 24)} days`;
}

const offlineReason = 'the network is not to be used';

async function fromCache(
  cache: Cache | null,
  { url, kept, now, trust }: Fetching,
  why: string,
  warn: (line: string) => void,
): Promise<Loaded> {
  if (kept === null) {
    const way = 'fetch it with `shadowscan allowlist sync` while there is a network';
    throw usageError(`${url.href}: ${why}, and no copy is kept; ${way}`);
  }
  if (why !== offlineReason) warn(`${url.href}: ${why}; using the copy of ${ageOf(kept.fetchedAt, now)} ago`);
  const loaded = await loadedFrom(kept, trust, now, 'cache');
  if (kept.kind === 'list') demandNewest(cache, loaded, url.href);
  return loaded;
}

/** The list that an address serves, from there or from the copy that is kept. */
export async function loadRemote(
  given: string,
  now: Date,
  trust: Trust,
  { offline, cache: folder, warn, fresh }: RemoteOptions,
): Promise<Loaded> {
  const { addressFlaw } = await import('../host/network.ts');
  const flaw = addressFlaw(given);
  if (flaw !== null) throw usageError(`--allowlist: the address of the list ${flaw}`);
  const url = new URL(given);
  const { cache, complaint } = usableCache(folder);
  if (complaint !== null) warn(complaint);
  const fetching = { url, kept: keptOf(cache, url.href), now, trust, fresh };
  if (offline) return fromCache(cache, fetching, offlineReason, warn);
  const fetched = await fetchAny(fetching);
  if ('failed' in fetched) {
    if (fresh) throw usageError(`${url.href}: ${fetched.failed}`);
    return fromCache(cache, fetching, fetched.failed, warn);
  }
  const loaded = await loadedFrom(fetched.kept, trust, now, 'network');
  // What a registry lists has no version of its own that could only rise.
  const versioned = fetched.kept.kind === 'list';
  if (versioned) demandNewest(cache, loaded, url.href);
  const complaints = [keep(cache, fetched.kept), versioned ? remember(cache, loaded) : null];
  for (const why of complaints) if (why !== null) warn(why);
  return loaded;
}
