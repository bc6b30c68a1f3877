/** A host that looks at each path once in a run: rounds of following leads ask for the same places again. */
import type { FileInfo, Host, Matched, Refusal } from '../model/host.ts';

/** The host with a memory for what it looked at. Reading is not remembered: it looks for itself. */
export function remember(host: Host): Host {
  const looked = new Map<string, FileInfo | Refusal | null>();
  const matched = new Map<string, Matched>();
  return {
    ...host,
    look(path, boundary) {
      const key = `${path}\0${boundary}`;
      const known = looked.get(key);
      if (known !== undefined) return known;
      const seen = host.look(path, boundary);
      looked.set(key, seen);
      return seen;
    },
    match(folder, glob, boundary, most) {
      const key = `${folder}\0${glob}\0${boundary}\0${most ?? ''}`;
      const found = matched.get(key) ?? host.match(folder, glob, boundary, most);
      matched.set(key, found);
      return found;
    },
  };
}
