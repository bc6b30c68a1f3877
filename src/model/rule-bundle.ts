/**
 * A rule bundle: all rules, or some to add, as one file that somebody signs. Version and expiry lie within
 * what is signed, so that nobody can hand out an old one as new.
 */
import { z } from 'zod';

const Day = z.string().regex(/^\d{4}-\d{2}-\d{2}(T.*Z)?$/, 'expected a date such as 2027-01-31');

export const RuleBundle = z.strictObject({
  schema: z.literal('shadowscan.rules/1'),
  name: z.string().min(1).max(200),
  /** Compared number by number; a lower one than was seen is refused. */
  version: z.string().min(1).max(100),
  created: Day,
  expires: Day.optional(),
  /** Version of the program that made and checked it. */
  madeBy: z.string(),
  /** Whether its rules come beside those of the program; otherwise they take their place. */
  adds: z.boolean(),
  rules: z.record(z.string(), z.unknown()),
});
export type RuleBundle = z.infer<typeof RuleBundle>;
