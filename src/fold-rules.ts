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
import { OsvFile, osvThreats } from './osv-threats.ts';
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
    if (folder === 'osv' && id !== undefined) {
      const threats = osvThreats(parseRuleFile(OsvFile, file.bytes, shown));
      folded.threats[`osv-${id}`] = { description: `the advisory ${id}`, threats };
      digest.update(`${file.path}\0`).update(file.bytes).update('\0');
      continue;
    }
    if (folder === undefined || id === undefined || !(folder in folders)) {
      throw usageError(
        `${shown}: rule files belong into one of ${[...Object.keys(folders), 'osv'].join('/, ')}/`,
      );
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

/** One part of folded rules as its schema has it; a usage error where this program knows it otherwise. */
function checked(schema: z.ZodType, value: unknown, what: string): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const at = result.error.issues[0]?.path.join('.') ?? '';
  throw usageError(`${what}${at === '' ? '' : ` (${at})`}: is not as this program knows it; update either`);
}

/** Folded rules that come from elsewhere, checked like files; `label` is what they are called in errors. */
export function checkFolded(value: Record<string, unknown>, label: string): FoldedRules {
  const { sha256, ...parts } = value;
  const known = new Set<string>([...Object.keys(singles), ...Object.keys(folders)]);
  const strange = Object.keys(parts).find((name) => !known.has(name));
  if (strange !== undefined || typeof sha256 !== 'string')
    throw usageError(`${label}: holds ${strange ?? 'rules'} that this program does not know; update it`);
  const one = Object.entries(singles).map(([name, schema]) => {
    const part = parts[name] ?? null;
    return [name, part === null ? null : checked(schema, part, `${label}: ${name}`)];
  });
  const many = Object.entries(folders).map(([folder, schema]) => {
    const files = Object.entries((parts[folder] ?? {}) as Record<string, unknown>);
    const all = files.map(([id, file]) => [id, checked(schema, file, `${label}: ${folder}/${id}`)]);
    return [folder, Object.fromEntries(all)];
  });
  return { sha256, ...Object.fromEntries([...one, ...many]) } as FoldedRules;
}
