/** `shadowscan allowlist verify` and `sign`: a list's minisign signature, checked and made. */
import path from 'node:path';
import { Command } from 'commander';
import { readManaged, runningUid } from '../host/managed-file.ts';
import { writeOut, writeWhole } from '../host/output.ts';
import { passphrase, passphraseVariable } from '../host/passphrase.ts';
import { usageError } from '../model/usage-error.ts';
import { Secret } from '../secrets/secret.ts';
import { isExpired, noTrust } from './allowlist-file.ts';
import { publicKeys } from './keys.ts';
import { loadAllowlistFile } from './load.ts';

const collect = (value: string, all: string[]): string[] => [...all, value];

async function verify(file: string, options: { key: string[] }): Promise<void> {
  const now = new Date();
  const { managedPolicy } = await import('./policy.ts');
  const policy = await managedPolicy();
  const given = options.key.length > 0 ? options.key : (policy?.settings.publicKeys ?? []);
  if (given.length === 0) throw usageError('allowlist verify: name the public key with --key');
  const by = options.key.length > 0 ? '--key' : policy!.source;
  const keys = publicKeys(given, by);
  const { list, info } = await loadAllowlistFile(file, now, { ...noTrust, keys, keysFrom: by, signed: true });
  const over = isExpired(list, now) ? `, EXPIRED on ${list.expires}` : '';
  writeOut([`${file}: ${list.name}, version ${list.version}, signed by key ${info.keyId}${over}\n`]);
}

/** The secret key of a file that is nobody else's to read. */
function secretKey(file: string): Secret {
  const read = readManaged(file, { owner: runningUid(), secret: true });
  if (read === null) throw usageError(`--key-file ${file}: no such file`);
  if ('flaw' in read) throw usageError(`--key-file ${file}: ${read.flaw}`);
  return new Secret(read.toString('utf8'));
}

/** Signs bytes as those of a file, beside which the signature is put. Returns the number of the key. */
export async function signBeside(file: string, bytes: Buffer, keyFile: string): Promise<string> {
  const key = secretKey(keyFile);
  const { isEncrypted, signFile } = await import('../secrets/signing-key.ts');
  const encrypted = isEncrypted(key);
  if (encrypted === null) throw usageError(`--key-file ${keyFile}: is not a minisign secret key`);
  const opened = encrypted ? await passphrase('Passphrase of the signing key: ') : null;
  if (encrypted && opened === null) {
    const way = `run it on a terminal, or set ${passphraseVariable}`;
    throw usageError(`--key-file ${keyFile}: needs its passphrase; ${way}`);
  }
  const name = path.basename(file).replace(/[^\x20-\x7e]/g, '?');
  const comment = `timestamp:${Math.floor(Date.now() / 1000)}\tfile:${name}\thashed`;
  const made = signFile(bytes, key, opened, comment);
  if (typeof made === 'string') throw usageError(`--key-file ${keyFile}: ${made}`);
  writeWhole(`${file}.minisig`, [made.signature]);
  return made.keyId;
}

async function sign(file: string, options: { keyFile: string }): Promise<void> {
  const now = new Date();
  const { list, bytes } = await loadAllowlistFile(file, now);
  const keyId = await signBeside(file, bytes, options.keyFile);
  const when = isExpired(list, now) ? 'EXPIRED on' : 'expires';
  const until = list.expires === undefined ? 'without expiry' : `${when} ${list.expires}`;
  writeOut([`${file}.minisig: ${list.name}, version ${list.version}, ${until}, signed by key ${keyId}\n`]);
}

/** The two commands, for `allowlist`. */
export function signingCommands(): Command[] {
  return [
    new Command('verify')
      .description("check a list's minisign signature, which lies beside it as FILE.minisig")
      .argument('<file>')
      .option(
        '--key <key>',
        'minisign public key, or a file with one; repeatable for rotation (default: those of the policy)',
        collect,
        [],
      )
      .action(verify),
    new Command('sign')
      .description('check a list and sign it with a minisign key; writes FILE.minisig')
      .argument('<file>')
      .requiredOption('--key-file <file>', 'minisign secret key: yours, and readable by you alone')
      .addHelpText(
        'after',
        `
The passphrase is asked for on the terminal, or taken from ${passphraseVariable}.
Keys: minisign -G, or -G -W for one without passphrase.
Raise the list's version each time: one older than was seen is refused.`,
      )
      .action(sign),
  ];
}
