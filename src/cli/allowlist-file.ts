/**
 * Bytes of a list with the signature beside them -> list, and what the report says of it. A signature that
 * is wrong, or missing where one is demanded, is a usage error: nothing is judged by a list of anybody's.
 */
import { createHash } from 'node:crypto';
import type { RegistryServer } from '../allowlist/registry-page.ts';
import type { Allowlist } from '../model/allowlist.ts';
import type { AllowlistInfo } from '../model/report.ts';
import { usageError } from '../model/usage-error.ts';
import type { PublicKey } from '../parse/minisign.ts';

/** What is demanded of a list. */
export type Trust = {
  /** Any of these may have signed it; a signature is checked whenever there are keys. */
  keys: PublicKey[];
  /** Who named the keys: `--key`, or a policy. */
  keysFrom: string;
  /** Whether a list without signature is refused. */
  signed: boolean;
  /** Whether an expired list is refused; otherwise it still denies and approves nothing. */
  refuseExpired: boolean;
};

export const noTrust: Trust = { keys: [], keysFrom: '--key', signed: false, refuseExpired: false };

export type ListBytes = { bytes: Buffer; signature: string | null };
/** A list, what the report says of it, and the bytes that it was read from. */
export type Loaded = { list: Allowlist; info: AllowlistInfo; bytes: Buffer };
/** Where a list came from: what it is called in errors, and in the report. */
export type Source = { name: string; source: string; fetchedAt: Date; from: 'file' | 'network' | 'cache' };

/** Checks the signature. Returns the number of the key that made it, or null where none is demanded. */
export async function demandSigned({ bytes, signature }: ListBytes, name: string, trust: Trust) {
  if (trust.keys.length === 0) return null;
  if (signature === null) {
    if (!trust.signed) return null;
    const way = 'sign it with `shadowscan allowlist sign` or minisign';
    throw usageError(`${name}: is not signed (no ${name}.minisig), which ${trust.keysFrom} demands; ${way}`);
  }
  const { verifySignature } = await import('../allowlist/signature.ts');
  const verified = verifySignature(bytes, signature, trust.keys);
  if (typeof verified === 'string') throw usageError(`${name}.minisig: ${verified}`);
  return verified.keyId;
}

/** Last moment of a list in milliseconds, or null when it has none. */
function endOf({ expires }: Allowlist): number | null {
  if (expires === undefined) return null;
  return Date.parse(expires.includes('T') ? expires : `${expires}T23:59:59.999Z`);
}

/** Whether a list has expired. */
export function isExpired(list: Allowlist, now: Date): boolean {
  const end = endOf(list);
  return end !== null && now.getTime() > end;
}

/** The list in some bytes. */
export async function readList(
  given: ListBytes,
  { name, source, fetchedAt, from }: Source,
  trust: Trust,
  now: Date,
): Promise<Loaded> {
  const keyId = await demandSigned(given, name, trust);
  const { parseAllowlist } = await import('../allowlist/parse.ts');
  const list = parseAllowlist(given.bytes, name);
  if (trust.refuseExpired && isExpired(list, now)) {
    throw usageError(
      `${name}: expired on ${list.expires}, and the policy refuses expired lists; get a new one`,
    );
  }
  const info: AllowlistInfo = {
    source,
    name: list.name,
    version: list.version,
    sha256: createHash('sha256').update(given.bytes).digest('hex'),
    fetchedAt: fetchedAt.toISOString(),
    expiresAt: list.expires ?? null,
    signature: keyId === null ? 'none' : 'valid',
    ...(keyId !== null && { keyId }),
    from,
  };
  return { list, info, bytes: given.bytes };
}

/** Servers of a registry as a list. No registry is signed, so where signatures are demanded it is refused. */
export async function readRegistry(
  { servers, leftOut: before }: { servers: RegistryServer[]; leftOut: number },
  { name, source, fetchedAt, from }: Source,
  trust: Trust,
  expires?: string,
): Promise<Loaded> {
  if (trust.keys.length > 0 && trust.signed) {
    const way = `and ${trust.keysFrom} demands a signed list; name one`;
    throw usageError(`${source}: what an MCP registry lists cannot be signed, ${way}`);
  }
  const { registryList } = await import('../allowlist/registry-list.ts');
  const { list, leftOut } = registryList(servers, { name, ...(expires !== undefined && { expires }) });
  const bytes = Buffer.from(JSON.stringify(servers), 'utf8');
  const all = leftOut + before;
  const info: AllowlistInfo = {
    source,
    name,
    version: list.version,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    fetchedAt: fetchedAt.toISOString(),
    expiresAt: expires ?? null,
    signature: 'none',
    from,
    ...(all > 0 && { leftOut: all }),
  };
  return { list, info, bytes };
}
