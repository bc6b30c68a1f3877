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
import { usageError } from '../model/usage-error.ts';
import { severities } from '../model/words.ts';
import { type ManagementFormat, judgingFormats, managementFormats, outcomeOf } from '../report/management.ts';

type Options = { format: ManagementFormat; failOn: Severity | 'none'; staleHours: number };

/** A report as `scan --format json` wrote it, or that there is none. */
async function saved(file: string): Promise<Report | 'none' | 'error'> {
  const whole = path.resolve(file);
  const read = readFile(whole, path.parse(whole).root, limits.savedReportBytes);
  if (read === null) return 'none';
  if ('refused' in read) return 'error';
  const { Report } = await import('../model/report.ts');
  try {
    return Report.parse(JSON.parse(read.bytes.toString('utf8')));
  } catch {
    return 'error';
  }
}

function hours(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw usageError(`--stale-hours ${value}: expected a number of hours above 0`);
  return number;
}

async function run(file: string, { format, failOn, staleHours }: Options): Promise<void> {
  const outcome = outcomeOf(await saved(file), new Date(), failOn, staleHours);
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
  shadowscan report --format jamf /var/lib/shadowscan/report.json`;

/** The command, for the program. */
export function reportCommand(): Command {
  return new Command('report')
    .description('tell the last saved result as management software keeps it')
    .argument('<file>', 'the report, as `scan --output FILE` wrote it')
    .addOption(
      new Option('-f, --format <format>', 'whose')
        .choices(Object.keys(managementFormats))
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
