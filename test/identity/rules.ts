/** The wrapper files as the program would have them, read without the rest of the ruleset. */
import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import type { Wrappers } from '../../src/identity/match-wrapper.ts';
import { Wrapper } from '../../src/model/wrapper.ts';

const folder = join(import.meta.dirname, '../../rules/wrappers');

export const wrappers: Wrappers = readdirSync(folder)
  .toSorted()
  .map((name) => ({
    ...Wrapper.parse(parse(readFileSync(join(folder, name), 'utf8'))),
    id: basename(name, '.yaml'),
  }));
