/** Bytes -> allowlist. A list that is wrong anywhere is refused as a whole: half a policy is not one. */
import { z } from 'zod';
import { Allowlist, type AllowlistEntry } from '../model/allowlist.ts';
import { parseRuleFile } from '../parse/rule-file.ts';
import { entryFlaws, isDate } from './entry-flaws.ts';

const sides = ['approve', 'deny'] as const;

function repeatedIds(list: Allowlist): { path: (string | number)[]; message: string }[] {
  const seen = new Set<string>();
  return sides.flatMap((side) =>
    list[side].flatMap(({ id }: AllowlistEntry, index) => {
      const repeated = id !== undefined && seen.has(id);
      if (id !== undefined) seen.add(id);
      return repeated
        ? [{ path: [side, index, 'id'], message: 'another entry has this id; choose a new one' }]
        : [];
    }),
  );
}

/** Looked at only when the list has the right shape. */
const Sensible = z.custom<Allowlist>().superRefine((list, context) => {
  for (const field of ['created', 'expires'] as const) {
    const date = list[field];
    if (date !== undefined && !isDate(date)) {
      context.addIssue({ code: 'custom', path: [field], message: 'there is no such date' });
    }
  }
  for (const side of sides) {
    for (const [index, entry] of list[side].entries()) {
      for (const [field, message] of entryFlaws(entry, side)) {
        context.addIssue({ code: 'custom', path: [side, index, field], message });
      }
    }
  }
  for (const [index, { expires }] of list.waivers.entries()) {
    if (isDate(expires)) continue;
    context.addIssue({
      code: 'custom',
      path: ['waivers', index, 'expires'],
      message: 'there is no such date',
    });
  }
  for (const { path, message } of repeatedIds(list)) context.addIssue({ code: 'custom', path, message });
});

/**
 * Reads an allowlist, YAML or JSON. `path` is how it is called in errors. Throws a usage error of one line:
 * file, line, column, what is wrong and the way out.
 */
export function parseAllowlist(bytes: Buffer, path: string): Allowlist {
  return parseRuleFile(Allowlist.pipe(Sensible), bytes, path);
}
