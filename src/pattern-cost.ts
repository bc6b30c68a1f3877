/**
 * Patterns of rules that somebody adds to the built-in ones: those that do not compile, or could take more
 * than linear time on a text that was made for it, are usage errors before anything is scanned. Scanned text
 * is hostile, and a regular expression cannot be stopped.
 */
import { createRequire } from 'node:module';
import type { analyse as Analyse } from 'scslre';
import { usageError } from './model/usage-error.ts';
import type { FoldedRules } from './ruleset.ts';

/** Keys whose texts are patterns, wherever they stand in a rule file. */
const patternKeys = new Set(['pattern', 'matches', 'unless', 'when', 'telling', 'into', 'before']);
/** The same for lists, and for what stands in a probe. */
const patternLists = new Set(['references', 'referenceDefaults', 'placeholders', 'shownPlaceholders']);
const probeKeys = new Set(['files', 'maps']);

/** Counts from here on are as good as none: what repeats a thousand times need not repeat for ever. */
const many = 10;
const shownChars = 80;
const wayOut = 'bound what repeats ({1,200}), and let neighbours that repeat match different characters';

let analyser: typeof Analyse | null = null;

function analyserOf(): typeof Analyse {
  analyser ??= (createRequire(import.meta.url)('scslre') as { analyse: typeof Analyse }).analyse;
  return analyser;
}

/** The same pattern with every large count taken off, so that what repeats inside of it shows. */
const unbounded = (source: string): string =>
  source.replace(/\{(\d{1,9}),(\d{1,9})\}/g, (all, least: string, most: string) =>
    Number(most) >= many ? `{${least},}` : all,
  );

/** What is wrong with a pattern, or null. */
export function flawOf(source: string): string | null {
  const analyse = analyserOf();
  try {
    if (analyse(new RegExp(source)).reports.length > 0) return 'takes more than linear time on hostile text';
    const nested = analyse(new RegExp(unbounded(source))).reports.some(({ exponential }) => exponential);
    return nested ? 'repeats what repeats already' : null;
  } catch {
    return 'is no regular expression';
  }
}

/** Whether a text under this key is a pattern; `inside` is the part of a rule file that it stands in. */
function isPattern(key: string, inside: string): boolean {
  // The keys of a condition are those of the file that it is about.
  if (inside === 'when') return key === 'matches';
  return patternKeys.has(key) || (inside === 'probe' && probeKeys.has(key));
}

/** Every pattern below a value. */
export function* patternsIn(value: unknown, key = '', inside = ''): Generator<string> {
  if (typeof value === 'string') {
    if (isPattern(key, inside)) yield value;
  } else if (Array.isArray(value)) {
    for (const item of value as unknown[]) {
      if (typeof item === 'string' && patternLists.has(key)) yield item;
      else if (typeof item !== 'string') yield* patternsIn(item, key, inside);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      const within = (name === 'when' && typeof inner !== 'string') || name === 'probe' ? name : inside;
      yield* patternsIn(inner, name, within);
    }
  }
}

/** Ends in a usage error when a pattern of these rules has a flaw. */
export function demandLinear(rules: FoldedRules, label: string): void {
  const { sha256: _, ...files } = rules;
  for (const [folder, all] of Object.entries(files)) {
    for (const [id, file] of Object.entries(all ?? {})) {
      for (const source of patternsIn({ [id]: file })) {
        const flaw = flawOf(source);
        if (flaw === null) continue;
        const shown = source.length > shownChars ? `${source.slice(0, shownChars)}…` : source;
        throw usageError(`${label}/${folder}/${id}: the pattern \`${shown}\` ${flaw}; ${wayOut}`);
      }
    }
  }
}
