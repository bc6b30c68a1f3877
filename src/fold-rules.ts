/**
 * Rule files -> validated JSON. What is wrong with one is a usage error that names file, line and the way
 * out, before anything is scanned. Only needed where rules are read from files: a build folds the built-in
 * ones.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { RuleFile } from './host/rule-files.ts';
import { CachesFile } from './model/cache.ts';
import { MovesFile } from './model/moves.ts';
import * as rules from './model/rules.ts';
import * as tool from './model/tool.ts';
import { usageError } from './model/usage-error.ts';
import { parseRuleFile } from './parse/rule-file.ts';
import { compileSelector } from './parse/selector.ts';
import type { FoldedRules } from './ruleset.ts';

const singles = {
  places: tool.PlacesFile,
  server: tool.ServerShape,
  caches: CachesFile,
  words: rules.SecretWords,
  moves: MovesFile,
} as const;
const folders = {
  shapes: tool.ShapeFile,
  tools: tool.ToolFile,
  wrappers: rules.Wrapper,
  secrets: rules.SecretFile,
  checks: rules.Check,
  threats: rules.ThreatFile,
  remotes: rules.RemoteFile,
} as const;

/** Selectors anywhere in a row are strings under these keys, or under `at` of any row. */
const selectorKeys = new Set([
  'at',
  'fields',
  'expires',
  'refresh',
  'email',
  'organisation',
  'organisationId',
  'plan',
]);

/** Compiles every selector below a value, so that a typing error is found before a scan. */
function checkSelectors(value: unknown, shown: string, key = ''): void {
  if (typeof value === 'string') {
    if (!selectorKeys.has(key)) return;
    try {
      compileSelector(value);
    } catch (error) {
      throw usageError(`${shown}: in \`${value}\`: ${(error as Error).message}`);
    }
  } else if (Array.isArray(value)) for (const item of value) checkSelectors(item, shown, key);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) checkSelectors(inner, shown, name);
  }
}

/** Parses and validates rule files; `label` is what their paths are shown under. */
export function foldRules(files: RuleFile[], label: string): FoldedRules {
  const folded: FoldedRules = {
    sha256: '',
    places: null,
    server: null,
    caches: null,
    words: null,
    moves: null,
    shapes: {},
    tools: {},
    wrappers: {},
    secrets: {},
    checks: {},
    threats: {},
    remotes: {},
  };
  const digest = createHash('sha256');
  for (const file of files) {
    const [, folder, id] = /^(\w+)\/([^/]+)\.(?:ya?ml|json)$/.exec(file.path) ?? [];
    const shown = `${label}/${file.path}`;
    if (folder === undefined || id === undefined || !(folder in folders)) {
      throw usageError(`${shown}: rule files belong into one of ${Object.keys(folders).join('/, ')}/`);
    }
    const single = folder === 'shapes' || folder === 'secrets' ? (id as keyof typeof singles) : null;
    if (single !== null && single in singles) {
      const schema: z.ZodType = singles[single];
      Object.assign(folded, { [single]: parseRuleFile(schema, file.bytes, shown) });
    } else {
      const schema: z.ZodType = folders[folder as keyof typeof folders];
      const parsed = parseRuleFile(schema, file.bytes, shown);
      if (folder === 'tools' || folder === 'shapes') checkSelectors((parsed as tool.ShapeFile).files, shown);
      folded[folder as keyof typeof folders][id] = parsed as never;
    }
    digest.update(`${file.path}\0`).update(file.bytes).update('\0');
  }
  folded.sha256 = digest.digest('hex');
  return folded;
}
