/**
 * `shadowscan report`: the last saved result for management software, without another scan. Standard error
 * stays empty for any result, since some of these programs take anything there for a failure of the script.
 */
import * as path from 'node:path';
import { Command, Option } from 'commander';
import { readFile } from '../host/open-file.ts';
import { writeOut } from '../host/output.ts';
import { limits } from '../limits.ts';
import type { Severity } from '../model/common.ts';
import type { Report } from '../model/report.ts';
import { type FormatName, formats } from '../report/formats.ts';
import { deliver, reportOptions } from './output.ts';
import { usageError } from '../model/usage-error.ts';
import { severities } from '../model/words.ts';
import { type ManagementFormat, judgingFormats, managementFormats, outcomeOf } from '../report/management.ts';
import { readText } from '../parse/encoding.ts';

type Options = {
  format: ManagementFormat | FormatName;
  failOn: Severity | 'none';
  staleHours: number;
  state?: string;
};

type Saved = Report | 'none' | 'error';

/** A report as it was written or kept. */
async function parsed(text: string): Promise<Saved> {
  const { Report } = await import('../model/report.ts');
  try {
    return Report.parse(JSON.parse(text));
  } catch {
    return 'error';
  }
}

/** The last report that a state folder keeps. */
async function kept(state: string): Promise<Saved> {
  const { readState } = await import('./read-state.ts');
  const { savedReport } = await import('../host/state-reports.ts');
  const text = readState(state, savedReport);
  return text === null ? 'none' : parsed(text);
}

/** A report as `scan --format json` wrote it, or that there is none. */
async function saved(file: string): Promise<Saved> {
  const whole = path.resolve(file);
  const read = readFile(whole, path.parse(whole).root, limits.savedReportBytes);
  if (read === null) return 'none';
  if ('refused' in read) return 'error';
  return parsed(readText(read.bytes));
}

function hours(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw usageError(`--stale-hours ${value}: expected a number of hours above 0`);
  return number;
}

const isManagement = (format: string): format is ManagementFormat => Object.hasOwn(managementFormats, format);

/** The report itself, once more. */
function again(report: Saved, format: FormatName, failOn: Severity | 'none'): void {
  if (typeof report === 'string')
    throw usageError(
      report === 'none' ? 'report: none is saved yet; scan first' : 'report: it cannot be read',
    );
  deliver(report, [{ format, file: null }], reportOptions({}, failOn));
}

async function run(file: string | undefined, options: Options): Promise<void> {
  const { format, failOn, staleHours, state } = options;
  if ((file === undefined) === (state === undefined))
    throw usageError('report: name the file of a report, or the folder that keeps it with --state');
  const report = await (file === undefined ? kept(state!) : saved(file));
  if (!isManagement(format)) return again(report, format, failOn);
  const outcome = outcomeOf(report, new Date(), failOn, staleHours);
  writeOut([managementFormats[format](outcome)]);
  const fails = judgingFormats.includes(format) && outcome.state !== 'pass';
  process.exitCode = !fails ? 0 : outcome.state === 'error' ? 2 : 1;
}

const helpText = `
Exit codes of intune and iru: 0 the last scan found nothing at or above --fail-on; 1 it did, or it is too
old, or there was none; 2 the saved result cannot be read. The other formats say so in what they print and
end with 0, since their products take anything else for a broken script.

Examples:
  shadowscan scan --output /var/lib/shadowscan/report.json --exit-zero
  shadowscan report --format jamf /var/lib/shadowscan/report.json
  shadowscan report --format human --state /var/lib/shadowscan/state`;

/** The command, for the program. */
export function reportCommand(): Command {
  return new Command('report')
    .description('tell the last saved result as management software keeps it, or as scan prints it')
    .argument('[file]', 'the report, as `scan --output FILE` wrote it')
    .option('--state <dir>', 'the last report that scan --state has kept, instead of a file')
    .addOption(
      new Option('-f, --format <format>', 'whose')
        .choices([...Object.keys(managementFormats), ...Object.keys(formats)])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--fail-on <severity>', 'least severity that is a failure')
        .choices([...severities, 'none'])
        .default('high'),
    )
    .option('--stale-hours <hours>', 'age from which nothing is known any more', hours, 72)
    .addHelpText('after', helpText)
    .action(run);
}
