/**
 * The key of fingerprints that is kept in the state folder, for machines whose policy has none: with it the
 * same secret is known from scan to scan of this folder, and nowhere else.
 */
import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { codeOf } from './error-code.ts';
import { keyBytes, keyOf } from '../secrets/digest.ts';
import { Secret } from '../secrets/secret.ts';
import type { FleetKey } from './fleet-key.ts';
import { readManaged, runningUid } from './managed-file.ts';
import { replaceFile } from './replace-file.ts';

export const stateKeyFile = 'fingerprint.key';

/** Makes the key where there is none yet. Two scans at once would make two: the caller sees to it. */
function ensure(file: string): void {
  if (fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined) return;
  replaceFile(file, (fd) => fs.writeFileSync(fd, `${randomBytes(keyBytes).toString('hex')}\n`));
}

/** The key of a state folder, made when there is none; or in one line why it cannot be used. */
export function stateKey(folder: string): FleetKey {
  const file = path.join(folder, stateKeyFile);
  const none = (why: string): FleetKey => ({
    key: null,
    complaint: `${file}: ${why}; fingerprints are left out`,
  });
  try {
    ensure(file);
  } catch (error) {
    return none(`cannot be written (${codeOf(error)})`);
  }
  const read = readManaged(file, { owner: runningUid(), secret: true });
  if (read === null) return none('cannot be read');
  if ('flaw' in read) return none(read.flaw);
  const key = keyOf(new Secret(read.toString('utf8')));
  return key === null ? none('holds no key; remove it for a new one') : { key, complaint: null };
}
