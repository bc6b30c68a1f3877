/**
 * The catalogue for people: what is looked for where, for each tool and OS, with source and month. Paths are
 * written as a user would: `~`, `$VARIABLE`, `<workspace>`; a folder that a file names stays `<its name>`.
 */
import type { Platform } from '../model/common.ts';
import type { Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths, Row, Tool } from '../model/tool.ts';
import { platforms } from '../model/words.ts';
import { expand } from './expand.ts';
import { pick } from './paths.ts';

/** OS -> paths; an OS on which nothing is looked for is left out. */
export type PathsByOs = Partial<Record<Platform, string[]>>;

export type CatalogueFile = {
  paths: PathsByOs;
  /** Kinds of facts that the file proves. */
  proves: string[];
  /** What its being there says of the tool. */
  evidence: string;
  confidence: string;
  source: string;
  checked: string;
};

export type CatalogueTool = {
  id: string;
  name: string;
  vendor: string;
  category: string;
  homepage: string;
  source: string;
  checked: string;
  confidence: string;
  note: string | null;
  platforms: Platform[];
  /** Kind of evidence (`binaries`, `apps`, `npm` ...) -> names that are looked up. */
  installed: Record<string, string[]>;
  installPaths: PathsByOs;
  files: CatalogueFile[];
};

/** Places that stand for any machine: every variable is set, to its own name. */
function anyPlaces(platform: Platform): Place[] {
  const env = new Proxy({}, { get: (_, name) => `$${String(name)}` });
  const place = (kind: Place['kind'], path: string): Place => {
    const one: Place = { kind, path, boundary: path, platform, user: null, env, owner: null, home: null };
    if (kind !== 'machine') one.home = one;
    return one;
  };
  const drive = platform === 'windows' ? 'C:' : '';
  return [place('home', '~'), place('machine', drive), place('workspace', '<workspace>')];
}

function pathsOn(paths: Paths, tool: Tool, rules: Ruleset, platform: Platform): string[] {
  const all = anyPlaces(platform).flatMap((place) =>
    expand(paths, { place, tool, rules, bound: new Map() }).map(({ literal, pattern }) =>
      pattern === '' ? literal : `${literal}/${pattern}`,
    ),
  );
  // Bases that only a file can bind lead nowhere yet.
  const leads = new Set(tool.files.flatMap((row) => Object.keys(row.proves?.lead ?? {})));
  const bound = pick(paths, platform).filter((path) => leads.has(/^<([^>]+)>/.exec(path)?.[1] ?? ''));
  return [...new Set([...all, ...bound])];
}

function byOs(paths: Paths, tool: Tool, rules: Ruleset): PathsByOs {
  const each = platforms.map((platform) => [platform, pathsOn(paths, tool, rules, platform)] as const);
  return Object.fromEntries(each.filter(([, all]) => all.length > 0));
}

function fileOf(row: Row, tool: Tool, rules: Ruleset): CatalogueFile {
  return {
    paths: byOs(row.path, tool, rules),
    proves: Object.keys(row.proves ?? {})
      .filter((kind) => kind !== 'lead' && kind !== 'switch')
      .toSorted(),
    evidence: row.transcripts ? 'with --transcripts' : (row.evidence ?? 'configured'),
    confidence: row.confidence ?? tool.confidence ?? 'high',
    source: row.source ?? tool.source,
    checked: row.checked ?? tool.checked,
  };
}

/** Kinds of packages that one OS alone has. */
const ofOneOs: Record<string, Platform> = {
  apps: 'macos',
  cask: 'macos',
  snap: 'linux',
  flatpak: 'linux',
  deb: 'linux',
  msix: 'windows',
};

/** One tool as the catalogue tells it. */
export function catalogueTool(tool: Tool, rules: Ruleset): CatalogueTool {
  const { paths, bundles: _, ...names } = tool.installed ?? {};
  const files = tool.files.map((row) => fileOf(row, tool, rules));
  const installPaths = paths === undefined ? {} : byOs(paths, tool, rules);
  const seen = [...files.map((file) => file.paths), installPaths];
  const packaged = Object.entries(ofOneOs).flatMap(([kind, platform]) => (kind in names ? [platform] : []));
  const own = platforms.filter((one) => packaged.includes(one) || seen.some((all) => all[one] !== undefined));
  return {
    id: tool.id,
    name: tool.name,
    vendor: tool.vendor,
    category: tool.category,
    homepage: tool.homepage,
    source: tool.source,
    checked: tool.checked,
    confidence: tool.confidence ?? 'high',
    note: tool.note?.trim() ?? null,
    platforms: own.length > 0 ? own : [...platforms],
    installed: Object.fromEntries(Object.entries(names).map(([kind, all]) => [kind, all])),
    installPaths,
    files,
  };
}

/** How many of a tool's files prove a kind of fact, as a cell of a table; empty for none. */
export function provingCount({ files }: CatalogueTool, kind: string): string {
  const proving = files.filter(({ proves }) => proves.includes(kind)).length;
  return proving === 0 ? '' : String(proving);
}

/** The whole catalogue, in the order of ids. */
export function catalogue(rules: Ruleset): CatalogueTool[] {
  return rules.tools.map((tool) => catalogueTool(tool, rules));
}
