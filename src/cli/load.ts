/**
 * Rules and allowlist, as every command that judges something needs them. All errors here are usage errors.
 */
import { createHash } from 'node:crypto';
import { demandTrusted, readRuleFiles } from '../host/rule-files.ts';
import { readFile } from '../host/open-file.ts';
import { limits } from '../limits.ts';
import type { Allowlist } from '../model/allowlist.ts';
import type { AllowlistInfo } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { usageError } from '../model/usage-error.ts';
import { makeRuleset } from '../ruleset.ts';
import { rulesSource } from '../rules-source.ts';
import { version } from '../version.ts';
import path from 'node:path';

/** The built-in rules, and those of a folder on top of them. */
export async function loadRules(overlay?: string): Promise<Ruleset> {
  if (overlay === undefined) return makeRuleset(version, rulesSource(), null);
  demandTrusted(overlay);
  // Lazy, as below: a scan with built-in rules alone needs no validator.
  const { foldRules } = await import('../fold-rules.ts');
  const { demandLinear } = await import('../pattern-cost.ts');
  const added = foldRules(readRuleFiles(overlay), overlay);
  demandLinear(added, overlay);
  return makeRuleset(version, rulesSource(), added);
}

/** An allowlist file and what the report says of it. */
export async function loadAllowlist(
  given: string,
  now: Date,
): Promise<{ list: Allowlist; info: AllowlistInfo }> {
  if (/^https?:\/\//i.test(given)) {
    throw usageError(
      '--allowlist: only files can be read in this version; download the list and name the file',
    );
  }
  const file = path.resolve(given);
  demandTrusted(file);
  const read = readFile(file, path.parse(file).root, limits.ruleBytes);
  if (read === null) throw usageError(`--allowlist ${given}: no such file`);
  if ('refused' in read) throw usageError(`--allowlist ${given}: cannot be read (${read.refused})`);
  const { parseAllowlist } = await import('../allowlist/parse.ts');
  const list = parseAllowlist(read.bytes, given);
  const info: AllowlistInfo = {
    source: file,
    name: list.name,
    version: list.version,
    sha256: createHash('sha256').update(read.bytes).digest('hex'),
    fetchedAt: now.toISOString(),
    expiresAt: list.expires ?? null,
    signature: 'none',
  };
  return { list, info };
}
