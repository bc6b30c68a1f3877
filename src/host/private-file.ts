/** One new file that is the running user's alone. It replaces nothing and follows no link. */
import * as fs from 'node:fs';
import { usageError } from '../model/usage-error.ts';
import { codeOf, writeFlaw } from './error-code.ts';

/** Makes the file. Throws a usage error of one line when something is there already, or it cannot be made. */
export function createPrivate(file: string, text: string): void {
  try {
    const fd = fs.openSync(file, 'wx', 0o600);
    try {
      fs.writeFileSync(fd, text);
      fs.fsyncSync(fd);
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'EEXIST') throw usageError(`${file}: is there already; name a new file`);
    throw usageError(`${file}: cannot be written (${writeFlaw(error)})`);
  }
}
