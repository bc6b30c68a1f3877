/** Rule files from a folder: the built-in `rules/` when run from source, or an overlay named by `--rules`. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { readFile } from './open-file.ts';

export type RuleFile = { path: string; bytes: Buffer };

/**
 * Every YAML or JSON file below `folder`, sorted, paths relative to it with `/`. A folder that cannot be
 * read, or that has none, is a usage error: a scan with half of its rules would report too little.
 */
export function readRuleFiles(folder: string): RuleFile[] {
  let names: string[];
  try {
    names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch {
    throw usageError(`${folder}: cannot read the rules folder; name an existing folder with --rules`);
  }
  const ours = names.filter((name) => /\.(ya?ml|json)$/.test(name));
  if (ours.length === 0)
    throw usageError(`${folder}: holds no rule file (.yaml, .yml, .json); name a folder that does`);
  return ours.toSorted().map((name) => {
    const file = path.join(folder, name);
    demandTrusted(file);
    const read = readFile(file, folder, limits.ruleBytes);
    if (read === null) throw usageError(`${file}: not found`);
    if ('refused' in read) throw usageError(`${file}: cannot be read as a rule file (${read.refused})`);
    return { path: name.replaceAll('\\', '/'), bytes: read.bytes };
  });
}

/**
 * Root must not take rules or approvals from somebody else. Throws a usage error when the running user is
 * root and the file or folder, or one above it, can be written by another user.
 */
export function demandTrusted(file: string): void {
  if (process.geteuid?.() !== 0) return;
  let current = path.resolve(file);
  for (;;) {
    let stat: fs.Stats;
    try {
      stat = fs.statSync(current);
    } catch {
      throw usageError(`${file}: not found`);
    }
    const sticky = (stat.mode & 0o1000) !== 0;
    if (stat.uid !== 0 || ((stat.mode & 0o022) !== 0 && !sticky)) {
      throw usageError(
        `${current}: must belong to root and be writable by root alone when the scan runs as root`,
      );
    }
    const above = path.dirname(current);
    if (above === current) return;
    current = above;
  }
}

/** The folder of the built-in rules when the program runs from its source. */
export function builtInRules(): string {
  return path.join(import.meta.dirname, '..', '..', 'rules');
}

/** Whether a path is a file, and no folder of rules. */
export function isFile(given: string): boolean {
  return fs.statSync(given, { throwIfNoEntry: false })?.isFile() ?? false;
}
