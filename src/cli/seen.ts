/**
 * What a command works on that asks for the facts of a scan: those of reports that were written before, or of
 * a scan that is made now.
 */
import { type Command, Option } from 'commander';
import { readGivenFile } from '../host/given-file.ts';
import { systemHost } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Allowlist } from '../model/allowlist.ts';
import type { Platform } from '../model/common.ts';
import type { Fact } from '../model/fact.ts';
import type { AllowlistInfo } from '../model/report.ts';
import { usageError } from '../model/usage-error.ts';
import { platforms } from '../model/words.ts';
import { scan } from '../scan.ts';
import { loadRules } from './load.ts';
import { readText } from '../parse/encoding.ts';

export type Place = { home?: string; root?: string; platform?: Platform; rules?: string };

/** Facts, the host that they are of and its OS where that is told, and how many could not be read. */
export type Seen = { facts: Fact[]; host: string; platform: Platform | null; unread: number };

/** Adds the options that say what is scanned. */
export function withPlace(command: Command): Command {
  return command
    .option('--home <dir>', 'scan a folder as a home of --platform')
    .option('--root <dir>', 'scan a folder as a whole machine of --platform: an image, a backup')
    .addOption(new Option('--platform <os>', 'what --home or --root is of').choices(platforms))
    .option('--rules <dir>', 'add rules of a folder; it replaces none');
}

/** Scans now. */
export async function scanned(
  place: Place,
  allowlist?: { list: Allowlist; info: AllowlistInfo },
): Promise<Seen> {
  const { home, root, platform, rules } = place;
  const host = systemHost();
  const report = scan(host, await loadRules(rules), {
    ...(home !== undefined && { home }),
    ...(root !== undefined && { root }),
    ...(platform !== undefined && { platform }),
    ...(allowlist !== undefined && { allowlist }),
  });
  return {
    facts: report.facts,
    host: report.device.hostname,
    platform: report.device.platform,
    unread: 0,
  };
}

/** The values of a report: one JSON document, or the lines of NDJSON. */
function valuesIn(text: string, given: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    try {
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line): unknown => JSON.parse(line));
    } catch {
      throw usageError(`${given}: not a report; write one with \`shadowscan scan --output FILE\``);
    }
  }
}

type Json = Record<string, unknown>;
const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a report file, or standard input for `-`. What a newer version added is passed over. */
export async function reported(given: string): Promise<Seen> {
  const { Fact: Schema } = await import('../model/fact.ts');
  const values = valuesIn(readText(readGivenFile(given, limits.sourceBytes)), given).filter(isMap);
  const [first] = values;
  if (first?.['schema'] !== 'shadowscan.report/1')
    throw usageError(
      `${given}: not a report of this program; write one with \`shadowscan scan --output FILE\``,
    );
  const listed = Array.isArray(first['facts'])
    ? first['facts']
    : values.filter(({ type }) => type === 'fact');
  const read = listed.filter(isMap).map(({ type: _, ...one }) => Schema.safeParse(one));
  const { hostname, platform } = isMap(first['device']) ? first['device'] : {};
  return {
    facts: read.flatMap((one) => (one.success ? [one.data] : [])),
    host: typeof hostname === 'string' ? hostname : '',
    platform: platforms.find((one) => one === platform) ?? null,
    unread: read.filter((one) => !one.success).length,
  };
}
