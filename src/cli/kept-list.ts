/**
 * Copies of lists in the cache, and the memory of which versions were seen. A copy that cannot be read is
 * none; what it says is checked again each time, its signature too.
 */
import { createHash } from 'node:crypto';
import { codeOf } from '../host/error-code.ts';
import type { RegistryServer } from '../allowlist/registry-page.ts';
import { type Memory, memoryKey, remembering, replayed } from '../allowlist/replay.ts';
import { type Cache, cacheFolder, openCache } from '../host/cache.ts';
import { usageError } from '../model/usage-error.ts';
import type { Loaded } from './allowlist-file.ts';

type Common = { schema: 'shadowscan.cache/1'; url: string; fetchedAt: string };
export type KeptList = Common & { kind: 'list'; etag: string | null; text: string; signature: string | null };
export type KeptRegistry = Common & {
  kind: 'registry';
  /** When it was last read as a whole. */
  wholeAt: string;
  servers: RegistryServer[];
  leftOut: number;
};
export type Kept = KeptList | KeptRegistry;

const memoryName = 'versions.json';

/** The cache, or one that holds nothing and keeps nothing; then `complaint` says why. */
export function usableCache(folder: string | undefined): { cache: Cache | null; complaint: string | null } {
  const opened = openCache(folder ?? cacheFolder());
  return typeof opened === 'string'
    ? { cache: null, complaint: `cache ${opened}; nothing is kept or taken from there` }
    : { cache: opened, complaint: null };
}

const nameOf = (url: string): string => `${createHash('sha256').update(url).digest('hex').slice(0, 32)}.json`;

function parsed(bytes: Buffer | null): Record<string, unknown> | null {
  if (bytes === null) return null;
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

function isList({ text, signature }: Record<string, unknown>): boolean {
  return typeof text === 'string' && (signature === null || typeof signature === 'string');
}

function isServer(given: unknown): boolean {
  const { name, version, packages, remotes } = (given ?? {}) as Partial<RegistryServer>;
  const named = typeof name === 'string' && typeof version === 'string';
  return (
    named &&
    [packages, remotes].every((all) => Array.isArray(all) && all.every((one) => Array.isArray(one?.secrets)))
  );
}

function isRegistry({ servers, wholeAt, leftOut }: Record<string, unknown>): boolean {
  const counted = typeof wholeAt === 'string' && typeof leftOut === 'number';
  return counted && Array.isArray(servers) && servers.every(isServer);
}

/** The copy of what an address serves, or null. */
export function keptOf(cache: Cache | null, url: string): Kept | null {
  const value = parsed(cache?.read(nameOf(url)) ?? null);
  const ours = value?.['schema'] === 'shadowscan.cache/1' && value['url'] === url;
  const dated = typeof value?.['fetchedAt'] === 'string' && !Number.isNaN(Date.parse(value['fetchedAt']));
  if (!ours || !dated) return null;
  const whole = value['kind'] === 'list' ? isList(value) : isRegistry(value);
  return whole ? (value as unknown as Kept) : null;
}

/** Keeps a copy. Returns why it could not be kept, or null. */
export function keep(cache: Cache | null, kept: Kept): string | null {
  return write(cache, nameOf(kept.url), kept);
}

function write(cache: Cache | null, name: string, value: object): string | null {
  if (cache === null) return null;
  try {
    cache.write(name, `${JSON.stringify(value)}\n`);
    return null;
  } catch (error) {
    const code = codeOf(error);
    return `cache ${cache.folder}: cannot be written (${code}); nothing is kept for offline use`;
  }
}

function memoryOf(cache: Cache | null): Memory {
  const known = Object.entries(parsed(cache?.read(memoryName) ?? null) ?? {});
  return Object.fromEntries(known.filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

/** What a list, or another signed file, is remembered by. */
export type Versioned = { info: Pick<Loaded['info'], 'name' | 'source' | 'signature' | 'version'> };

/** Refuses a list that is older than one that was seen. */
export function demandNewest(cache: Cache | null, { info }: Versioned, name: string): void {
  const key = memoryKey(info.name, info.source, info.signature === 'valid');
  const seen = replayed(memoryOf(cache), key, info.version);
  if (seen === null) return;
  const what = `version ${info.version} is older than ${seen}, which was seen before`;
  throw usageError(`${name}: ${what}; raise the version whenever it changes`);
}

/** Remembers that a list was seen. Returns why that could not be done, or null. */
export function remember(cache: Cache | null, { info }: Versioned): string | null {
  const memory = memoryOf(cache);
  const key = memoryKey(info.name, info.source, info.signature === 'valid');
  if (memory[key] === info.version) return null;
  return write(cache, memoryName, remembering(memory, key, info.version));
}
