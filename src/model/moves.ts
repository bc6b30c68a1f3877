/**
 * `rules/shapes/moves.yaml`: other ways in which programs take a secret that stands in their arguments, after
 * their own documents. What is not listed stays where it is.
 */
import { z } from 'zod';

const Source = { source: z.string(), checked: z.string().regex(/^\d{4}-\d{2}$/) };

export const MovesFile = z.strictObject({
  description: z.string(),
  /** An option whose value a variable can hold instead: the option is left out then. */
  variables: z.array(
    z.strictObject({
      /** `npm:name`, `pypi:name`, `oci:name` of what runs. */
      package: z.string(),
      options: z.array(z.string()).min(1),
      variable: z.string(),
      /**
       * `stripped`: the program takes blanks and quotes around the option's value off, and not around the
       * variable's. A value in quotes stays where it is without this.
       */
      quotes: z.literal('stripped').optional(),
      ...Source,
    }),
  ),
  /** An option in whose value the program fills in `${NAME}` from its own environment. */
  fills: z.array(z.strictObject({ package: z.string(), options: z.array(z.string()).min(1), ...Source })),
  /** An option with `NAME=value` that takes `NAME` alone too, and the value from the environment then. */
  passes: z.array(
    z.strictObject({
      /** Commands with their sub-commands, as a wrapper in `rules/wrappers/` lists them. */
      commands: z.array(z.string()).min(1),
      options: z.array(z.string()).min(1),
      ...Source,
    }),
  ),
  /** What a client may fill in of a command that gets a secret: folders, behind a server's name. */
  open: z.strictObject({
    /** Words of a package, image, module or program by which it is a server. */
    names: z.array(z.string()).min(1),
    /** References that stand for a folder, beside `workspaceNames` of `server.yaml`. */
    folders: z.array(z.string()),
    /** Words of options that take a folder as data: an option must have no other. */
    options: z.array(z.string()),
  }),
});
export type MovesFile = z.infer<typeof MovesFile>;
