/** Whether a program of this user runs that was started with a variable of a value. Only Linux tells. */
import * as fs from 'node:fs';

function readProc(pid: string, name: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'latin1');
  } catch {
    // Somebody else's, or gone by now.
    return '';
  }
}

/**
 * Whether another program was started with `variable=value` and has `word` in its command line: a browser
 * that such a program has opened inherits the variable, too, and stays. False on other systems.
 */
export function programsWith(variable: string, value: string, word: string): boolean {
  if (process.platform !== 'linux') return false;
  const wanted = Buffer.from(`\0${variable}=${value}\0`, 'utf8').toString('latin1');
  return fs
    .readdirSync('/proc')
    .some(
      (pid) =>
        /^\d+$/.test(pid) &&
        Number(pid) !== process.pid &&
        readProc(pid, 'cmdline').includes(word) &&
        `\0${readProc(pid, 'environ')}\0`.includes(wanted),
    );
}
