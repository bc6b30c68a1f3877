/** What the bundle begins with: the program is in the folder beside it. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packLoader } from './load-packs.ts';

/** The module that is the program, put here by the build. */
declare const MAIN: string;

const folder = path.join(__dirname, 'program');
packLoader(__filename, (name) => {
  try {
    return readFileSync(path.join(folder, name));
  } catch {
    return null;
  }
})(MAIN);
