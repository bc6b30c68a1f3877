/** The sample of `shadowscan selftest`: a small home, and what a scan of it must find. */
import { z } from 'zod';
import { Platform } from './common.ts';

export const SelftestSample = z.strictObject({
  /** What `<config>` stands for. */
  configs: z.record(Platform, z.string()),
  /** Text by path below the home; `%%hf_{A34}%%` is a recipe: 34 random letters. */
  files: z.record(z.string(), z.string()),
  /** Statements of SQL by path. */
  databases: z.record(z.string(), z.array(z.string())),
  /** Each finding as `check path`, and each server as `server name of tool`; in any order. */
  expect: z.array(z.string()),
});
export type SelftestSample = z.infer<typeof SelftestSample>;
