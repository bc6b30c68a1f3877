/**
 * Rules: files -> one frozen Ruleset. Built-in rules come folded (validated when they were built); an overlay
 * adds tools, checks and so on, or replaces those with the same id. What is wrong with a rule file is a usage
 * error that names file, line and the way out, before anything is scanned.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { RuleFile } from './host/rule-files.ts';
import * as rules from './model/rules.ts';
import * as tool from './model/tool.ts';
import { usageError } from './model/usage-error.ts';
import { parseRuleFile } from './parse/rule-file.ts';
import { compileSelector } from './parse/selector.ts';

/** Validated rule files by folder and name, shapes not yet folded in. Plain JSON. */
export type FoldedRules = {
  sha256: string;
  places: tool.PlacesFile | null;
  server: tool.ServerShape | null;
  words: rules.SecretWords | null;
  shapes: Record<string, tool.ShapeFile>;
  tools: Record<string, tool.ToolFile>;
  wrappers: Record<string, rules.Wrapper>;
  secrets: Record<string, rules.SecretFile>;
  checks: Record<string, rules.CheckFile>;
  threats: Record<string, z.infer<typeof rules.ThreatFile>>;
  remotes: Record<string, z.infer<typeof rules.RemoteFile>>;
};

const singles = { places: tool.PlacesFile, server: tool.ServerShape, words: rules.SecretWords } as const;
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
const selectorKeys = new Set(['at', 'fields', 'expires', 'refresh', 'email', 'organisation', 'organisationId', 'plan']);

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
    words: null,
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

/** A tool with the rows and places of its shapes; its own places override theirs by name. */
function foldTool(
  id: string,
  file: tool.ToolFile,
  shapes: Record<string, tool.ShapeFile>,
  server: tool.ServerShape,
): tool.Tool {
  const { like = [], ...own } = file;
  const places: Record<string, tool.Paths> = {};
  const rows: tool.Row[] = [];
  for (const name of like) {
    const shape = shapes[name];
    if (shape === undefined) throw usageError(`rules/tools/${id}.yaml: no shape named ${name} in rules/shapes/`);
    Object.assign(places, shape.places);
    rows.push(...(shape.files ?? []));
  }
  rows.push(...(own.files ?? []));
  if (rows.some((row) => row.proves?.server !== undefined)) rows.push(...server.files);
  return { ...own, id, shapes: like, places: { ...places, ...own.places }, files: rows };
}

function named<T>(files: Record<string, T>): (T & { id: string })[] {
  return Object.keys(files)
    .toSorted()
    .map((id) => ({ ...files[id]!, id }));
}

/** Puts built-in rules and an overlay together. */
export function makeRuleset(version: string, builtIn: FoldedRules, overlay: FoldedRules | null): rules.Ruleset {
  const both = <K extends keyof typeof folders>(folder: K): FoldedRules[K] => ({
    ...builtIn[folder],
    ...overlay?.[folder],
  });
  const places = overlay?.places ?? builtIn.places;
  const server = overlay?.server ?? builtIn.server;
  const words = overlay?.words ?? builtIn.words;
  if (places === null || server === null || words === null) {
    throw usageError('rules/shapes/places.yaml, rules/shapes/server.yaml and rules/secrets/words.yaml are needed');
  }
  const shapes = both('shapes');
  const secrets = Object.values(both('secrets'));
  return Object.freeze({
    version,
    sha256: overlay ? sha256(builtIn.sha256 + overlay.sha256) : builtIn.sha256,
    places,
    server,
    words,
    tools: named(both('tools')).map((file) => foldTool(file.id, file, shapes, server)),
    wrappers: named(both('wrappers')),
    secrets: secrets.flatMap(({ provider, rotate, shapes: all }) =>
      all.map((shape) => ({ ...(rotate === undefined ? {} : { rotate }), ...shape, provider })),
    ),
    checks: named(both('checks')),
    threats: Object.values(both('threats')).flatMap((file) => file.threats),
    remotes: Object.values(both('remotes')).flatMap((file) => file.remotes),
  });
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
