/**
 * What a heartbeat and the summary of a run tell a receiver beside the run itself: what has become of what
 * was to be sent, and how much it should know by now. The same in every profile, so names are single words.
 */
import { z } from 'zod';

const Count = z.int().nonnegative();

/** How one receiver stood before this run's events were added. Totals count from the first run with it. */
export const SinkTold = z.strictObject({
  name: z.string(),
  /** What waited; `seconds` is the age of the oldest of it. */
  waiting: z.strictObject({ events: Count, bytes: Count, seconds: Count }),
  delivered: z.strictObject({ events: Count, last: z.string().nullable() }),
  /** Set aside for good. `untold` is what the last heartbeat that arrived has not told yet. */
  refused: z.strictObject({ events: Count, untold: Count }),
  /** Given up for want of room, and because of age. */
  dropped: z.strictObject({ full: Count, old: Count, untold: Count }),
  /** What kept it from taking everything the last time; null when nothing did. */
  trouble: z.string().nullable(),
});
export type SinkTold = z.infer<typeof SinkTold>;

export const DeliveryTold = z.strictObject({
  /** Events that some receiver will never have, and that no heartbeat which arrived has told of. */
  lost: Count,
  sinks: z.array(SinkTold),
});
export type DeliveryTold = z.infer<typeof DeliveryTold>;

/** What a receiver knows when it has everything up to this run. */
export const InventoryTold = z.strictObject({
  /** Whether this run tells all that there is, or what is different since the last one. */
  told: z.enum(['all', 'changes']),
  /** Start of the last run that told all; null before there was one, and since some was lost or refused. */
  whole: z.string().nullable(),
  /** Assets that have been told and not removed; findings that are open, waived ones included. */
  assets: Count,
  findings: Count,
  /** Assets by what this run tells of them. */
  new: Count,
  changed: Count,
  removed: Count,
});
export type InventoryTold = z.infer<typeof InventoryTold>;

export const Telling = z.strictObject({ delivery: DeliveryTold, inventory: InventoryTold });
export type Telling = z.infer<typeof Telling>;

/** What is different about an asset; `same` where all is told again. */
export const assetChanges = ['new', 'changed', 'removed', 'same'] as const;
export type AssetChange = (typeof assetChanges)[number];

/** A part of an event that was too long: how many items or characters of it are left. */
export const CutPart = z.strictObject({ field: z.string(), kept: Count, of: Count });
/** What was left out of an event, and how long it would have been. */
export const Cut = z.strictObject({ bytes: Count, parts: z.array(CutPart) });
export type CutPart = z.infer<typeof CutPart>;
