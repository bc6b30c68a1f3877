/**
 * The key of fingerprints that the reports of a fleet can be compared by, from a policy that root alone can
 * write and read. What anybody else could have put there, or could read, is refused: with the key a
 * fingerprint can be tried out. Windows tells no modes; there the folder's own rights have to do.
 */
import type { Platform } from '../model/common.ts';
import { decodePlist } from '../parse/plist.ts';
import { child, scalarText } from '../parse/nodes.ts';
import { keyOf } from '../secrets/digest.ts';
import { Secret } from '../secrets/secret.ts';
import { readManaged } from './managed-file.ts';
import { readText } from '../parse/encoding.ts';

/** Where an administrator puts it; a property list has it under `fingerprintKey`. */
const places: Record<Platform, string[]> = {
  linux: ['/etc/shadowscan/fingerprint.key'],
  macos: [
    '/Library/Application Support/shadowscan/fingerprint.key',
    '/Library/Managed Preferences/shadowscan.plist',
  ],
  windows: ['C:/ProgramData/shadowscan/fingerprint.key'],
};

/** `complaint` is one line for people, when there is a file that cannot be trusted. */
export type FleetKey = { key: Buffer | null; complaint: string | null };

function keyIn(file: string, bytes: Buffer): Buffer | null {
  if (!file.endsWith('.plist')) return keyOf(new Secret(readText(bytes)));
  const text = scalarText(child(decodePlist(bytes).tree, 'fingerprintKey'));
  return text && keyOf(text);
}

/** Property lists are readable by everybody as they come; only one that holds the key must not be. */
function readKey(file: string, owner: number): Buffer | { complaint: string } | null {
  const isList = file.endsWith('.plist');
  const read = readManaged(file, { owner, secret: !isList });
  if (read === null || ('hidden' in read && read.hidden)) return null;
  if ('flaw' in read) return { complaint: read.flaw };
  const key = keyIn(file, read);
  if (key === null) return isList ? null : { complaint: 'expected 32 bytes or more in hex or base64' };
  const again = isList ? readManaged(file, { owner, secret: true }) : null;
  return again !== null && 'flaw' in again ? { complaint: again.flaw } : key;
}

/** The key in the first of some files that has one. `owner` is whom they must belong to. */
export function readKeyFile(files: string[], owner = 0): FleetKey {
  for (const file of files) {
    const read = readKey(file, owner);
    if (read === null) continue;
    if (!('complaint' in read)) return { key: read, complaint: null };
    return { key: null, complaint: `${file}: ${read.complaint}; fingerprints are left out` };
  }
  return { key: null, complaint: null };
}

/** The key that this machine's policy has: in the file that it names, else in the usual places. */
export function fleetKey(platform: Platform, named?: string): FleetKey {
  return readKeyFile(named === undefined ? places[platform] : [named]);
}
