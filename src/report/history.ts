/** Past runs for people: one line a run, and below it what changed. Names are shown as `neutral` has them. */
import type { PastRun } from '../model/known.ts';
import { severities } from '../model/words.ts';
import { neutral } from './neutral.ts';
import { moment, plural } from './words.ts';

/** Changes shown of one run, unless all are asked for. */
const shownChanges = 10;

const signs = { new: '+', back: '+', changed: '~', resolved: '-', gone: '-' } as const;

function changeLine({ change, what, check, severity, message }: PastRun['changes'][number]): string {
  const more = change === 'back' ? ' (again)' : change === 'changed' ? ` (${what.join(', ')})` : '';
  return `    ${signs[change]} ${severity.padEnd(8)} ${check}${more}: ${message.trim()}`;
}

function itemLine({ change, kind, name, version, file }: PastRun['items'][number]): string {
  const release = version === null ? '' : ` ${version}`;
  return `    ${signs[change]} ${kind} ${name}${release}  ${file}`;
}

function headLines(run: PastRun): string[] {
  const open = severities.flatMap((severity) => (run[severity] > 0 ? [`${run[severity]} ${severity}`] : []));
  const found = open.length === 0 ? 'no findings' : open.join(', ');
  const end = run.exitCode === null ? 'not ended' : `exit ${run.exitCode}`;
  const deltas = `${run.new} new, ${run.changed} changed, ${run.resolved} resolved`;
  const unseen = run.unseen === 0 ? '' : `, ${run.unseen} known but not looked at`;
  const gaps = run.gaps === 0 ? '' : `, ${plural(run.gaps, 'gap')}`;
  return [
    `${moment(run.startedAt)}  ${run.status}${gaps}  ${found}  ${end}`,
    `    ${deltas}${unseen}  ${run.targets.join('; ')}`,
  ];
}

/** One chunk a line, newline included. `all` cuts nothing. */
export function* history(runs: PastRun[], all: boolean): Generator<string> {
  if (runs.length === 0) yield 'No runs are kept yet.\n';
  for (const run of runs) {
    const lines = [...run.changes.map(changeLine), ...run.items.map(itemLine)];
    const shown = all ? lines : lines.slice(0, shownChanges);
    const rest = lines.length - shown.length;
    const more = rest > 0 ? [`    and ${rest} more (--verbose shows all)`] : [];
    for (const line of [...headLines(run), ...shown, ...more]) yield `${neutral(line)}\n`;
  }
}
