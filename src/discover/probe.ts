/**
 * What no catalogue knows yet: files in the folders that the probe names whose text mentions a map of MCP
 * servers. It looks at names, sizes and words; what is in a file is told by the rows that read it.
 */
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import type { Probe } from '../model/probe.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Tool } from '../model/tool.ts';
import { expand } from './expand.ts';
import type { Bound } from './paths.ts';
import { type Budget, walk } from './walk.ts';

/** A file worth reading, and the folder that speaks for whoever keeps it. */
export type Probed = { path: string; keeper: string; map: boolean };

export type Probing = {
  host: Host;
  tool: Tool & { probe: Probe };
  rules: Ruleset;
  bound: Bound;
  budget: Budget & { files: number };
  /** Whether somebody reads the servers of a file already, by its real path. */
  taken(realPath: string): boolean;
  refuse(path: string, reason: GapReason): void;
};

function mentions(host: Host, file: string, boundary: string, words: Buffer[]): boolean {
  const read = host.read(file, boundary, limits.probeBytes);
  return read !== null && 'bytes' in read && words.some((word) => read.bytes.includes(word));
}

/** The words as bytes of each encoding that configuration comes in. */
const inBytes = (words: string[]): Buffer[] =>
  words.flatMap((word) => [
    Buffer.from(word),
    Buffer.from(word, 'utf16le'),
    Buffer.from(word, 'utf16le').swap16(),
  ]);

/** What a probe looks for, made ready once. */
function readyFor({ files, telling, maps, mentions: words }: Probe) {
  const [wanted, tells, isMap] = [new RegExp(files), new RegExp(telling), new RegExp(maps)];
  return { wanted, tells, isMap, words: inBytes(words) };
}

/** Files of a place that the probe would have read. */
export function probeFiles(place: Place, probing: Probing): Probed[] {
  const { host, tool, rules, bound, budget, taken, refuse } = probing;
  const { wanted, tells, isMap, words } = readyFor(tool.probe);
  const unwalked = new Set(rules.places.unwalked);
  const found = new Map<string, Probed>();
  /** Takes a file that is worth reading; `start` and `level` say where the walk met it. */
  const consider = (file: string, boundary: string, start: string, level: number): void => {
    const name = path.basename(file);
    if (found.has(file) || !wanted.test(name) || (level > 1 && !tells.test(name))) return;
    const info = host.look(file, boundary);
    if (info === null) return;
    if ('refused' in info) {
      // By its name it holds servers, and somebody has put it out of reach.
      if (isMap.test(name)) refuse(file, info.refused);
      return;
    }
    if (info.type !== 'file' || taken(info.realPath)) return;
    if (info.size > limits.probeBytes) {
      if (isMap.test(name)) refuse(file, 'too-large');
      return;
    }
    budget.files -= 1;
    if (budget.files < 0) refuse(start, 'too-many');
    else if (mentions(host, file, boundary, words)) {
      const keeper = path.join(start, path.relative(start, file).split(path.sep)[0]!);
      found.set(file, { path: file, keeper, map: isMap.test(name) });
    }
  };
  for (const { path: paths, into, depth } of tool.probe.folders) {
    const first = into === undefined ? null : new RegExp(into);
    for (const { literal: start, pattern, boundary } of expand(paths, { place, tool, rules, bound })) {
      if (pattern !== '') continue;
      walk(start, {
        host,
        boundary,
        budget,
        refuse: (folder, reason) => {
          // What somebody does not let us list says nothing of an agent; that we stopped looking does.
          if (reason === 'too-many' || reason === 'time-limit') refuse(folder, reason);
        },
        enter: (name, level) =>
          level < depth && !unwalked.has(name) && (level > 0 || first === null || first.test(name)),
        visit: (folder, entries, level) => {
          for (const { name, type } of entries)
            if (type === 'file' || type === 'link') consider(path.join(folder, name), boundary, start, level);
        },
      });
    }
  }
  return [...found.values()];
}
