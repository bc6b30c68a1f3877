/** The small parts of the tool language: one or many, selectors, and paths per OS. */
import { z } from 'zod';
import type { Platform } from './common.ts';

/** One or many. */
export const many = <T extends z.ZodType>(one: T) =>
  z.union([one.transform((value) => [value]), z.array(one).min(1)]) as unknown as z.ZodType<z.infer<T>[]>;
export const Selector = z.string().min(1);
export const Selectors = many(Selector);

/** The same path on every OS, or one entry an OS; `all` adds to each. */
export const Paths = z.union([
  many(z.string()).transform((all) => ({ all })),
  z.strictObject({
    all: many(z.string()).optional(),
    linux: many(z.string()).optional(),
    macos: many(z.string()).optional(),
    windows: many(z.string()).optional(),
  }),
]) as unknown as z.ZodType<Partial<Record<Platform | 'all', string[]>>>;
export type Paths = z.infer<typeof Paths>;
