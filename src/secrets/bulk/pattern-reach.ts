/**
 * What a pattern says about the texts that it matches: whether they consist of certain bytes alone, and how
 * many of them there are at least. What it cannot read it calls unknown, so that nothing is promised wrongly.
 */

/** `only`: every byte of a match is one of the set. `least`: bytes of the shortest match. */
export type Reach = { only: boolean; least: number };

type Reading = { source: string; at: number; allowed: (code: number) => boolean };

const nothing: Reach = { only: true, least: 0 };
const unknown: Reach = { only: false, least: 0 };
const classes: Record<string, (code: number) => boolean> = {
  d: (code) => code >= 48 && code <= 57,
  w: (code) => /\w/.test(String.fromCharCode(code)),
  s: (code) => /\s/.test(String.fromCharCode(code)),
};
const controls: Record<string, number> = { n: 10, r: 13, t: 9, f: 12, v: 11, 0: 0 };

/** The codes behind a backslash: one, or those of a class; null for what is not read. */
function escapeAt(reading: Reading): { test: (code: number) => boolean; one: number | null } | null {
  const letter = reading.source[reading.at++] ?? '';
  if (letter in classes) return { test: classes[letter]!, one: null };
  const hex = { x: 2, u: 4 }[letter];
  if (hex !== undefined) {
    const one = Number.parseInt(reading.source.slice(reading.at, (reading.at += hex)), 16);
    return Number.isNaN(one) ? null : { test: (code) => code === one, one };
  }
  if (/[A-Za-z0-9]/.test(letter) && !(letter in controls)) return null;
  const one = controls[letter] ?? letter.charCodeAt(0);
  return { test: (code) => code === one, one };
}

/** `[...]`, behind its bracket. A negated class is never a part of the set: it has what is beyond ASCII. */
function classAt(reading: Reading): Reach {
  const negated = reading.source[reading.at] === '^';
  let only = !negated;
  let last: number | null = null;
  for (let first = true; reading.at < reading.source.length; first = false) {
    const char = reading.source[reading.at++]!;
    if (char === ']' && !first) return { only, least: 1 };
    const range: boolean = char === '-' && last !== null && reading.source[reading.at] !== ']';
    const from = last;
    let [test, one] = [(code: number) => code === char.charCodeAt(0), char.charCodeAt(0) as number | null];
    if (range || char === '\\') {
      if (range && reading.source[reading.at] !== '\\') {
        one = reading.source.charCodeAt(reading.at++);
      } else {
        if (range) reading.at++;
        const escape = escapeAt(reading);
        if (escape === null) return unknown;
        ({ test, one } = escape);
      }
    }
    if (range) test = (code) => code >= from! && code <= (one ?? 0);
    last = range ? null : one;
    if ((one ?? 0) > 127) only = false;
    for (let code = 0; code < 128 && only; code++) if (test(code) && !reading.allowed(code)) only = false;
  }
  return unknown;
}

/** Behind `(`: a group, or a look around it that takes nothing. */
function groupAt(reading: Reading): Reach {
  const rest = reading.source.slice(reading.at);
  const mark = /^\?(?:[:=!]|<[=!]|<\w+>)/.exec(rest)?.[0] ?? '';
  reading.at += mark.length;
  if (mark === '' && rest.startsWith('?')) return unknown;
  const inside = choiceAt(reading);
  if (reading.source[reading.at++] !== ')') return unknown;
  return /[=!]$/.test(mark) ? nothing : inside;
}

/** One character, class or group. */
function atomAt(reading: Reading): Reach {
  const char = reading.source[reading.at++]!;
  if (char === '(') return groupAt(reading);
  if (char === '[') return classAt(reading);
  if (char === '^' || char === '$') return nothing;
  if (char === '.') return { only: false, least: 1 };
  if (char === '\\') {
    if (/[bB]/.test(reading.source[reading.at] ?? '')) {
      reading.at++;
      return nothing;
    }
    const escape = escapeAt(reading);
    if (escape === null) return unknown;
    for (let code = 0; code < 128; code++)
      if (escape.test(code) && !reading.allowed(code)) return { only: false, least: 1 };
    return { only: (escape.one ?? 0) < 128, least: 1 };
  }
  return { only: reading.allowed(char.charCodeAt(0)), least: 1 };
}

/** How often at least, and whether at all, by the quantifier that stands here. */
function quantifierAt(reading: Reading): { least: number; most: number } {
  const match = /^(?:([*+?])|\{(\d+)(?:,(\d*))?\})\??/.exec(reading.source.slice(reading.at));
  if (match === null) return { least: 1, most: 1 };
  reading.at += match[0].length;
  const [, sign, least, most] = match;
  if (sign !== undefined) return { least: sign === '+' ? 1 : 0, most: 2 };
  return { least: Number(least), most: Number(most || least) };
}

function sequenceAt(reading: Reading): Reach {
  const all = { ...nothing };
  while (reading.at < reading.source.length && !/[|)]/.test(reading.source[reading.at]!)) {
    const { only, least } = atomAt(reading);
    const times = quantifierAt(reading);
    if (times.most > 0) all.only &&= only;
    all.least += least * times.least;
  }
  return all;
}

function choiceAt(reading: Reading): Reach {
  const all = sequenceAt(reading);
  while (reading.source[reading.at] === '|') {
    reading.at++;
    const { only, least } = sequenceAt(reading);
    all.only &&= only;
    all.least = Math.min(all.least, least);
  }
  return all;
}

/** Reads a pattern against a set of ASCII codes. */
export function reachOf(source: string, allowed: (code: number) => boolean): Reach {
  const reading = { source, at: 0, allowed };
  const all = choiceAt(reading);
  return reading.at === source.length ? all : unknown;
}
