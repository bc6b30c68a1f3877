/** How the probe looks for what no tool file claims (`probe:` of a tool file). */
import { z } from 'zod';
import { Paths, many } from './path-row.ts';

export const Probe = z.strictObject({
  /** Folders that it looks into, how many levels of files deep, and which names directly below count. */
  folders: z
    .array(
      z.strictObject({
        path: Paths,
        /** Pattern of the names directly below it that are looked into; default all. */
        into: z.string().optional(),
        /** 0 is the folder itself. */
        depth: z.int().min(0).max(6),
      }),
    )
    .min(1),
  /** Pattern of names of files that may hold a map of servers. */
  files: z.string(),
  /** Pattern of names that are worth a look at any depth; others only in the two uppermost levels. */
  telling: z.string(),
  /** Pattern of names of files that may be the map itself, without a key around it. */
  maps: z.string(),
  /** A file is read as one of these formats only when it holds one of these texts. */
  mentions: many(z.string().min(4)),
});
export type Probe = z.infer<typeof Probe>;
