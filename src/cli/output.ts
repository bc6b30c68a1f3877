/**
 * Formats and destinations of a report: what `--format` and `--output` mean, and what the terminal can show.
 */
import { writeOut, writeWhole } from '../host/output.ts';
import type { Severity } from '../model/common.ts';
import type { Report } from '../model/report.ts';
import { usageError } from '../model/usage-error.ts';
import { type FormatName, formats } from '../report/formats.ts';
import type { ReportOptions } from '../report/options.ts';

export type Destination = { format: FormatName; file: string | null };

/** All formats, by name. */
export const formatNames = Object.keys(formats);

function formatName(given: string, option: string): FormatName {
  if (Object.hasOwn(formats, given)) return given as FormatName;
  throw usageError(`${option} ${given}: unknown format; one of ${formatNames.join(', ')}`);
}

/**
 * `--format F` for standard output, `--output FILE` in that format, `--output f=FILE` in another,
 * repeatable.
 */
export function destinations(format: string | undefined, outputs: string[]): Destination[] {
  const byDefault =
    format === undefined ? (process.stdout.isTTY ? 'human' : 'json') : formatName(format, '--format');
  if (outputs.length === 0) return [{ format: byDefault, file: null }];
  const all = outputs.map((given): Destination => {
    const [, name, file] = /^([a-z][a-z0-9-]*)=(.*)$/s.exec(given) ?? [];
    if (name !== undefined)
      return { format: formatName(name, '--output'), file: file === '-' ? null : file! };
    return { format: format === undefined ? 'json' : byDefault, file: given === '-' ? null : given };
  });
  for (const [at, one] of all.entries()) {
    if (one.file === '') throw usageError(`--output ${outputs[at]}: expected a file behind the format`);
    const first = all.findIndex(({ file }) => file === one.file);
    if (first < at) throw usageError(`--output ${outputs[at]}: the same place is named twice`);
  }
  return all;
}

function colourLevel(choice: string | undefined): 0 | 1 | 2 | 3 {
  const { env } = process;
  if (choice === 'never') return 0;
  const depth = process.stdout.getColorDepth?.(env) ?? 4;
  const level = depth >= 24 ? 3 : depth >= 8 ? 2 : 1;
  if (choice === 'always') return level;
  if (env['NO_COLOR']) return 0;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced === '0' || forced === 'false' ? 0 : level;
  return process.stdout.isTTY && env['TERM'] !== 'dumb' ? level : 0;
}

/** What the terminal can show, by its environment. */
export function reportOptions(
  given: { color?: string; verbose?: boolean; strict?: boolean },
  failOn: Severity | 'none',
): ReportOptions {
  const locale = process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '';
  const legacy =
    process.platform === 'win32'
      ? !process.env['WT_SESSION']
      : !/utf-?8/i.test(locale) && !process.stdout.isTTY;
  const columns = Number(process.env['COLUMNS']) || process.stdout.columns || 80;
  return {
    columns: Math.max(40, Math.min(columns, 160)),
    colour: colourLevel(given.color),
    unicode: !legacy,
    verbose: given.verbose ?? false,
    failOn,
    strict: given.strict ?? false,
  };
}

function write(report: Report, { format, file }: Destination, options: ReportOptions): void {
  const chunks = formats[format](report, file === null ? options : { ...options, colour: 0 as const });
  if (file !== null) writeWhole(file, chunks);
  else if (!writeOut(chunks))
    throw usageError('standard output was closed before the whole report was out; read it to its end');
}

/**
 * Writes the report everywhere it is wanted. Files first: what reads standard output may then rely on them. A
 * place that cannot be written does not keep the report from the others; the first one that failed is thrown.
 */
export function deliver(report: Report, all: Destination[], options: ReportOptions): void {
  const failed: unknown[] = [];
  for (const one of all.toSorted((a, b) => Number(a.file === null) - Number(b.file === null))) {
    try {
      write(report, one, options);
    } catch (error) {
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}
