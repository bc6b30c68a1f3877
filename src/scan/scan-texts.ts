/**
 * Texts that only grow, from run to run: where to go on, what was found before, and what is known now. A
 * text that was rewritten, cut or rotated is read from its start, as far as its size, its time and the bytes
 * before the mark tell; and each is from time to time.
 */
import { limits } from '../limits.ts';
import type { LargeRead, Mark } from '../model/host.ts';
import type { Source } from '../model/place.ts';
import type { KnownText, TextMemory } from '../model/known.ts';
import type { BulkHit } from '../secrets/bulk.ts';

const day = 86_400_000;

/** What is known of a source, when that still counts. */
export function knownOf(memory: TextMemory | null, { info }: Source, now: Date): KnownText | null {
  const known = memory?.find(info.realPath) ?? null;
  if (known === null || known.basis !== memory?.basis) return null;
  // The same size at another time is an edit and no growth.
  if (info.size === known.size && info.modifiedAt !== known.modifiedAt) return null;
  const age = now.getTime() - Date.parse(known.wholeAt);
  return age >= 0 && age < limits.stateWholeDays * day ? known : null;
}

/** Where the reading of a source begins. */
export const markOf = (known: KnownText | null): { from?: Mark } =>
  known === null ? {} : { from: known.mark };

/** What was read now, with what was found before in the part that was not read again. */
export function withKnown(read: LargeRead<BulkHit>, known: KnownText | null): LargeRead<BulkHit> {
  if (known === null || read.start === 0) return read;
  const before = known.hits.filter(({ at }) => at < read.start);
  return { ...read, hits: [...before, ...read.hits].slice(0, limits.bulkHits) };
}

/** Notes how far a source was read, unless not all of it could be. */
export function remember(
  memory: TextMemory | null,
  { info: { realPath } }: Source,
  read: LargeRead<BulkHit>,
  known: KnownText | null,
  now: Date,
): void {
  const { info, end, hits, start } = read;
  if (memory === null || info === null || end === null) return;
  memory.keep({
    file: realPath,
    basis: memory.basis,
    size: info.size,
    modifiedAt: info.modifiedAt,
    mark: end,
    wholeAt: known !== null && start > 0 ? known.wholeAt : now.toISOString(),
    hits,
  });
}
