/**
 * Secrets on a command line, in its arguments and in the words of those that are lines themselves. It knows
 * no options: an option is judged by its own name, and arguments such as `NAME=value` and `Header: value` by
 * their form, whichever option stands before them.
 */
import { limits } from '../limits.ts';
import type { Conceal } from './conceal.ts';
import { type Hit, settle, shift } from './hit.ts';
import { type Word, wordsOfLine } from './line.ts';
import { maskAll } from './mask.ts';
import type { NamedJudge } from './named.ts';
import type { Part, Parts } from './parts.ts';
import type { Reader } from './read.ts';

export type ArgvHits = { shown: string; hits: Hit[] };
export type Argv = { read(args: string[]): ArgvHits[] };

/** A name that the argument's form gives goes before one that is only found in its text. */
const ownRank = 400;
/** A word of a line within an argument is told from the argument's own form. */
const innerRank = 350;
/** Lines inside words of lines. */
const lineDepth = 4;
/** Rounds of hiding; one is nearly always enough. */
const rounds = 4;
/** Only such lines have names that their words give to others. */
const commandLine = /(?:^|\s)["']?(?:--?[A-Za-z]|[A-Za-z_][A-Za-z0-9_]*=)/;

type Kit = { reader: Reader; judge: NamedJudge; parts: Parts; conceal: Conceal };

/** What the names of a word tell of it; the innermost name counts where several fit. */
function namedHits(words: Word[], index: number, names: Part[], kit: Kit): Hit[] {
  const { text } = words[index]!;
  const hits: Hit[] = [];
  for (let at = names.length - 1; at >= 0; at--) {
    const { name, kind, start } = names[at]!;
    const value = text.slice(start);
    // A harmless name adds nothing to what the text shows by itself.
    if (kit.judge.classify(name, kind) === 'no' && !kit.judge.core(value).scheme) continue;
    for (const hit of shift(kit.reader.underName(name, value, kind), start)) hits.push(hit);
  }
  // A form that is known begins behind the letter of the option, where none would in other words.
  if (/^-[A-Za-z]\w/.test(text)) {
    const own = kit.reader.inText(text.slice(2), 'value').filter((hit) => hit.reasons.includes('shape'));
    for (const hit of shift(own, 2)) hits.push(hit);
  }
  const start = kit.parts.password(words, index);
  const pair = start < 0 ? null : kit.judge.password(names[0]?.name ?? '', text.slice(start));
  // A pair of plain words or numbers is a user and group.
  if (pair !== null && pair.type !== 'weak-password' && pair.confidence !== 'low') {
    hits.push({ ...pair, start, end: text.length });
  }
  return hits;
}

/** Hits without a name under the innermost name that their place has. */
function called(hits: Hit[], names: Part[]): Hit[] {
  if (names.length === 0) return hits;
  return hits.map((hit) => {
    const name = hit.field === '' ? names.findLast(({ start }) => start <= hit.start)?.name : undefined;
    return name === undefined ? hit : { ...hit, field: name };
  });
}

function lineHits(line: string, depth: number, kit: Kit): Hit[] {
  if (depth === 0 || !commandLine.test(line)) return [];
  const words = wordsOfLine(line);
  if (words.length < 2) return [];
  return words.flatMap(({ text, start }, index) => {
    const own = namedHits(words, index, kit.parts.of(words, index), kit);
    return shift(/\s/.test(text) ? [...own, ...lineHits(text, depth - 1, kit)] : own, start);
  });
}

const raise = (hits: Hit[], rank: number): Hit[] =>
  hits.map((hit) => (hit.rank >= rank ? hit : { ...hit, rank }));

/**
 * Arguments with everything hidden that must be, until hiding changes nothing: what is hidden may have stood
 * in the way of what else a name hides.
 */
function settled(given: string[], { parts, conceal }: Kit): string[] {
  let args = given;
  for (let round = 0; round < rounds; round++) {
    const words = args.map((text) => ({ text, start: 0 }));
    const next = args.map((text, index) =>
      maskAll(text, [], [...conceal.inText(text), ...conceal.inWord(words, index, parts.of(words, index))]),
    );
    if (next.every((text, index) => text === args[index])) break;
    args = next;
  }
  return args;
}

/** Compiles the reader of command lines. */
export function createArgv(kit: Kit): Argv {
  return {
    read(args) {
      const words = args.map((arg) => ({ text: arg.slice(0, limits.judgedChars), start: 0 }));
      const read = words.map(({ text }, index) => {
        const names = kit.parts.of(words, index);
        const named = raise(namedHits(words, index, names, kit), ownRank);
        const inLine = /\s/.test(text) ? raise(lineHits(text, lineDepth, kit), innerRank) : [];
        const hits = called(settle([...named, ...inLine, ...kit.reader.inText(text, 'value')]), names);
        const hidden = [...kit.conceal.inText(text), ...kit.conceal.inWord(words, index, names)];
        return { shown: maskAll(args[index]!, hits, hidden), hits };
      });
      if (read.every(({ shown }, index) => shown === args[index])) return read;
      const shown = settled(
        read.map((one) => one.shown),
        kit,
      );
      return read.map(({ hits }, index) => ({ shown: shown[index]!, hits }));
    },
  };
}
