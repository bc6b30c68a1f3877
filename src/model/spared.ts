/** The part of `rules/shapes/places.yaml` that says what a scan leaves alone unless it is told to look. */
import { z } from 'zod';
import { Paths } from './path-row.ts';

export const SparedRules = z.strictObject({
  /** Folders that macOS asks people about, or refuses, before a program may look in. */
  protected: z.strictObject({
    /** In a home: what people keep, and what applications keep. */
    files: z.array(z.string()),
    apps: z.array(z.string()),
    /** Outside of homes: other disks, networks, and ways to files that do not name them. */
    machine: z.array(z.string()),
    /** Prefixes under which the same folders are seen again. */
    again: z.array(z.string()),
    /** Folders that only who may see everything can list; trying it asks nobody. One is enough. */
    proof: z.array(z.string()),
  }),
  /** Folders of cloud services, whose files may be here by name only; `*` at the end for any rest. */
  cloud: Paths,
});
export type SparedRules = z.infer<typeof SparedRules>;
