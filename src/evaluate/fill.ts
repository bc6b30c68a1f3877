/** Texts of checks with fields of a fact filled in, and fields as evidence; values as the fact has them. */
import { limits } from '../limits.ts';
import type { Fact } from '../model/fact.ts';
import type { Finding } from '../model/report.ts';
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

/** Tool id -> the product's name, for texts that people read. */
export type Names = ReadonlyMap<string, string>;

/** `{field}`, or `{field|other}` for the first that is not empty; lists joined by commas, tools by name. */
export function fill(text: string, fact: Fact, names: Names): string {
  return text.replace(/\{([\w.*|]+)\}/g, (_, paths: string) => {
    const texts = paths.split('|').map((path) => {
      const values = scalars(fact, path).map(String);
      return (path === 'tools' ? values.map((id) => names.get(id) ?? id) : values).join(', ');
    });
    return (texts.find((one) => one !== '') ?? nothing).slice(0, limits.shownChars);
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
