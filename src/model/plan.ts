/**
 * What `shadowscan migrate` would do, or has done, as it prints it (`shadowscan.plan/1`). No secret is in it:
 * values are masked as in a report.
 */
import { z } from 'zod';
import { Origin } from './common.ts';

/** Why a secret stays where it is. The texts are those of `migrate/reasons.ts`. */
export const Staying = z.enum([
  'own-store',
  'in-text',
  'argument',
  'address',
  'header',
  'field',
  'reference',
  'client-variable',
  'twice',
  'no-command',
  'one-line',
  'prefixed',
  'format',
  'broken',
  'layout',
  'identity',
  'link',
  'several-names',
  'foreign',
  'managed',
  'repository',
  'changed',
  'running',
  'unused',
  'entry-missing',
  'launched',
  'command',
]);
export type Staying = z.infer<typeof Staying>;

export const PlanItem = z.strictObject({
  /** Id of the credential fact in a report of the same machine. */
  credential: z.string(),
  tools: z.array(z.string()),
  user: z.string().nullable(),
  /** Name of the MCP server that it is for, or null. */
  server: z.string().nullable(),
  field: z.string(),
  type: z.string(),
  masked: z.string(),
  origin: Origin,
  /**
   * `move`: into the keychain's vault; `update`: into the entry that its definition is started with already;
   * `stay`: it cannot be moved.
   */
  action: z.enum(['move', 'update', 'stay']),
  /** Id under which it would be kept, the same for all secrets of one definition; null where it stays. */
  entry: z.string().nullable(),
  /** How the config refers to it afterwards, in one line; null where it stays. */
  becomes: z.string().nullable(),
  reason: Staying.nullable(),
  /** Why it stays, in words; null where it moves. */
  why: z.string().nullable(),
  /** What is left to do for the user. */
  todo: z.array(z.string()),
});
export type PlanItem = z.infer<typeof PlanItem>;

/** What was done to one definition, or why not. */
export const PlanStep = z.strictObject({
  entry: z.string(),
  path: z.string(),
  server: z.string(),
  tools: z.array(z.string()),
  state: z.enum(['planned', 'applied', 'updated', 'undone', 'copied', 'forgotten', 'refused']),
  /** Why it was refused; null otherwise. */
  why: z.string().nullable(),
});
export type PlanStep = z.infer<typeof PlanStep>;

/** What the vault has of one definition, or of the token files of a bridge. */
export const KeptEntry = z.strictObject({
  entry: z.string(),
  /** The config, or the folder of token files, that it came from. */
  path: z.string(),
  /** Whether that config still names it; null where that cannot be told. */
  named: z.boolean().nullable(),
});
export type KeptEntry = z.infer<typeof KeptEntry>;

export const Plan = z.strictObject({
  schema: z.literal('shadowscan.plan/1'),
  mode: z.enum(['plan', 'apply', 'undo', 'forget']),
  items: z.array(PlanItem),
  steps: z.array(PlanStep),
  /** What an earlier run left unfinished, and what became of it. */
  recovered: z.array(z.string()),
  notes: z.array(z.string()),
  /** What the vault has, without records of how definitions were. */
  vault: z.array(KeptEntry),
  /** Why `--apply` would be refused as a whole; null where nothing is known against it, and after it. */
  refusal: z.string().nullable(),
});
export type Plan = z.infer<typeof Plan>;
