/** Whether folders are there, each asked once: most of what the catalogue names is not. */
import * as path from 'node:path';
import type { Host } from '../model/host.ts';

/** A memory of folders for one look over a place. A folder below one that is absent is absent. */
export function presence(host: Host): (folder: string, boundary: string) => boolean {
  const known = new Map<string, boolean>();
  const ask = (folder: string, boundary: string): boolean => {
    let there = known.get(folder);
    if (there !== undefined) return there;
    const above = path.dirname(folder);
    there = (known.get(above) ?? true) && host.look(folder, boundary) !== null;
    known.set(folder, there);
    return there;
  };
  return ask;
}
