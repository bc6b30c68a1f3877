/**
 * What is hidden of everything that is shown, whether or not it is reported: values under names that say
 * secret, values of variables and headers on command lines, parts of URLs, and long random arguments. Names,
 * packages, images, paths and hosts stay readable, since identity is read from them.
 */
import { hiddenInUrls, hiddenInWholeUrl } from './hidden-urls.ts';
import type { Span } from './hit.ts';
import { type Word, wordsOfLine } from './line.ts';
import { isLoneBase64, isLoneToken } from './lone.ts';
import type { NamedJudge } from './named.ts';
import type { PairSearch } from './pair-search.ts';
import type { Part, Parts } from './parts.ts';
import { type Covers, isCalm } from './visible.ts';

export type Conceal = {
  /** Parts of any text to hide. */
  inText(text: string): Span[];
  /** Parts of a text to hide that is known to be one URL, beyond those of any text. */
  inUrl(text: string): Span[];
  /** Parts of the argument at `index`, whose value has these names, to hide beyond those of any text. */
  inWord(words: Word[], index: number, names: Part[]): Span[];
};

type Kit = { judge: NamedJudge; search: PairSearch; parts: Parts; covers: Covers };

/** Lines inside words of lines. */
const lineDepth = 4;
/** Characters of a value without quotes, also of one inside `${...}`. */
const wide = /^[^\s"'`;&]*/;
const inBraces = /^[^\s"'`;&}]*/;
const most = 8_192;
const variableKey = /"([A-Z][A-Z0-9]{0,40}_[A-Z0-9_]{1,80})\\{0,4}"\s{0,3}:\s{0,3}/g;
const plainUrl = /^https?:\/\/[^@?#]*$/;

/** Names with values inside a text. */
function hiddenPairs(text: string, { judge, search, covers }: Kit): Span[] {
  const hidden: Span[] = [];
  search.each(text, ({ as, nameStart, sign, start, end, quoted }) => {
    const before = text[nameStart - 1] ?? '';
    // Behind the bare end a value may go on with signs that only JSON and shells read as its end.
    const till = quoted
      ? end
      : start + (before === '{' ? inBraces : wide).exec(text.slice(start, start + most))![0].length;
    const value = text.slice(start, Math.max(end, till));
    if (as === 'no' && !judge.core(value).scheme) return true;
    if (sign === ':' && /[/\\]/.test(before)) return true;
    // Parts of `a:secret:b`, and calls.
    const inside = (before === ':' && sign === ':') || (!quoted && text[end] === '(');
    if (!inside || !isCalm(value)) hidden.push(...covers(value, 'named', start));
    return true;
  });
  for (const match of text.includes('":') ? text.matchAll(variableKey) : []) {
    const { start, end, quoted } = search.valueAt(text, match.index + match[0].length);
    if (quoted) hidden.push(...covers(text.slice(start, end), 'variable', start));
  }
  return hidden;
}

/** What was hidden before, with the colon behind it; words that hold some; runs of letters and digits. */
const behindMask = /…(:)?/g;
const besideMask = /[^\s"'`,;&|<>]*…[^\s"'`,;&|<>]*/g;
const madeRun = /[A-Za-z0-9]{16,}/g;

/**
 * What is left of a word in which something was hidden: it may be the other half of a credential, of which
 * only one has a form that is known. Revisions and digests stand in URLs and behind `@`.
 */
function hiddenBesideMasks(text: string, { covers }: Kit): Span[] {
  const hidden: Span[] = [];
  for (const { 0: word, index } of text.matchAll(besideMask)) {
    for (const { 0: mask, 1: colon, index: at } of word.matchAll(behindMask)) {
      const from = at + mask.length;
      const rest = word.slice(from);
      if (colon === undefined || rest === '' || /^\/\/|^\d{1,5}(?:\/|$)|…/.test(rest)) continue;
      hidden.push(...covers(rest, 'named', index + from));
    }
    if (/:\/\/|@/.test(word)) continue;
    for (const { 0: run, index: at } of word.matchAll(madeRun)) {
      if (!isCalm(run)) hidden.push({ start: index + at, end: index + at + run.length });
    }
  }
  return hidden;
}

/** A word with brackets of code on either side. */
const bracketed = /^([([{$]{0,8})([\w+./=-]{20,512})[)\]},:]{1,8}$/;
/** One word in quotes, which may be escaped themselves. */
const quotedWord = /(["'`])([\w+./=-]{20,512})\\{0,4}\1/g;
const startsPath = /^(?:~|\.{0,2})\/|^[A-Za-z]:|^@/;

/** Random words in quotes: members of JSON and strings of code, whatever they are called. */
function hiddenQuoted(text: string): Span[] {
  const hidden: Span[] = [];
  for (const match of text.matchAll(quotedWord)) {
    const word = match[2]!;
    const isBase64 = word.includes('/') && !startsPath.test(word) && /\d/.test(word) && /[A-Z]/.test(word);
    if (isLoneToken(isBase64 ? word.replaceAll('/', '') : word)) {
      hidden.push({ start: match.index + 1, end: match.index + 1 + word.length });
    }
  }
  return hidden;
}

/** What the names before and in a word hide of it. */
function hiddenOfWord(words: Word[], index: number, names: Part[], { judge, parts, covers }: Kit): Span[] {
  const { text } = words[index]!;
  const hidden: Span[] = [];
  for (const { name, kind, start, always } of names) {
    const value = text.slice(start);
    const as = judge.classify(name, kind);
    if (always) hidden.push(...covers(value, kind === 'header' ? 'named' : 'variable', start));
    else if (as !== 'no' && !(as === 'maybe' && plainUrl.test(value)))
      hidden.push(...covers(value, 'named', start));
    else if (isLoneToken(value) || isLoneBase64(value)) hidden.push({ start, end: text.length });
  }
  const isLone = isLoneToken(text) || isLoneToken(text.split('=', 1)[0]!) || isLoneBase64(text);
  if (isLone) hidden.push({ start: 0, end: text.length });
  else if (parts.isGlued(text)) hidden.push(...covers(text.slice(2), 'named', 2));
  else {
    // Brackets of code around it.
    const [, before = '', inner = ''] = bracketed.exec(text) ?? [];
    if (isLoneToken(inner) || isLoneBase64(inner))
      hidden.push({ start: before.length, end: before.length + inner.length });
  }
  if (text.includes('://')) hidden.push(...hiddenInWholeUrl(text, judge, covers));
  const password = parts.password(words, index);
  if (password > 0) hidden.push(...covers(text.slice(password), 'named', password));
  return hidden;
}

function hiddenInLine(line: string, depth: number, kit: Kit): Span[] {
  const hidden: Span[] = [];
  const words = wordsOfLine(line);
  for (const [index, { text, start }] of words.entries()) {
    const own =
      index === 0 && !/[:=]/.test(text) ? [] : hiddenOfWord(words, index, kit.parts.of(words, index), kit);
    const inner = depth > 0 && /\s/.test(text) && words.length > 1 ? hiddenInLine(text, depth - 1, kit) : [];
    for (const span of [...own, ...inner]) hidden.push({ start: span.start + start, end: span.end + start });
  }
  return hidden;
}

/** Puts together what hides parts of texts. */
export function createConceal(kit: Kit): Conceal {
  return {
    inText(text) {
      const signs = /[:=]/.test(text);
      // Words give names to others by signs and options, or are long themselves.
      const line = /\s/.test(text) ? signs || /(?:^|\s)["']?-|\S{20}/.test(text) : text.includes('=');
      const masked = text.includes('…');
      const quoted = /["'`]/.test(text) ? hiddenQuoted(text) : [];
      if (!signs && !line && !masked) return quoted;
      const hidden = signs ? hiddenPairs(text, kit).concat(quoted) : quoted;
      if (masked) hidden.push(...hiddenBesideMasks(text, kit));
      if (signs && text.includes('://')) hidden.push(...hiddenInUrls(text, kit.judge, kit.covers));
      if (line) hidden.push(...hiddenInLine(text, lineDepth, kit));
      return hidden;
    },
    inUrl: (text) => hiddenInWholeUrl(text, kit.judge, kit.covers),
    inWord: (words, index, names) => hiddenOfWord(words, index, names, kit),
  };
}
