/**
 * The key of fingerprints that the reports of a fleet can be compared by, from a policy that root alone can
 * write and read. What anybody else could have put there, or could read, is refused: with the key a
 * fingerprint can be tried out. Windows tells no modes; there the folder's own rights have to do.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { Platform } from '../model/common.ts';
import { decodePlist } from '../parse/plist.ts';
import { child, scalarText } from '../parse/nodes.ts';
import { keyOf } from '../secrets/digest.ts';
import { Secret } from '../secrets/secret.ts';
import { readFile } from './open-file.ts';

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

/** What is wrong with a file or a folder above it; null when only `owner` can have written it. */
function flawOf(file: string, owner: number): string | null {
  const own = fs.lstatSync(file);
  if (own.isSymbolicLink() || !own.isFile()) return 'must be a plain file and no link';
  if (process.platform === 'win32') return null;
  if (own.uid !== owner) return 'must belong to root';
  if ((own.mode & 0o077) !== 0) return 'must be readable by root alone';
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    const { uid, mode } = fs.statSync(folder);
    const sticky = (mode & 0o1000) !== 0;
    if ((uid !== owner && uid !== 0) || ((mode & 0o022) !== 0 && !sticky))
      return 'lies in a folder of others';
    if (path.dirname(folder) === folder) return null;
  }
}

function keyIn(file: string, bytes: Buffer): Buffer | null {
  if (!file.endsWith('.plist')) return keyOf(new Secret(bytes.toString('utf8')));
  const text = scalarText(child(decodePlist(bytes).tree, 'fingerprintKey'));
  return text && keyOf(text);
}

/** The key in the first of some files that is there. `owner` is whom they must belong to. */
export function readKeyFile(files: string[], owner = 0): FleetKey {
  for (const file of files) {
    try {
      const flaw = flawOf(file, owner);
      const way = 'fingerprints are left out';
      if (flaw !== null) return { key: null, complaint: `${file}: ${flaw}; ${way}` };
      const read = readFile(file, path.parse(file).root, limits.keyBytes);
      if (read === null || 'refused' in read) continue;
      const key = keyIn(file, read.bytes);
      if (key !== null) return { key, complaint: null };
      if (!file.endsWith('.plist'))
        return { key: null, complaint: `${file}: expected 32 bytes or more in hex or base64; ${way}` };
    } catch {
      // Not there, or not for this user to read, as it should be.
    }
  }
  return { key: null, complaint: null };
}

/** The key that this machine's policy has. */
export function fleetKey(platform: Platform): FleetKey {
  return readKeyFile(places[platform]);
}
