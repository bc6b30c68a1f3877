/** Conditions as data, the same in tool files (`when:` over a tree) and in checks (`when:` over a fact). */
import { z } from 'zod';

const Constant = z.union([z.string(), z.number(), z.boolean(), z.null()]);

/**
 * A condition on the values that a path selects: a constant or list of constants that one of them must
 * equal, or one of the words below. `exists: false` is true where nothing is selected.
 */
export const Condition = z.union([
  Constant,
  z.array(Constant),
  z.strictObject({ not: z.union([Constant, z.array(Constant)]) }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ matches: z.string() }),
  z.strictObject({ below: z.number() }),
  z.strictObject({ above: z.number() }),
  z.strictObject({ type: z.enum(['map', 'list', 'text', 'number', 'boolean', 'null']) }),
]);
export type Condition = z.infer<typeof Condition>;

/** Every path's condition must hold. A list of predicates holds when one of them does. */
export const Predicate = z.record(z.string(), Condition);
export type Predicate = z.infer<typeof Predicate>;
export const AnyOf = z.union([Predicate.transform((one) => [one]), z.array(Predicate).min(1)]);
