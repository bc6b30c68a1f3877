/**
 * All pages of an MCP registry over one connection. Half a registry is none: whatever goes wrong on the way,
 * the copy that is at hand stays. When only what is new was asked for and older entries came, the registry
 * does not know how to answer that, and what came is the whole.
 */
import { type RegistryServer, readRegistryPage, type RegistryPage } from '../allowlist/registry-page.ts';
import { mergeServers, newestChange } from '../allowlist/registry-list.ts';
import type { Connection, Failure } from '../host/network.ts';
import { limits } from '../limits.ts';

export type Registry = { servers: RegistryServer[]; leftOut: number; whole: boolean };

const pageSize = 100;
/** Milliseconds that are asked for again, in case the registry's clock stood still. */
const overlap = 5 * 60_000;

/** Where lists are served below an address that is given as people know it. */
export function listAddresses(base: URL): URL[] {
  const at = base.pathname.replace(/\/+$/, '').replace(/\/servers$/, '');
  const versions = /\/v0(\.\d+)?$/.test(at) ? [at] : [`${at}/v0.1`, `${at}/v0`];
  return versions.map((path) => new URL(`${path}/servers`, base.origin));
}

const isJson = (type: string): boolean => type === 'application/json' || type.endsWith('+json');

/** What an answer holds, when it is JSON of the right shape. */
export function pageOf(type: string, bytes: Buffer): RegistryPage | Failure {
  if (!isJson(type)) return { failed: 'it does not answer with JSON' };
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    return { failed: 'its JSON is broken or cut off' };
  }
  return readRegistryPage(value) ?? { failed: 'it does not answer with a list of servers' };
}

type Walk = { servers: RegistryServer[]; leftOut: number };

/** The pages from one address on; `missing` when there is no such address. */
async function walk(
  connection: Connection,
  first: URL,
  since: string | null,
): Promise<Walk | Failure | 'missing'> {
  const got: Walk = { servers: [], leftOut: 0 };
  const seen = new Set<string>();
  let bytes = 0;
  let cursor: string | null = null;
  for (let number = 0; ; number++) {
    if (number === limits.registryPages) return { failed: 'it has no last page' };
    const url = new URL(first);
    url.searchParams.set('limit', String(pageSize));
    if (since !== null) url.searchParams.set('updated_since', since);
    if (cursor !== null) url.searchParams.set('cursor', cursor);
    const answer = await connection.get(url, 'application/json');
    if ('failed' in answer) return answer;
    if (answer.status === 404) return number === 0 ? 'missing' : { failed: 'a page of it is not there' };
    if (answer.status !== 200) return { failed: `it answers with status ${answer.status}` };
    bytes += answer.bytes.length;
    if (bytes > limits.registryBytes) return { failed: 'it is larger than a registry may be' };
    const page = pageOf(answer.type, answer.bytes);
    if ('failed' in page) return page;
    got.servers.push(...page.servers);
    got.leftOut += page.leftOut;
    if (got.servers.length > limits.registryEntries) return { failed: 'it lists more than a registry may' };
    cursor = page.nextCursor;
    if (cursor === null) return got;
    if (cursor.length > limits.cursorChars || seen.has(cursor)) return { failed: 'its pages go in circles' };
    seen.add(cursor);
  }
}

/** From when on to ask for changes of what is known; null for the whole. */
function sinceOf(known: RegistryServer[] | null): string | null {
  const last = known === null ? null : newestChange(known);
  return last === null ? null : new Date(Date.parse(last) - overlap).toISOString();
}

/** Whether the answer holds nothing but what was asked for. */
function answersChanges(servers: RegistryServer[], since: string): boolean {
  return servers.every(({ updatedAt }) => updatedAt !== null && Date.parse(updatedAt) >= Date.parse(since));
}

/** The servers of a registry; with those that are `known`, only what has changed is asked for. */
export async function fetchRegistry(
  connection: Connection,
  base: URL,
  known: RegistryServer[] | null,
): Promise<Registry | Failure> {
  const since = sinceOf(known);
  for (const address of listAddresses(base)) {
    const got = await walk(connection, address, since);
    if (got === 'missing') continue;
    if ('failed' in got) return got;
    const changes = since !== null && answersChanges(got.servers, since);
    const servers = mergeServers(changes ? known! : [], got.servers);
    return { servers, leftOut: got.leftOut, whole: !changes };
  }
  return { failed: 'there is no MCP registry (no /v0.1/servers)' };
}
