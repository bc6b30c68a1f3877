/** Whether folders are there, each asked once: most of what the catalogue names is not. */
import * as path from 'node:path';
import type { GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';

/** Refused at `path`, which may be a folder above the one that was asked for: a link out of the place. */
export type Presence = 'there' | 'absent' | { path: string; reason: GapReason };

/**
 * A memory of folders for one look over a place. A folder below one that is absent or refused is so too; what
 * lies outside of the boundary is not asked about.
 */
export function presence(host: Host): (folder: string, boundary: string) => Presence {
  const known = new Map<string, Presence>();
  const ask = (folder: string, boundary: string): Presence => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const above = path.dirname(folder);
    const isTop = folder === boundary || above === folder || !folder.startsWith(boundary);
    const upper = isTop ? 'there' : ask(above, boundary);
    let state: Presence = upper;
    if (upper === 'there') {
      const seen = host.look(folder, boundary);
      if (seen === null) state = 'absent';
      else if ('refused' in seen) {
        // Only a folder above can keep us from looking at one, or what a link leads to.
        const hidden = seen.refused === 'unreadable' && !seen.link;
        state = { path: hidden ? above : folder, reason: seen.refused };
      }
    }
    known.set(folder, state);
    return state;
  };
  return ask;
}
