/** When a receiver is told all that there is again, and which runs can tell it. */
import { limits } from '../limits.ts';
import type { Report } from '../model/report.ts';
import type { Looked } from './looked.ts';

const day = 86_400_000;

/**
 * What is known of the last run that told all; of what was refused of it whether the receiver takes events,
 * and when all was told anew because of that.
 */
export type Before = {
  at: string;
  targets: string[];
  isLost: boolean;
  refused: 'nothing' | 'some' | 'some, and others taken';
  again: string | null;
};

/** Whether what was refused is to be told again: at once, and then once a day, since it may be again. */
function isRefused({ refused, again }: Before, now: number): boolean {
  const age = again === null ? day : now - Date.parse(again);
  return refused === 'some, and others taken' && (age < 0 || age >= day);
}

/**
 * Whether a run can tell all: one that leaves out checks, looks with fewer options or elsewhere cannot.
 * `unseen` is how many open findings of its places it did not look at; gaps are no choice of a run.
 */
function isWide(report: Report, looked: Looked, unseen: number, before: Before | null): boolean {
  if (report.run.checksLeftOut.length > 0) return false;
  if (unseen > 0 && !report.facts.some(({ kind }) => kind === 'gap')) return false;
  return before === null || before.targets.every((target) => looked.targets.has(target));
}

/**
 * What a run tells a receiver: all that it sees, or what is different (`tellsAll`); and whether the receiver
 * knows all there is after it (`isWhole`). Where no run of the same places comes for two weeks, the next best
 * one counts.
 */
export function wholeness(
  report: Report,
  looked: Looked,
  { unseen, before, asked }: { unseen: number; before: Before | null; asked: boolean },
): { tellsAll: boolean; isWhole: boolean } {
  const now = Date.parse(report.run.endedAt);
  const age = before === null ? 0 : now - Date.parse(before.at);
  // A clock that was ahead must not put it off.
  const isOld = age < 0 || age >= limits.wholeDays * day;
  const isDue = before === null || before.isLost || isOld || isRefused(before, now);
  const isLate = age < 0 || age >= 2 * limits.wholeDays * day;
  const canTell = isWide(report, looked, unseen, before) || isLate;
  const tellsAll = asked || (isDue && (canTell || before === null));
  return { tellsAll, isWhole: tellsAll && canTell };
}
