/**
 * A bounded walk over folders, breadth first and by name, so that a bound cuts off what lies deepest. Links
 * and other file systems are not entered. It tells what it met; what that means is its users' business.
 */
import * as path from 'node:path';
import type { GapReason } from '../model/fact.ts';
import type { Host, Listing } from '../model/host.ts';

export type Entry = Listing['entries'][number];

/** What is left of a walk's bounds; several walks may share one. */
export type Budget = { entries: number; late: () => boolean };

export type Walk = {
  host: Host;
  boundary: string;
  budget: Budget;
  /** Whether to go into a folder; `depth` is that of the folder above it, 0 at the start. */
  enter(name: string, depth: number, above: string): boolean;
  visit(folder: string, entries: Entry[], depth: number): void;
  refuse(folder: string, reason: GapReason): void;
};

/** Walks from a folder. What could not be listed, or not any more, is refused. */
export function walk(start: string, { host, boundary, budget, enter, visit, refuse }: Walk): void {
  let device: number | null = null;
  let level = [start];
  for (let depth = 0; level.length > 0; depth += 1) {
    const below: string[] = [];
    for (const folder of level) {
      if (budget.entries <= 0 || budget.late()) {
        // What is not there at all was not cut off.
        if (host.look(start, boundary) !== null)
          refuse(start, budget.entries <= 0 ? 'too-many' : 'time-limit');
        return;
      }
      const listing = host.list(folder, boundary, device);
      if (listing === null) continue;
      if ('refused' in listing) {
        refuse(folder, listing.refused);
        continue;
      }
      device ??= listing.device;
      budget.entries -= listing.entries.length + 1;
      if (listing.cut) refuse(folder, 'too-many');
      visit(folder, listing.entries, depth);
      for (const { name, type } of listing.entries)
        if (type === 'directory' && enter(name, depth, folder)) below.push(path.join(folder, name));
    }
    level = below;
  }
}
