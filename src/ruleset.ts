/**
 * Folded rules -> one frozen Ruleset. Built-in rules were validated when they were folded. An overlay adds
 * tools, places, checks and so on; it replaces nothing.
 */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type * as rules from './model/rules.ts';
import type * as tool from './model/tool.ts';
import { usageError } from './model/usage-error.ts';

/** Validated rule files by folder and name, shapes not yet folded in. Plain JSON. */
export type FoldedRules = {
  sha256: string;
  places: tool.PlacesFile | null;
  server: tool.ServerShape | null;
  caches: rules.Ruleset['caches'] | null;
  words: rules.SecretWords | null;
  moves: rules.Ruleset['moves'] | null;
  shapes: Record<string, tool.ShapeFile>;
  tools: Record<string, tool.ToolFile>;
  wrappers: Record<string, rules.Wrapper>;
  secrets: Record<string, rules.SecretFile>;
  checks: Record<string, rules.CheckFile>;
  threats: Record<string, z.infer<typeof rules.ThreatFile>>;
  remotes: Record<string, z.infer<typeof rules.RemoteFile>>;
};

type Folder = 'wrappers' | 'secrets' | 'checks' | 'threats' | 'remotes';

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
    if (shape === undefined)
      throw usageError(`rules/tools/${id}.yaml: no shape named ${name} in rules/shapes/`);
    Object.assign(places, shape.places);
    rows.push(...(shape.files ?? []));
  }
  rows.push(...(own.files ?? []));
  if (rows.some((row) => row.proves?.server !== undefined)) rows.push(...server.files);
  const options = like.flatMap((name) => shapes[name]?.running?.options ?? []);
  const running = { ...own.running, options: [...options, ...(own.running?.options ?? [])] };
  return { ...own, id, shapes: like, running, places: { ...places, ...own.places }, files: rows };
}

function named<T>(files: Record<string, T>): (T & { id: string })[] {
  return Object.keys(files)
    .toSorted()
    .map((id) => ({ ...files[id]!, id }));
}

/** What an overlay may not replace: a list of one's own must not silence what is built in. */
const kept = ['wrappers', 'secrets', 'checks', 'threats', 'remotes'] as const;

function demandNew(builtIn: FoldedRules, overlay: FoldedRules): void {
  for (const folder of kept) {
    const twice = Object.keys(overlay[folder]).find((id) => Object.hasOwn(builtIn[folder], id));
    if (twice === undefined) continue;
    throw usageError(`--rules: ${folder}/${twice} would replace a built-in rule; give it another name`);
  }
}

/** What tells a running tool, of a rule and an overlay; its binaries do until a rule names programs. */
function addedRunning(own: tool.ShapeFile | tool.ToolFile, more: tool.Running = {}): tool.Running {
  const both = <T>(a: T[] = [], b: T[] = []): T[] => [...a, ...b];
  const { running = {}, installed } = own;
  return {
    ...running,
    ...(more.programs && { programs: both(running.programs ?? installed?.binaries, more.programs) }),
    paths: both(running.paths, more.paths),
    options: both(running.options, more.options),
  };
}

/** A tool or shape of an overlay adds its places and files to the built-in one of the same name. */
function added<T extends tool.ShapeFile | tool.ToolFile>(own: T | undefined, more: T): T {
  if (own === undefined) return more;
  return {
    ...more,
    places: { ...own.places, ...more.places },
    files: [...(own.files ?? []), ...(more.files ?? [])],
    running: addedRunning(own, more.running),
    ...('installed' in own && { installed: own.installed }),
    ...('like' in own && { like: own.like }),
  };
}

function addAll<T extends tool.ShapeFile | tool.ToolFile>(
  builtIn: Record<string, T>,
  overlay: Record<string, T> = {},
): Record<string, T> {
  const more = Object.entries(overlay).map(([id, file]) => [id, added(builtIn[id], file)] as const);
  return { ...builtIn, ...Object.fromEntries(more) };
}

/** Puts built-in rules and an overlay together. */
export function makeRuleset(
  version: string,
  builtIn: FoldedRules,
  overlay: FoldedRules | null,
): rules.Ruleset {
  const both = <K extends Folder>(folder: K): FoldedRules[K] => ({
    ...builtIn[folder],
    ...overlay?.[folder],
  });
  if (overlay) demandNew(builtIn, overlay);
  const places = overlay?.places ?? builtIn.places;
  const server = overlay?.server ?? builtIn.server;
  const words = overlay?.words ?? builtIn.words;
  const caches = overlay?.caches ?? builtIn.caches;
  const moves = overlay?.moves ?? builtIn.moves;
  if (places === null || server === null || words === null || caches === null || moves === null) {
    const shapes = ['places', 'server', 'caches', 'moves'].map((name) => `rules/shapes/${name}.yaml`);
    throw usageError(`${shapes.join(', ')} and rules/secrets/words.yaml are needed`);
  }
  const shapes = addAll(builtIn.shapes, overlay?.shapes);
  const secrets = Object.values(both('secrets'));
  return Object.freeze({
    version,
    sha256: overlay ? sha256(builtIn.sha256 + overlay.sha256) : builtIn.sha256,
    places,
    server,
    caches,
    moves,
    words,
    tools: named(addAll(builtIn.tools, overlay?.tools)).map((file) =>
      foldTool(file.id, file, shapes, server),
    ),
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
