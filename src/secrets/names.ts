/**
 * What the name of a field, variable, header, option or query parameter says of its value. The words are
 * rules; here is only how a name is taken apart and compared with them.
 */
import type { SecretWords } from '../model/rules.ts';
import { remembered } from './memo.ts';

export type FieldKind = 'env' | 'header' | 'field' | 'query' | 'option';
/**
 * `maybe`: a secret word is in it, but not where it decides; the value must be convincing. `hint`: variables
 * of such a name hold ids as often as secrets.
 */
export type NameClass = 'secret' | 'password' | 'maybe' | 'hint' | 'no';

export type Names = {
  classify(name: string, kind: FieldKind): NameClass;
};

/** Characters of a name that are looked at. */
const nameChars = 200;
/** Longest secret name in words, such as `service account key json`. */
const suffixWords = 4;

/** Words of a name in lower case: `X-API-Key`, `xApiKey` and `X_API_KEY` are x, api, key. */
export function splitName(name: string): string[] {
  if (/^[a-z0-9]{1,40}$/.test(name)) return [name];
  return name
    .slice(-nameChars)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]{1,32})([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Whether `part` stands as whole words inside `words`, both joined by spaces. */
export function hasWords(words: string, part: string): boolean {
  return ` ${words} `.includes(` ${part} `);
}

/** Words of a name without numbers at its end: `API_KEY_2` and `apiKey2` are `API_KEY`. */
function significant(name: string): string[] {
  const words = splitName(name);
  while (words.length > 1 && /^\d+$/.test(words.at(-1)!)) words.pop();
  const last = words.at(-1);
  if (last !== undefined && /^[a-z]+\d{1,2}$/.test(last)) words[words.length - 1] = last.replace(/\d+$/, '');
  return words;
}

const phrase = (name: string): string =>
  /^[a-z0-9]+(?: [a-z0-9]+)*$/.test(name) ? name : splitName(name).join(' ');

/** Whole names; `*` at the end stands for any words, elsewhere for any text. */
function wholeNames(patterns: string[]): (full: string) => boolean {
  const exact = new Set(patterns.filter((one) => !one.includes('*')).map(phrase));
  const open = patterns.filter((one) => one.includes('*'));
  const starts = open
    .filter((one) => one.indexOf('*') === one.length - 1)
    .map((one) => phrase(one.slice(0, -1)));
  const others = open
    .filter((one) => one.indexOf('*') < one.length - 1)
    .map((one) => new RegExp(`^${one.split('*').map(phrase).join('.*')}$`));
  return (full) =>
    exact.has(full) ||
    starts.some((start) => full.startsWith(start)) ||
    others.some((pattern) => pattern.test(full));
}

/** Letters of the shortest secret word that is looked for at the end of another: `token`. */
const gluedChars = 5;

/** The word lists of the rules, as phrases. */
type Lists = Record<
  'secret' | 'password' | 'hints' | 'headers' | 'queries' | 'before' | 'last',
  ReadonlySet<string>
> & {
  /** Secret words that may end a longer one, the longest first. */
  glued: readonly string[];
  isHarmless(full: string): boolean;
};

/** The longest secret name that ends at `end`, in words; 0 when there is none. */
function secretAt(all: string[], end: number, { secret }: Lists): number {
  for (let size = Math.min(suffixWords, end); size > 0; size--) {
    if (secret.has(size === 1 ? all[end - 1]! : all.slice(end - size, end).join(' '))) return size;
  }
  return 0;
}

/**
 * What a word says that ends in a secret one, as in PGPASSWORD: people glue words together in variables. In
 * fields of programs a word before it has some other meaning as often as not.
 */
function gluedClass(word: string, kind: FieldKind, { glued, password, before }: Lists): NameClass {
  const end = glued.find((one) => word.length >= one.length + 2 && word.endsWith(one));
  if (end === undefined || !/^[a-z]/.test(word)) return 'no';
  const stem = word.slice(0, -end.length);
  // Short ones such as `no` end many other words.
  const isHarmless = [...before].some((one) => stem === one || (one.length >= 4 && stem.endsWith(one)));
  if (isHarmless) return 'no';
  if (password.has(end)) return 'password';
  return kind === 'field' ? 'maybe' : 'secret';
}

function classOf(name: string, kind: FieldKind, lists: Lists): NameClass {
  // Names of types and resources, such as `Vendor::Service::AccessKey`.
  if (name.includes('::')) return 'no';
  const all = significant(name);
  const full = all.join(' ');
  const harmlessAt = (start: number): boolean => start > 0 && lists.before.has(all[start - 1]!);
  if (kind === 'header' && lists.headers.has(full)) return 'secret';
  if (kind === 'query' && lists.queries.has(full)) return 'secret';
  if (all.length === 0 || lists.isHarmless(full)) return 'no';
  const size = secretAt(all, all.length, lists);
  if (size > 0) {
    const start = all.length - size;
    if (lists.password.has(all.slice(start).join(' '))) return 'password';
    if (harmlessAt(start)) return 'no';
    // A bare `key`, `pat` or `auth` is a field of many things.
    return all.length === 1 && full.length <= 4 && kind !== 'query' ? 'maybe' : 'secret';
  }
  if (lists.last.has(all.at(-1)!)) return 'no';
  const isVariable = kind === 'env' || kind === 'option';
  if (isVariable && all.length > 1 && lists.hints.has(all.at(-1)!))
    return harmlessAt(all.length - 1) ? 'no' : 'hint';
  const glued = gluedClass(all.at(-1)!, kind, lists);
  if (glued !== 'no') return glued !== 'password' && harmlessAt(all.length - 1) ? 'no' : glued;
  for (let end = all.length - 1; end > 0; end--) {
    const inside = secretAt(all, end, lists);
    if (inside > 0) return harmlessAt(end - inside) ? 'no' : 'maybe';
  }
  return 'no';
}

/** Compiles the name words of the rules. */
export function createNames(words: SecretWords): Names {
  const phrases = (list: string[]): ReadonlySet<string> => new Set(list.map(phrase));
  const lists: Lists = {
    secret: phrases(words.secretNames),
    password: phrases(words.passwordNames),
    hints: phrases(words.hintNames),
    headers: phrases(words.secretHeaders),
    queries: phrases(words.queryNames),
    before: phrases(words.harmlessBefore),
    last: phrases(words.harmlessLast),
    glued: words.secretNames
      .filter((name) => name.length >= gluedChars && /^[a-z]+$/.test(name))
      .toSorted((a, b) => b.length - a.length),
    isHarmless: wholeNames(words.harmlessNames),
  };
  const kinds: FieldKind[] = ['env', 'header', 'field', 'query', 'option'];
  const byKind = new Map(kinds.map((kind) => [kind, remembered((name) => classOf(name, kind, lists))]));
  return { classify: (name, kind) => byKind.get(kind)!(name) };
}
