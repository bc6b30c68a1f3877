/** The rows of managed settings under `proves:` of a tool file, and what they say of MCP servers. */
import { z } from 'zod';
import { AnyOf } from './predicate.ts';
import { Selector, Selectors } from './path-row.ts';
import { Level } from './proof-rows.ts';

/**
 * What managed settings allow of MCP servers, to be compared with the allowlist. Selectors are below the
 * policy's `at`, those of parts below an entry.
 */
export const EnforcedRow = z.strictObject({
  /** Lists or maps of what is allowed: where one is there, nothing else is. */
  list: Selectors.optional(),
  /** The entries of such a list; default `*`. A `{name}` that it binds can be the entry's name. */
  each: Selector.optional(),
  /** Which entries allow something; default all. */
  when: AnyOf.optional(),
  /** Name of a server, which alone proves nothing: a selector, or a `{name}` that was bound. */
  name: z.string().optional(),
  /** Whether rows by name count for nothing once there are rows by command and by URL. */
  namesYield: z.literal(true).optional(),
  /** Map of definitions in the same settings: a name that is a key of it means that one. */
  definedBy: Selector.optional(),
  url: Selectors.optional(),
  /** Which entries say only how the URL begins. */
  urlOpen: AnyOf.optional(),
  /** The URL as a regular expression over the whole of it. */
  urlPattern: Selectors.optional(),
  /** A list of words, or one text: its words where `globs` is set, else the program. */
  command: Selectors.optional(),
  /** Arguments that stand apart, a list or with `globs` one text: without them any are allowed. */
  args: Selector.optional(),
  /** Arguments that are maps: the text, and which of them say only how it begins, or a pattern. */
  argument: z.strictObject({ value: Selectors, open: AnyOf }).optional(),
  /** Whether `*` in a command stands for any text, too; in an URL it always does. */
  globs: z.literal(true).optional(),
  /** Settings that keep out all that they do not name, without such a list. */
  closed: AnyOf.optional(),
  /** Settings that let others have their way: what they do, in words that go on with `it`. */
  open: z.array(z.strictObject({ when: AnyOf, is: z.string().min(1) })).optional(),
  /** Whether the last file to say a thing counts: of a folder by name, then of the folders in it. */
  lastCounts: z.literal(true).optional(),
});
export type EnforcedRow = z.infer<typeof EnforcedRow>;

/** A client's managed settings: the keys below `at` are the company's word. */
export const PolicyRow = z.strictObject({
  at: Selectors,
  when: AnyOf.optional(),
  /** What they allow of servers, where the client has such a setting. */
  servers: EnforcedRow.optional(),
  ...Level,
});
export type PolicyRow = z.infer<typeof PolicyRow>;
