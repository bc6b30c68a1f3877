/** The bulk scan put together from the rules; how it works is told in `bulk/scan.ts`. */
import type { Ruleset, SecretWords } from '../model/rules.ts';
import type { Names } from './names.ts';
import type { PairSearch } from './pair-search.ts';
import type { Reader } from './read.ts';
import { createContext } from './bulk/context.ts';
import { createNeedles } from './bulk/needles.ts';
import { type BulkParts, type BulkScan, createBulkScan } from './bulk/scan.ts';
import { createByteSearch } from './bulk/byte-search.ts';

export type { BulkHit, BulkScan } from './bulk/scan.ts';

/** Letters of the shortest name that is searched for by itself. */
const leastName = 8;

/** Ways to write a name: small, capital first, all capital. */
const spellings = (name: string): string[] => [
  name,
  name[0]!.toUpperCase() + name.slice(1),
  name.toUpperCase(),
];

/** Compiles the scan. */
export function createBulk(
  rules: { secrets: Ruleset['secrets']; words: SecretWords },
  kit: { names: Names; reader: Reader; search: PairSearch },
  salt: Buffer,
  describe: BulkParts['describe'],
): BulkScan {
  const needles = createNeedles(rules.secrets.filter((shape) => shape.names.length === 0));
  const long = rules.words.passwordNames.filter((name) => name.length >= leastName);
  // One that holds another is found by it.
  const passwords = long.filter((name) => !long.some((other) => other !== name && name.includes(other)));
  const context = createContext(rules.words, kit.names);
  const words = [...needles.words, ...passwords.flatMap(spellings)];
  return createBulkScan(
    {
      needles,
      context,
      bytes: createByteSearch({
        around: context.around,
        endings: context.endings,
        anchors: needles.anchors,
        words,
      }),
      reader: kit.reader,
      search: kit.search,
      describe,
    },
    salt,
  );
}
