/**
 * `test/catalogue/coverage.md`: of every place and name that research knows of a tool, which row looks at it.
 * What is known is in `known-paths.json` beside it, and why a row is left out on purpose in `not-used.yaml`.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Platform, Platform as PlatformSchema } from '../../src/model/common.ts';
import type { Ruleset } from '../../src/model/rules.ts';
import { type Looked, installedNames, lookedAt } from './looked-at.ts';
import { documented, meets, textsMeet } from './patterns.ts';

const sections = [
  'binary',
  'package',
  'bundle',
  'extension',
  'install',
  'home',
  'profile',
  'mcp',
  'credential',
  'account',
  'permission',
  'instruction',
  'policy',
] as const;
const Known = z.strictObject({
  /** Tool files of a research entry, where they go by other names. */
  files: z.record(z.string(), z.array(z.string()).min(1)),
  /** Research entry -> section, systems (`all`, or names with blanks), path or name. */
  rows: z.record(z.string(), z.array(z.tuple([z.enum(sections), z.string(), z.string()]))),
});
const NotUsed = z.array(
  z.strictObject({ tool: z.string(), path: z.union([z.string(), z.array(z.string())]), reason: z.string() }),
);

type Section = (typeof sections)[number];
type Verdict = 'used' | 'elsewhere' | 'not used' | 'missing';
type Row = { tool: string; section: Section; os: string; path: string };
export type Covered = Row & { verdict: Verdict; by: string };

const folder = new URL('../../test/catalogue/', import.meta.url);
const read = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
export const known = Known.parse(JSON.parse(read('known-paths.json')));
export const notUsed = NotUsed.parse(parse(read('not-used.yaml')));

/** Where the names of a section stand in a tool file; packages say it themselves (`npm:name`). */
const fieldsOf: Partial<Record<Section, string[]>> = {
  binary: ['binaries', 'commonBinaries'],
  bundle: ['bundles'],
  extension: ['extensions'],
};

const all = PlatformSchema.options;
const platformsOf = (os: string): Platform[] => (os === 'all' ? all : (os.split(' ') as Platform[]));
const lastPart = (name: string): string => name.slice(name.startsWith('@') ? 0 : name.lastIndexOf('/') + 1);

/** The field of `installed:` that has a name, or null. */
function fieldWith(rules: Ruleset, id: string, section: Section, path: string): string | null {
  const tool = rules.tools.find((one) => one.id === id);
  if (tool === undefined) return null;
  const [, kind, name] = /^(\w+):(.+)$/.exec(section === 'package' ? path : '') ?? [];
  const wanted = lastPart(name ?? path).toLowerCase();
  const fields = kind === undefined ? (fieldsOf[section] ?? []) : [kind];
  const has = (field: string): boolean =>
    installedNames(tool, field).some((one) => textsMeet(lastPart(one).toLowerCase(), wanted));
  return fields.find(has) ?? null;
}

type Index = ReadonlyMap<string, ReadonlyMap<Platform, readonly Looked[]>>;

function indexOf(rules: Ruleset): Index {
  return new Map(
    rules.tools.map((tool) => [tool.id, new Map(all.map((os) => [os, lookedAt(tool, rules, os)]))]),
  );
}

/** The words of a tool file that make it look at a path, and on which of the systems. */
function pathIn(index: Index, id: string, os: string, path: string): string | null {
  const pattern = documented(path);
  const found = platformsOf(os).flatMap((platform) => {
    const met = (index.get(id)?.get(platform) ?? []).map(({ pattern: ours, by }) => ({
      by,
      as: meets(pattern, ours),
    }));
    const best = met.find(({ as }) => as === 'path') ?? met.find(({ as }) => as === 'folder');
    return best === undefined ? [] : [{ platform, by: best.by }];
  });
  if (found.length === 0) return null;
  const systems =
    found.length < platformsOf(os).length ? ` (${found.map((one) => one.platform).join(', ')})` : '';
  return `${id} \`${found[0]!.by}\`${systems}`;
}

