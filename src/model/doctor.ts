/** What `doctor --format json` prints. Within version 1 fields are only added. */
import { z } from 'zod';

export const Part = z.strictObject({
  name: z.string(),
  /** `warn`: it works, and is not as it should be. */
  state: z.enum(['ok', 'warn', 'fail']),
  /** Whether it does not fail. */
  usable: z.boolean(),
  detail: z.string(),
  /** The way out, where there is one to name. */
  remedy: z.string().optional(),
});
export type Part = z.infer<typeof Part>;

export const Setting = z.strictObject({
  name: z.string(),
  value: z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
  from: z.enum(['default', 'policy']),
});
export type Setting = z.infer<typeof Setting>;

export const Doctor = z.strictObject({
  schema: z.literal('shadowscan.doctor/1'),
  tool: z.strictObject({ version: z.string(), rules: z.string(), node: z.string(), platform: z.string() }),
  policy: z.strictObject({ source: z.string().nullable(), looked: z.array(z.string()) }),
  parts: z.array(Part),
  settings: z.array(Setting),
  network: z.strictObject({ variables: z.array(z.string()) }),
});
export type Doctor = z.infer<typeof Doctor>;
