/**
 * Rules and allowlist, as every command that judges something needs them. All errors here are usage errors.
 */
import { demandTrusted, readRuleFiles } from '../host/rule-files.ts';
import { readFile } from '../host/open-file.ts';
import { limits } from '../limits.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { makeRuleset } from '../ruleset.ts';
import { rulesSource } from '../rules-source.ts';
import { version } from '../version.ts';
import { type Loaded, type Trust, noTrust, readList } from './allowlist-file.ts';
import path from 'node:path';

/** The built-in rules, and those of a folder on top of them. */
export async function loadRules(overlay?: string): Promise<Ruleset> {
  if (overlay === undefined) return makeRuleset(version, rulesSource(), null);
  demandTrusted(overlay);
  // Lazy, as below: a scan with built-in rules alone needs no validator.
  const { foldRules } = await import('../fold-rules.ts');
  return makeRuleset(version, rulesSource(), foldRules(readRuleFiles(overlay), overlay));
}

/** A file of the caller's, with what it may hold. */
function readGiven(given: string, file: string): Buffer | null {
  const read = readFile(file, path.parse(file).root, limits.ruleBytes);
  if (read === null) return null;
  if ('refused' in read) throw usageError(`--allowlist ${given}: cannot be read (${read.refused})`);
  return read.bytes;
}

/** An allowlist file, with the signature beside it, and what the report says of it. */
export async function loadAllowlistFile(given: string, now: Date, trust: Trust = noTrust): Promise<Loaded> {
  const file = path.resolve(given);
  demandTrusted(file);
  const bytes = readGiven(given, file);
  if (bytes === null) throw usageError(`--allowlist ${given}: no such file`);
  const signature = readGiven(`${given}.minisig`, `${file}.minisig`)?.toString('utf8') ?? null;
  const place = { name: given, source: file, fetchedAt: now, from: 'file' as const };
  return readList({ bytes, signature }, place, trust, now);
}

/** An allowlist by file or address. */
export async function loadAllowlist(given: string, now: Date, trust: Trust = noTrust): Promise<Loaded> {
  if (/^https?:\/\//i.test(given)) {
    throw usageError(
      '--allowlist: only files can be read in this version; download the list and name the file',
    );
  }
  return loadAllowlistFile(given, now, trust);
}
