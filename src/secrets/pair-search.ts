/**
 * Where a text gives names their values: `NAME=value`, `"name": "value"` at any level of quoting, header
 * lines, connection strings. It tells places; what they hold is for others to judge or to hide.
 */
import { limits } from '../limits.ts';
import type { SecretWords } from '../model/rules.ts';
import type { FieldKind, NameClass, Names } from './names.ts';
import { splitName } from './names.ts';

export type Pair = {
  name: string;
  kind: FieldKind;
  /** What the name says; `no` for names that only end in a secret word. */
  as: NameClass;
  /** Where the name begins. */
  nameStart: number;
  /** What stands between name and value. */
  sign: string;
  /** The value, without its quotes. */
  start: number;
  end: number;
  quoted: boolean;
  /** Whether no sign binds the two: an option before its value, a record of a name and a value. */
  apart: boolean;
};

export type PairSearch = {
  /** Calls `visit` for each pair whose name has a secret word in it, until it returns false. */
  each(text: string, visit: (pair: Pair) => boolean): void;
  /** The value that begins at `from`, without its quotes. */
  valueAt(text: string, from: number): Pick<Pair, 'start' | 'end' | 'quoted'>;
  /** The name that a value at this place is given to, or empty. */
  nameBefore(text: string, start: number): string;
};

