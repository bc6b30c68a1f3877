/** What every part of a document for people needs: the report, and how its names and places are written. */
import type { Report } from '../model/report.ts';
import { labelledHomes, shortPath, shortPaths, toolNames, usersOf } from './places.ts';

export type View = {
  report: Report;
  tool: (id: string) => string;
  path: (path: string) => string;
  text: (text: string) => string;
  /** Whether there is more than one user to tell apart. */
  users: boolean;
};

/** The view of a report. */
export function viewOf(report: Report): View {
  const homes = labelledHomes(report);
  return {
    report,
    tool: toolNames(report),
    path: shortPath(homes),
    text: shortPaths(homes),
    users: usersOf(report).length > 1,
  };
}
