/** What the caller decides about an output. Formats for machines ignore all of it. */
import type { Severity } from '../model/common.ts';
import type { ColourLevel } from './colour.ts';

export type ReportOptions = {
  /** Width of the terminal; 0 where it is not known. */
  columns: number;
  colour: ColourLevel;
  /** Whether the terminal draws more than ASCII; names are shown as they are in either case. */
  unicode: boolean;
  /** Show everything: no group or table is cut. */
  verbose: boolean;
  /** Least severity that makes the scan's exit code 1. */
  failOn: Severity | 'none';
  /** Whether an incomplete scan exits with 2. */
  strict?: boolean;
  /** For people: one line a finding and no more, as for a hook that looks at a few files. */
  short?: boolean;
};
