/**
 * Credentials for receivers: from a file that its owner alone can read, from the environment or the keychain
 * of the OS, never from an argument. What is wrong is told without a character of it.
 */
import { limits } from '../limits.ts';
import type { CredentialReference } from '../model/sink.ts';
import { keychainText } from '../secrets/keychain-text.ts';
import { readManaged, runningUid } from './managed-file.ts';
import { readText } from '../parse/encoding.ts';

type Read = { value: string } | { flaw: string };

/** The credential, or what is wrong with it. */
export async function readCredential({ file, env, keychain: name }: CredentialReference): Promise<Read> {
  const text =
    file !== undefined ? textIn(file) : env !== undefined ? inEnvironment(env) : await inKeychain(name!);
  if ('flaw' in text) return text;
  const value = text.value.trim();
  // A line break would begin another header.
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    ? { value }
    : { flaw: 'must be one line of printable characters' };
}

/** An entry of the service `shadowscan`, as `secret-tool` or `security` have put it there. */
async function inKeychain(name: string): Promise<Read> {
  // Lazy: few receivers have theirs there, and the library is not part of any other delivery.
  const { keychain } = await import('./keychain.ts');
  const got = await keychain.get(name, limits.keychainMilliseconds);
  if ('trouble' in got) return { flaw: `the keychain cannot be used (${got.trouble})` };
  if (got.value === null) return { flaw: `the keychain has no entry ${name} of the service shadowscan` };
  return { value: keychainText(got.value) };
}

function inEnvironment(name: string): Read {
  const value = process.env[name];
  return value ? { value } : { flaw: `the variable ${name} is not set` };
}

function textIn(file: string): Read {
  const read = readManaged(file, { owner: runningUid(), secret: true });
  if (read === null) return { flaw: `${file} is not there` };
  return 'flaw' in read ? { flaw: `${file} ${read.flaw}` } : { value: readText(read) };
}
