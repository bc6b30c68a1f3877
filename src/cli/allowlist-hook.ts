/**
 * `shadowscan allowlist hook`: answers a client that asks, before a tool of an MCP server is called, whether
 * the list approves that server. Whatever goes wrong ends with 2, which clients take for a refusal.
 */
import { Command } from 'commander';
import { toldServer } from '../allowlist/hook.ts';
import { readInput } from '../host/input.ts';
import { writeOut } from '../host/output.ts';
import { systemHost } from '../host/system.ts';
import { limits } from '../limits.ts';
import { usageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { createSecrets } from '../secrets/engine.ts';
import { deciding } from './deciding.ts';
import { loadAllowlist, loadRules } from './load.ts';
import { managedPolicy, trustOf } from './policy.ts';

type Options = { allowlist?: string; client: string; rules?: string };

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Command and URL of what the client says. */
function asked(): { command: string; url: string } {
  const { bytes, cut } = readInput(limits.ruleBytes);
  let value: unknown = null;
  try {
    value = cut ? null : JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
  } catch {
    // Told below.
  }
  if (typeof value !== 'object' || value === null)
    throw usageError('allowlist hook: expected one JSON object on standard input, with command or url');
  const { command, url } = value as Record<string, unknown>;
  return { command: textOf(command), url: textOf(url) };
}

async function run({ allowlist, client, rules: folder }: Options): Promise<void> {
  const now = new Date();
  const told = asked();
  const policy = await managedPolicy();
  const given = policy?.settings.allowlist ?? allowlist;
  if (given === undefined) throw usageError('allowlist hook: name the list with --allowlist');
  // A call waits for this: a list by address is the copy that is kept.
  const { list } = await loadAllowlist(given, now, trustOf(policy, []), { offline: true });
  const rules = await loadRules(folder);
  const { user, hostname } = systemHost();
  const secrets = createSecrets(rules, null);
  const fact = toldServer(told, { tools: [client], user: user.name }, { rules, secrets });
  const { verdict, why } =
    fact === null
      ? { verdict: 'unverifiable', why: 'what it runs cannot be told from one line' }
      : deciding(rules, now)(list, fact, hostname);
  const reason = `${verdict}: ${neutral(why ?? 'no entry of the list')}`;
  const refusal = `MCP server is ${reason}`;
  const answer =
    verdict === 'approved'
      ? { permission: 'allow' }
      : { permission: 'deny', user_message: refusal, agent_message: refusal };
  writeOut([`${JSON.stringify(answer)}\n`]);
}

/** The command, for `allowlist`. */
export function hookCommand(): Command {
  return new Command('hook')
    .description('answer a client that asks before a call whether an MCP server is approved (Cursor)')
    .option('-a, --allowlist <list>', 'the list (default: that of the policy)')
    .requiredOption('--client <id>', 'the client that asks, as `shadowscan tools` lists it')
    .option('--rules <dir>', 'add rules of a folder; it replaces none')
    .action(run);
}
