/** Texts of checks with fields of a fact filled in, and fields as evidence; values as the fact has them. */
import { limits } from '../limits.ts';
import type { Fact } from '../model/fact.ts';
import type { Finding } from '../model/report.ts';
import { gapReasons } from '../model/words.ts';
import { factValues } from '../parse/predicate.ts';

type Shown = Finding['evidence'][string];

/** What stands for a field that the fact leaves empty. */
const nothing = 'unknown';

function scalars(fact: Fact, path: string): (string | number | boolean)[] {
  const flat = factValues(fact)(path).flat();
  return flat.filter((value) => ['string', 'number', 'boolean'].includes(typeof value)) as (
    | string
    | number
  )[];
}

/** Ids -> names for texts that people read: of products, and of types of secrets. */
export type Names = { tools: ReadonlyMap<string, string>; types: ReadonlyMap<string, string> };

const shortWords = new Set([
  'api',
  'aws',
  'ca',
  'id',
  'jwt',
  'lms',
  'mcp',
  'oidc',
  'pkce',
  'ssh',
  'sso',
  'url',
]);

/** `mcp-oauth-token` -> `MCP OAuth token`, where no shape has a title. */
function typeInWords(id: string): string {
  const words = id.split('-').map((word) => (shortWords.has(word) ? word.toUpperCase() : word));
  return words
    .join(' ')
    .replace(/\boauth\b/g, 'OAuth')
    .replace(/OAuth$/, 'OAuth token');
}

/** `an` before a vowel, and before letters that are spoken with one. */
function withArticle(text: string): string {
  const spelled = /^[A-Z]{2,}\b/.test(text) ? /^[AEFHILMNORSX]/ : /^(?!one|uni|us)[aeiou]/i;
  return `${spelled.test(text) ? 'an' : 'a'} ${text}`;
}

/** A shared file may be read by dozens of tools, of which a sentence names a few. */
function some(all: string[]): string {
  if (all.length <= 4) return all.join(', ');
  return `${all.slice(0, 3).join(', ')} and ${all.length - 3} other tools`;
}

const slots = /\{(a )?((?:[\w.*|]|"[^"{}]*")+)\}/g;
const literal = /^"(.*)"$/;

function inWords(fact: Fact, path: string, names: Names): string {
  const values = scalars(fact, path).map(String);
  if (path === 'tools') return some(values.map((id) => names.tools.get(id) ?? id));
  if (path === 'secret.type') return values.map((id) => names.types.get(id) ?? typeInWords(id)).join(', ');
  return fact.kind === 'gap' && path === 'reason' ? gapReasons[fact.reason] : values.join(', ');
}

/**
 * `{field}`, or `{field|other}` for the first that is not empty; lists joined by commas, tools, types of
 * secrets and reasons in words. `{field|"words"}` says what stands there otherwise, and `{a field}` puts the
 * article before it.
 */
export function fill(text: string, fact: Fact, names: Names): string {
  return text.replace(slots, (_, article: string | undefined, paths: string) => {
    const found = paths.split('|').map((path) => literal.exec(path)?.[1] ?? inWords(fact, path, names));
    const shown = (found.find((one) => one !== '') ?? nothing).slice(0, limits.shownChars);
    return article === undefined ? shown : withArticle(shown);
  });
}

/** Fields by path: a list when the path or the fact has one, null when there is nothing to show. */
export function evidenceOf(fact: Fact, paths: string[]): Finding['evidence'] {
  const shown = (path: string): Shown => {
    const values = scalars(fact, path);
    if (path.includes('*') || Array.isArray(factValues(fact)(path)[0])) return values.map(String);
    return values[0] ?? null;
  };
  return Object.fromEntries(paths.map((path) => [path, shown(path)]));
}
