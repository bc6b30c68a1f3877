/**
 * Variables that a text refers to, in the syntaxes of shells and of clients: `$NAME`, `${NAME:-default}`,
 * `${env:NAME}`, `${input:id}` as its id, `{env:NAME}`, `%NAME%`, `{{NAME}}`. It looks up no value.
 */
import { limits } from '../limits.ts';
import { Secret } from './secret.ts';

const name = '([A-Za-z_][\\w-]{0,100})';
const forms = new RegExp(
  [
    `\\$\\{\\{? ?(?:[A-Za-z]{1,10}[:.])?${name}`,
    `\\$(?:env:)?([A-Z_][A-Z0-9_]{0,100})(?![\\w(])`,
    `\\{(?:env|file|secret):${name}\\}`,
    `%([A-Za-z_]\\w{0,100})%`,
    `\\{\\{ ?(?:env\\.)?${name} ?\\}\\}`,
  ].join('|'),
  'g',
);

/** Their names, each once. */
export function variablesOf(text: Secret): string[] {
  const open = Secret.open(text).slice(0, limits.judgedChars);
  if (!/[$%{]/.test(open)) return [];
  const names = open.matchAll(forms).map((found) => found.slice(1).find((one) => one !== undefined) ?? '');
  return [...new Set(names)];
}
