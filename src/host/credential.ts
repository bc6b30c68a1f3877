/**
 * Credentials for receivers: from a file that its owner alone can read, from the environment, never from an
 * argument. What is wrong is told without a character of it.
 */
import type { CredentialReference } from '../model/sink.ts';
import { readManaged, runningUid } from './managed-file.ts';

/** The credential, or what is wrong with it. */
export function readCredential(reference: CredentialReference): { value: string } | { flaw: string } {
  const { file, env } = reference;
  const text = file !== undefined ? textIn(file) : env !== undefined ? inEnvironment(env) : notYet;
  if ('flaw' in text) return text;
  const value = text.value.trim();
  // A line break would begin another header.
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value)
    ? { value }
    : { flaw: 'must be one line of printable characters' };
}

const notYet = { flaw: 'an entry of the keychain cannot be read by a scan; use a file or a variable' };

function inEnvironment(name: string): { value: string } | { flaw: string } {
  const value = process.env[name];
  return value ? { value } : { flaw: `the variable ${name} is not set` };
}

function textIn(file: string): { value: string } | { flaw: string } {
  const read = readManaged(file, { owner: runningUid(), secret: true });
  if (read === null) return { flaw: `${file} is not there` };
  return 'flaw' in read ? { flaw: `${file} ${read.flaw}` } : { value: read.toString('utf8') };
}