const nameChars = 80;
const valueChars = 8_192;
/** Unquoted values up to this length may be pairs themselves. */
const nestedChars = 128;
/** Quotes as some serialisers and pages write them. */
const written = String.raw`\\{1,4}u002[27]|&(?:quot|apos|#0?3[49]);`;
const quote = String.raw`(?:\\{0,4}(?:["'\x60]|\*\*)?|${written})`;
/** Signs of many languages, with the type of the name before them. */
const typed = String.raw`(?::\s{0,2}|\s{1,2})&?(?:[Ss]tring|str)\s{0,2}=`;
const sign = String.raw`(?:${typed}|[?:|.+!]{0,2}={1,3}>?|:-|:|->)(?:\*\*)?`;
/** The value may be the first of a list, the lines below, or a text with a prefix. */
const below = String.raw`[|>][+-]?(?:\r?\n|\\n)[ \t]{1,40}`;
const opened = String.raw`(?:[[(]\s{0,40}(?=\\{0,4}["'\x60])|[bBrRuUfF@]{1,2}(?=["'\x60])|${below})?`;
/** An empty value ends at its line; one in quotes may stand on the next. */
const beforeValue = String.raw`(?:[ \t]{0,3}(?!\s)|\s{0,3}(?=\\{0,4}["'\x60]))`;
const operator = String.raw`${quote}[\]}]?\s{0,3}${sign}${beforeValue}${opened}`;
/** What stands between a name and a value apart from it, and what stands before the name then. */
const gaps: [between: string, before: RegExp][] = [
  // name: NAME, value: ...
  [
    String.raw`${quote}(?:\s|\\[nrt]|,){1,40}${quote}value${quote}\s{0,3}[:=]\s{0,3}`,
    /(?:^|[^A-Za-z0-9]|\\[nrt])(?:name|key)\\{0,4}["'\x60]?\s{0,3}[:=]\s{0,3}\\{0,4}["'\x60]?$/i,
  ],
  // <key>name</key><string>value</string>, <name>value</name>
  [String.raw`</key>\s{0,40}<string>`, /<key>$/],
  [String.raw`>\s{0,40}(?=[^\s<>]{1,512}\s{0,40}</)`, /<$/],
  // setName("value")
  [String.raw`\(\s{0,3}(?=\\{0,4}["'\x60])`, /$/],
  // | name | value |
  [String.raw`${quote}[ \t]{0,40}\|[ \t]{0,40}`, /\|[ \t]{0,40}[\x60*]{0,2}$/],
  // my name is value, set `name` to value
  [String.raw`${quote}[ \t]{1,2}(?:is|was|to)(?:[ \t]{0,2}:)?[ \t]{1,2}`, /(?:^|[\s\\"'\x60*]|\\[nrt])$/],
  // secret set NAME --body "value"
  [String.raw`[ \t]{1,3}(?:-b|--body)(?:[ \t]{1,3}|=)`, /\bset[ \t]{1,3}$/],
  // variable "name" { default = "value" }
  [
    String.raw`${quote}\s{0,3}\{(?:[^{}]{0,160}[\s;n])?default\s{0,8}=\s{0,3}`,
    /\b(?:variable|resource|parameter)\s{1,3}\\{0,4}["']$/,
  ],
  // --name value, also as words of a list in JSON; set -gx NAME value, config set NAME value;
  // put("name", "value"), WITH PASSWORD 'value'
  [
    String.raw`${quote}(?:,\s{1,20}|,|[ \t]{1,3})(?![\s,:=-])`,
    new RegExp(
      String.raw`(?:^|[\s"'\x60([,]|\\[nt])(?:--?` +
        String.raw`|(?:set[ \t]{1,2}-[A-Za-z]{1,4}|setx|setenv|ENV|#define)[ \t]{1,3}` +
        String.raw`|(?:WITH|with|ENCRYPTED|LOGIN)[ \t]{1,3}` +
        String.raw`|config(?:ure)?[ \t]{1,3}(?:--\w{1,20}[ \t]{1,3})?set[ \t]{1,3}(?:[^\s"']{0,60}[:.])?)$` +
        String.raw`|\w\(\s{0,3}\\{0,4}["'\x60]$`,
    ),
  ],
];
/** Characters before a name that tell what it is. */
const leadChars = 100;
/** A word before a bare `key`, as in `my API key`. */
const wordBefore = /(?:^|[^A-Za-z0-9])(?:api|access|secret|private|auth|bearer|personal)[ \t]$/i;
const lineStart = /(?:^|\n|\\n)$/;
const variable = /^[A-Z][A-Z0-9]*_[A-Z0-9_]+$/;
const opening = /\\{0,4}(["'`])/y;
const writtenOpening = new RegExp(written, 'y');
const bare = /[^\s"'`,;&|<>(){}[\]\\]{1,8192}/y;
const hasSign = /[:=>,(\s]/;

const escapeWord = (word: string): string => word.replace(/[^A-Za-z0-9 ]/g, '\\$&');

/** The words before a credential, such as `Bearer`, as a pattern. */
export function schemeWords(schemes: string[]): string {
  return schemes.length === 0 ? '(?!)' : schemes.map(escapeWord).join('|');
}

/** Where the text without blanks, quotes and brackets ends that begins at `from`. */
export function bareEnd(text: string, from: number): number {
  bare.lastIndex = from;
  return from + (bare.exec(text)?.[0].length ?? 0);
}

/** End of a value that a quote opened: the same quote with as many backslashes in front. */
function closing(text: string, from: number, quote: string): number {
  const window = text.slice(from, from + valueChars);
  const level = quote.length - 1;
  for (let at = window.indexOf(quote); at >= 0; at = window.indexOf(quote, at + 1)) {
    let slashes = 0;
    while (window[at + level - slashes - 1] === '\\' && at + level - slashes - 1 >= 0) slashes++;
    if (slashes === level) return from + at;
  }
  return -1;
}

/** The name that ends at `end`, without the letter of an escape such as `\\n` before it. */
function nameEnding(text: string, end: number): string {
  const before = text.slice(Math.max(0, end - nameChars), end);
  const name = /[A-Za-z_][A-Za-z0-9_.-]*$/.exec(before)?.[0] ?? '';
  const lead = before.slice(0, before.length - name.length);
  if (lead.endsWith('//')) return '';
  if (lead.endsWith('\\') && /^u002[27]./.test(name)) return name.slice(5);
  return lead.endsWith('\\') && /^[nrtbf]./.test(name) ? name.slice(1) : name;
}

/** The name before the sign or gap that was found, and what it says; null where the gap binds nothing. */
function namedBy(
  text: string,
  match: RegExpExecArray,
  names: Names,
): Omit<Pair, 'start' | 'end' | 'quoted'> | null {
  const form = match.findIndex((group, nth) => nth > 0 && group !== undefined);
  const sign = match[form]!;
  const end = match.index + match[0].length - sign.length;
  const name = nameEnding(text, end);
  const nameStart = end - name.length;
  const before = text.slice(Math.max(0, nameStart - leadChars), nameStart);
  // At the start of a line a variable may have its value behind a blank.
  const starts = form === gaps.length + 1 && lineStart.test(before) && variable.test(name);
  if (!starts && gaps[form - 2]?.[1].test(before) === false) return null;
  const kind = form === 1 && /:[*\s]*[^=\s-]{0,3}\s*$/.test(sign) ? 'header' : 'env';
  const isSpoken = name.length <= 4 && wordBefore.test(before);
  const as = isSpoken ? 'secret' : names.classify(name, kind);
  return { name, kind, as, nameStart, sign, apart: form > 1 };
}

/** Compiles the search from the last words of secret names. */
export function createPairSearch(words: SecretWords, names: Names): PairSearch {
  const schemes = schemeWords(words.authSchemes);
  const lazy: { hint?: RegExp; scheme?: RegExp; before?: RegExp } = {};
  const hintOf = (): RegExp => {
    const all = [...words.secretNames, ...words.secretHeaders].map((name) => splitName(name).at(-1)!);
    const last = [...new Set(all)].join('|');
    const apart = gaps.map(([form]) => `(${form})`).join('|');
    // Behind a sign a name may go on, as in API_KEY_PROD; without one `path ` would be a name like `pat `.
    return new RegExp(`(?:${last})(?:[A-Za-z0-9_-]{0,20}(${operator})|s?\\d{0,2}(?:${apart}))`, 'gi');
  };

  const valueAt: PairSearch['valueAt'] = (text, from) => {
    writtenOpening.lastIndex = from;
    opening.lastIndex = from;
    const open = writtenOpening.exec(text) ?? opening.exec(text);
    if (open?.[1] !== undefined) {
      const start = from + open[0].length;
      const end = closing(text, start, open[0]);
      if (end >= 0) return { start, end, quoted: true };
    }
    const start = open === null ? from : from + open[0].length;
    const scheme = (lazy.scheme ??= new RegExp(`(?:${schemes})\\s{1,3}`, 'iy'));
    scheme.lastIndex = start;
    const lead = scheme.exec(text)?.[0].length ?? 0;
    return { start, end: bareEnd(text, start + lead), quoted: false };
  };

  return {
    valueAt,
    each(text, visit) {
      if (!hasSign.test(text)) return;
      const hint = (lazy.hint ??= hintOf());
      hint.lastIndex = 0;
      let looked = 0;
      for (let match = hint.exec(text); match !== null && looked < limits.pairs; match = hint.exec(text)) {
        const next = match.index + match[0].length;
        // The search goes on behind the sign, and `visit` may search as well.
        hint.lastIndex = next;
        const found = namedBy(text, match, names);
        if (found === null) continue;
        const value = valueAt(text, next);
        if (found.as !== 'no') looked++;
        if (!visit({ ...found, ...value })) return;
        // A long value without quotes holds no further names; looking for them would be quadratic.
        hint.lastIndex = !value.quoted && value.end - next > nestedChars ? value.end : next;
      }
    },
    nameBefore(text, start) {
      const before = text.slice(Math.max(0, start - nameChars), start);
      const sign = (lazy.before ??= new RegExp(
        `${operator}(?:\\\\{0,4}["'\`])?(?:(?:${schemes})\\s{1,3})?$`,
        'i',
      )).exec(before);
      return sign === null ? '' : nameEnding(before, sign.index);
    },
  };
}
