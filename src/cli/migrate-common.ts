/** What planning, applying, undoing and forgetting share: who may, what is named, and how it is told. */
import * as path from 'node:path';
import { readFile } from '../host/open-file.ts';
import { writeOut } from '../host/output.ts';
import { limits } from '../limits.ts';
import type { Holds } from '../migrate/kept-entries.ts';
import type { Platform } from '../model/common.ts';
import type { MigrateHost } from '../model/migrate-host.ts';
import type { Plan } from '../model/plan.ts';
import { usageError } from '../model/usage-error.ts';
import { readText } from '../parse/encoding.ts';
import { nearest } from '../parse/nearest.ts';
import { neutralJson } from '../report/neutral.ts';
import { planText } from '../report/plan-text.ts';

export type Options = {
  apply?: boolean;
  undo?: boolean;
  forget?: string[];
  into?: string;
  yes?: boolean;
  only: string[];
  tool: string[];
  format?: 'human' | 'json';
  home?: string;
  platform?: Platform;
  rules?: string;
  program?: string;
};

export const empty: Omit<Plan, 'mode'> = {
  schema: 'shadowscan.plan/1',
  items: [],
  steps: [],
  recovered: [],
  notes: [],
  vault: [],
  refusal: null,
};

/** Prints a plan, or what was done. */
export function finish(plan: Plan, { format }: Options): void {
  const human = format === 'human' || (format === undefined && process.stdout.isTTY);
  writeOut(human ? planText(plan) : [neutralJson(`${JSON.stringify(plan, null, 2)}\n`)]);
  if (plan.steps.some(({ state }) => state === 'refused')) process.exitCode = 2;
}

/** Refuses names that nothing has. `what` says what they could have been, `lister` what shows those. */
export function demandKnown(
  option: string,
  names: string[],
  known: string[],
  what: string,
  lister = 'migrate',
): void {
  const strange = names.find((name) => !known.includes(name));
  if (strange === undefined) return;
  const near = nearest(strange, known);
  const few = known.length > 0 && known.length <= 8 ? ` (there are: ${known.join(', ')})` : '';
  const hint = near === null ? `${few}; \`shadowscan ${lister}\` lists them` : `; did you mean "${near}"?`;
  throw usageError(`migrate: ${option} ${strange}: no ${what} is called so${hint}`);
}

/** Runs one change of this user's configs, and none beside another. */
export async function alone<T>(host: MigrateHost, work: () => Promise<T>): Promise<T> {
  const done = await host.alone(work);
  if ('done' in done) return done.done;
  const by = done.holder === null ? '' : ` (process ${done.holder})`;
  throw usageError(
    `migrate: another \`shadowscan migrate\` is at work${by}; nothing was done, wait for it to end and ` +
      'try again',
  );
}

/** Whether a config holds a text, as far as it can be read. */
export const holds: Holds = (file, text) => {
  const read = readFile(file, path.parse(file).root, limits.sourceBytes);
  if (read === null) return false;
  return 'refused' in read ? null : readText(read.bytes).includes(text);
};
