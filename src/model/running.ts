/** How a tool is known among running programs: the part of its file that `scan --processes` reads. */
import { z } from 'zod';
import { many } from './path-row.ts';

/** Its applications and npm packages always tell it; a name that is in `commonBinaries` alone never does. */
export const Running = z.strictObject({
  /** File names of programs, or of scripts that an interpreter runs; without `.exe`; default its binaries. */
  programs: many(z.string()).optional(),
  /** Parts of the program's or script's path, from the beginning of a folder's or file's name. */
  paths: many(z.string()).optional(),
  /** Options of its command line that are settings; a flag that is set to `false` is none. */
  options: z
    .array(
      z.strictObject({
        option: many(z.string()),
        /** The values that count; default any, and none. */
        value: many(z.string()).optional(),
        setting: z.string(),
        level: z.string(),
      }),
    )
    .optional(),
});
export type Running = z.infer<typeof Running>;
