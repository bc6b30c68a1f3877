/** Tells that something in a folder has changed: by the OS's word, and by looking now and then. */
import * as fs from 'node:fs';
import { limits } from '../limits.ts';

/**
 * Calls back a moment after a change, so that several are one; until the returned function is called. Neither
 * the watch nor its clock keeps the program running.
 */
export function watchFolder(folder: string, changed: () => void): () => void {
  let soon: NodeJS.Timeout | null = null;
  const tell = (): void => {
    soon ??= setTimeout(() => {
      soon = null;
      changed();
    }, limits.settleMilliseconds).unref();
  };
  // Where the OS has no more watches to give, looking now and then has to do. It also finds what was missed.
  const often = setInterval(changed, limits.pollMilliseconds).unref();
  let watcher: fs.FSWatcher | null = null;
  try {
    watcher = fs.watch(folder, { persistent: false }, tell);
    watcher.on('error', () => undefined);
  } catch {
    // As above.
  }
  return () => {
    watcher?.close();
    clearInterval(often);
    if (soon !== null) clearTimeout(soon);
  };
}