/** A path under `installed:` that ends in a program's name. */
function programIn(index: Index, id: string, os: string, name: string): string | null {
  const patterns = [name, `${name}.exe`, `${name}.cmd`].map((one) => documented(`**/${one}`));
  const found = platformsOf(os)
    .flatMap((platform) => index.get(id)?.get(platform) ?? [])
    .find((looked) => looked.installed && patterns.some((one) => meets(one, looked.pattern) === 'path'));
  return found === undefined ? null : `${id} \`${found.by}\``;
}

/** What looks for a known row in one tool file. */
function usedBy(rules: Ruleset, index: Index, id: string, row: Row): string | null {
  const { section, os, path } = row;
  if (!(section in fieldsOf) && section !== 'package') return pathIn(index, id, os, path);
  const field = fieldWith(rules, id, section, path);
  if (field !== null) return `${id} \`${field}\``;
  return section === 'binary' ? programIn(index, id, os, path) : null;
}

/** The reason that somebody gave for leaving a row out. */
function reasonFor(tool: string, path: string): string | null {
  // Wildcards of the reason alone count.
  const literal = path.replace(/[*?]/g, '\0');
  const about = notUsed.filter((one) => one.tool === '*' || one.tool === tool);
  return (
    about.find((one) => [one.path].flat().some((pattern) => textsMeet(pattern, literal)))?.reason ?? null
  );
}

/** Every known row with what is made of it. */
export function coverage(rules: Ruleset): Covered[] {
  const index = indexOf(rules);
  const ids = rules.tools.map((tool) => tool.id);
  return Object.entries(known.rows).flatMap(([tool, rows]) =>
    rows.map(([section, os, path]): Covered => {
      const row = { tool, section, os, path };
      const first = (some: readonly string[]): string | undefined =>
        some.map((id) => usedBy(rules, index, id, row)).find((by) => by !== null) ?? undefined;
      const own = first(known.files[tool] ?? [tool]);
      if (own !== undefined) return { ...row, verdict: 'used', by: own };
      const reason = reasonFor(tool, path);
      if (reason !== null) return { ...row, verdict: 'not used', by: reason };
      // What lies anywhere would be found in any tool.
      const other = documented(path)[0] === '**' || section === 'binary' ? undefined : first(ids);
      return { ...row, verdict: other === undefined ? 'missing' : 'elsewhere', by: other ?? '' };
    }),
  );
}

const verdicts: Verdict[] = ['used', 'elsewhere', 'not used', 'missing'];

function totals(title: string, names: readonly string[], of: (name: string) => Covered[]): string[] {
  const lines = names.map((name) => {
    const counted = verdicts.map((verdict) => of(name).filter((row) => row.verdict === verdict).length);
    return `| ${name} | ${of(name).length} | ${counted.join(' | ')} |`;
  });
  return [`| ${title} | known | ${verdicts.join(' | ')} |`, '|---|--:|--:|--:|--:|--:|', ...lines, ''];
}

const shown = ({ section, os, path, verdict, by }: Covered): string => {
  const end = {
    used: `used by ${by}`,
    elsewhere: `read for ${by}`,
    'not used': `not used: ${by}`,
    missing: 'MISSING',
  };
  return `- ${section} ${os === 'all' ? '' : `${os} `}\`${path}\`: ${end[verdict]}`;
};

/** The coverage as text. */
export function coverageText(rules: Ruleset): string {
  const rows = coverage(rules);
  const tools = Object.keys(known.rows);
  const byTool = new Map(tools.map((tool) => [tool, rows.filter((row) => row.tool === tool)]));
  const missing = rows.filter((row) => row.verdict === 'missing');
  return [
    '# Coverage of known places',
    '',
    'Made by `npm run gen` from `known-paths.json`, `not-used.yaml` and `rules/`; do not edit. `elsewhere`: no row of',
    'the tool itself, but another tool looks there.',
    '',
    ...totals('section', ['all', ...sections], (name) =>
      name === 'all' ? rows : rows.filter((row) => row.section === name),
    ),
    ...totals('tool', tools, (tool) => byTool.get(tool)!),
    `## Missing: ${missing.length}`,
    '',
    ...missing.map((row) => `- **${row.tool}** ${row.section} ${row.os} \`${row.path}\``),
    '',
    ...tools.flatMap((tool) => [`## ${tool}`, '', ...byTool.get(tool)!.map(shown), '']),
  ].join('\n');
}
