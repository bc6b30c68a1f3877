/** `rules/shapes/caches.yaml`: where launchers keep what they fetched. */
import { z } from 'zod';
import { Paths, Selector, many } from './path-row.ts';
import { packageTypes } from './words.ts';

export const Cache = z.strictObject({
  id: z.string(),
  /** Wrappers that run what lies there. */
  by: many(z.string()),
  type: z.enum(packageTypes),
  /** `{name}` is the package's, `{under}` the same with `_` for `-`; `{version}` binds the version. */
  paths: Paths,
  /** Where the version is, in a file that `paths` leads to. */
  version: Selector.optional(),
  /** It runs before what other caches hold. */
  first: z.literal(true).optional(),
  /** It lies on the machine and not in homes. */
  machine: z.literal(true).optional(),
  /** Map of repositories to `name:tag` -> digest, in a file that `paths` leads to. */
  images: Selector.optional(),
  /**
   * What the place was made for: a file in the folder above the segment `up`, with the specs that were asked
   * for. A place that was made for something else does not count.
   */
  asked: z.strictObject({ up: z.string(), file: z.string(), at: Selector }).optional(),
});
export type Cache = z.infer<typeof Cache>;
export const CachesFile = z.strictObject({ description: z.string(), caches: z.array(Cache) });
