/** Facts of what agents are set to do: permissions, endpoints, commands, instructions, policies. */
import { z } from 'zod';
import { common } from './fact-common.ts';
import { maybeJudged } from './fact-parts.ts';
import { InstructionRole } from './proof-rows.ts';

export const PermissionFact = z.strictObject({
  kind: z.literal('permission'),
  ...common,
  setting: z.string(),
  /** Normalised level, or the value as written where the row gives no levels. */
  level: z.string(),
  value: z.string().nullable(),
  workspace: z.string().nullable(),
  ...maybeJudged,
});
export type PermissionFact = z.infer<typeof PermissionFact>;

export const EndpointFact = z.strictObject({
  kind: z.literal('endpoint'),
  ...common,
  /** `serves`: a local service that others can connect to; `uses`: a model API that prompts are sent to. */
  role: z.enum(['serves', 'uses']),
  name: z.string().nullable(),
  /** As it may be shown; null where only host and port are given. */
  url: z.string().nullable(),
  host: z.string().nullable(),
  port: z.int().nullable(),
  /**
   * For a service who can reach it, for an API where it is; from what is configured or listened on, never by
   * connecting.
   */
  exposure: z.enum(['loopback', 'network', 'unknown']),
  /** Whether the setting is the product's own default, because the file does not say. */
  byDefault: z.boolean(),
  workspace: z.string().nullable(),
  ...maybeJudged,
});
export type EndpointFact = z.infer<typeof EndpointFact>;

export const CommandFact = z.strictObject({
  kind: z.literal('command'),
  ...common,
  purpose: z.enum(['hook', 'helper', 'status', 'notify', 'startup']),
  /** The event that starts it. */
  name: z.string().nullable(),
  /** The command line with secrets masked. */
  command: z.string(),
  workspace: z.string().nullable(),
});
export type CommandFact = z.infer<typeof CommandFact>;

export const InstructionFact = z.strictObject({
  kind: z.literal('instruction'),
  ...common,
  role: InstructionRole,
  name: z.string(),
  /** Characters that people cannot see and models read: tags, bidirectional controls, zero-width runs. */
  hidden: z.int().nonnegative(),
  workspace: z.string().nullable(),
});
export type InstructionFact = z.infer<typeof InstructionFact>;

export const PolicyFact = z.strictObject({
  kind: z.literal('policy'),
  ...common,
  /** Names of the settings that are fixed, sorted; no values. */
  settings: z.array(z.string()),
  /** How it stands to the allowlist in use; absent without one, and where it speaks of no servers. */
  compared: z
    .strictObject({
      /** What it lets run that the list does not approve, each with the reason. */
      beyond: z.array(z.string()),
      /** Those of them that the list denies. */
      denied: z.array(z.string()),
      /** Settings that let others have their way. */
      open: z.array(z.string()),
      /** The list that it says it was made from, where that is another one. */
      outdated: z.string().optional(),
      /** Why somebody other than the administrator can change it. */
      alterable: z.string().optional(),
    })
    .optional(),
});
export type PolicyFact = z.infer<typeof PolicyFact>;
