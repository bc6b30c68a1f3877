/**
 * What a second thread begins with: the program itself, which sees that it is not the first. A build replaces
 * this module, since there the program is one file, or inside of the executable.
 */
import * as path from 'node:path';

/** A file, or code where there is none. */
export function threadStart(): { code: string; isCode: boolean } {
  return { code: path.join(import.meta.dirname, '..', 'cli', 'main.ts'), isCode: false };
}
