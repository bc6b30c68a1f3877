/** Words shared by facts, findings and rules. */
import { z } from 'zod';
import { platforms, severities } from './words.ts';

export const Platform = z.enum(platforms);
export type Platform = z.infer<typeof Platform>;

export const Severity = z.enum(severities);
export type Severity = z.infer<typeof Severity>;

/** How sure we are: of a row in the catalogue, of a secret, of a finding. */
export const Confidence = z.enum(['high', 'medium', 'low']);
export type Confidence = z.infer<typeof Confidence>;

export const Scope = z.enum(['user', 'project', 'managed', 'profile', 'extension', 'machine']);
export type Scope = z.infer<typeof Scope>;

/** What the allowlist says of a fact; `unjudged` when no list was given. */
export const Verdict = z.enum(['approved', 'unapproved', 'denied', 'unverifiable', 'unjudged']);
export type Verdict = z.infer<typeof Verdict>;

/** Where in a file: path on this machine, JSON pointer, line and column from 1. */
export const Origin = z.strictObject({
  path: z.string(),
  pointer: z.string().optional(),
  line: z.int().positive().optional(),
  column: z.int().positive().optional(),
});
export type Origin = z.infer<typeof Origin>;
