/**
 * `shadowscan allowlist import FILE`: entries of managed settings or of an MCP registry's list, as a list of
 * their own or added to one that is there. What cannot be carried over is said, one line each.
 */
import { Command } from 'commander';
import { importManaged, isManaged } from '../allowlist/import-managed.ts';
import { importRegistry, isRegistry } from '../allowlist/import-registry.ts';
import { type Carried, type Imported } from '../allowlist/imported.ts';
import { parseAllowlist } from '../allowlist/parse.ts';
import { readGivenFile } from '../host/given-file.ts';
import { writeOut, writeWhole } from '../host/output.ts';
import { limits } from '../limits.ts';
import type { Allowlist, AllowlistEntry } from '../model/allowlist.ts';
import { subjects } from '../model/words.ts';
import { usageError } from '../model/usage-error.ts';
import { withAdditions } from '../parse/list-edit.ts';
import { parseRuleFile } from '../parse/rule-file.ts';
import { neutral } from '../report/neutral.ts';
import { createSecrets } from '../secrets/engine.ts';
import { loadRules } from './load.ts';
import { asUtf8 } from '../parse/encoding.ts';

type Options = { into?: string; output?: string; rules?: string };

async function imported(file: string, rulesFolder: string | undefined): Promise<Imported> {
  const { z } = await import('zod');
  const value = parseRuleFile(
    z.record(z.string(), z.unknown()),
    readGivenFile(file, limits.ruleBytes),
    neutral(file),
  );
  const rules = await loadRules(rulesFolder);
  if (isManaged(value)) return importManaged(value, { rules, secrets: createSecrets(rules, null) });
  if (isRegistry(value))
    return importRegistry(
      value,
      rules.wrappers.flatMap((wrapper) => wrapper.registryDomains),
    );
  throw usageError(
    `${file}: neither managed settings (allowedMcpServers, deniedMcpServers) nor the list of an MCP registry`,
  );
}

/** What an entry is about, so that the same is not added twice. A slash at the end of an URL is nothing. */
function keyOf(entry: AllowlistEntry): string {
  const about = [...subjects, 'version', 'args', 'tag', 'digest'] as (keyof AllowlistEntry)[];
  const plain = { ...entry, ...(entry.url !== undefined && { url: entry.url.replace(/\/+$/, '') }) };
  return JSON.stringify(about.map((field) => plain[field] ?? null));
}

function fresh(carried: Carried[], list: Allowlist): Carried[] {
  const known = { approve: new Set(list.approve.map(keyOf)), deny: new Set(list.deny.map(keyOf)) };
  return carried.filter(({ side, entry }) => {
    const key = keyOf(entry);
    const first = !known[side].has(key);
    known[side].add(key);
    return first;
  });
}

async function run(file: string, { into, output, rules }: Options): Promise<void> {
  if (into === '-' && file === '-') throw usageError('allowlist import: only one of the two can be "-"');
  const { carried, left } = await imported(file, rules);
  const today = new Date().toISOString().slice(0, 10);
  const bytes =
    into === undefined
      ? Buffer.from(`version: 1\nname: Imported, not reviewed\ncreated: ${today}\napprove: []\ndeny: []\n`)
      : asUtf8(readGivenFile(into, limits.ruleBytes));
  const added = fresh(carried, parseAllowlist(bytes, into ?? 'list'));
  const text = withAdditions(
    bytes.toString('utf8'),
    added.map(({ side, entry, note }) => ({ list: side, item: entry, comment: neutral(note) })),
  );
  // What is written must be a list, whatever was imported.
  parseAllowlist(Buffer.from(text), into ?? 'list');
  if (output === undefined) writeOut([text]);
  else writeWhole(output, [text]);
  const known = carried.length - added.length;
  console.error(
    `shadowscan: ${added.length} entries added${known > 0 ? `, ${known} were there` : ''}` +
      `${left.length > 0 ? `, ${left.length} could not be carried over:` : ''}`,
  );
  for (const one of left) console.error(`  ${neutral(one)}`);
}

/** The command, for `allowlist`. */
export function importCommand(): Command {
  return new Command('import')
    .description("carry over a client's managed settings, or the list of an MCP registry")
    .argument('<file>', '`-` for standard input')
    .option('--into <list>', 'add to this list and keep all that is in it, comments too')
    .option('-o, --output <file>', 'write the list there instead of to standard output')
    .option('--rules <dir>', 'add rules of a folder; it replaces none')
    .action(run);
}
