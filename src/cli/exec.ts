/**
 * `exec`: starts one migrated command with its secrets. It writes nothing to standard output, which is the
 * command's, and loads nothing that it does not need: a client waits for the command. So it reads its few
 * options itself. Its own refusals end with 2; see `runCommand` for the others.
 */
import { endDespiteKeychain } from '../host/keychain.ts';
import { type Ended, runInstead } from '../host/run-command.ts';
import { vaultHost } from '../host/vault-host.ts';
import { limits } from '../limits.ts';
import { type Wanted, grant, variablesOf } from '../migrate/grant.ts';
import { ownValues } from '../migrate/own-values.ts';
import { troubleWords } from '../migrate/keychain-words.ts';
import { type Vault, openVault } from '../migrate/vault.ts';
import { isUsageError, usageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { configNames, holds } from './sealed-config.ts';

const say = (text: string): void => console.error(`shadowscan: ${neutral(text)}`);

/** What the words behind `exec` ask for. */
export function execWords(words: string[]): Wanted {
  const end = words.indexOf('--');
  const argv = words.slice(end + 1);
  if (end < 0 || argv.length === 0 || argv[0] === '')
    throw usageError('exec: the command is missing; write it behind `--`');
  const wanted: Wanted = { id: null, mcpAuth: false, argv };
  const own = words.slice(0, end);
  for (let word = own.shift(); word !== undefined; word = own.shift()) {
    const entry = /^--entry(?:=([^]*))?$/.exec(word);
    if (word === '--mcp-auth') wanted.mcpAuth = true;
    else if (entry !== null) wanted.id = entry[1] ?? own.shift() ?? '';
    else throw usageError(`exec: ${word} is no option; write: exec [--entry ID] [--mcp-auth] -- COMMAND...`);
  }
  if (wanted.id === '') throw usageError('exec: --entry needs the id of an entry');
  if (wanted.id === null && !wanted.mcpAuth)
    throw usageError('exec: name an entry with --entry, or --mcp-auth');
  return wanted;
}

/** The vault, with a word to people while a keychain waits for its password. */
export async function open(): Promise<Vault> {
  const waiting = setTimeout(
    () => say('exec: waiting for the keychain, which may be asking for its password'),
    limits.silentMilliseconds,
  );
  const asking = async () => openVault(vaultHost(), limits.keychainWaitMilliseconds);
  const vault = await asking().finally(() => clearTimeout(waiting));
  if ('unavailable' in vault)
    throw usageError(
      `exec: keychain_unavailable: ${troubleWords(vault.unavailable)}; the command was not run`,
    );
  return vault;
}

async function start(words: string[]): Promise<Ended> {
  // As it is now: the keychain's library may need a variable of its own.
  const env = { ...process.env };
  const wanted = execWords(words);
  const vault = await open();
  const entry = await grant(vault, wanted, configNames);
  const values = variablesOf(entry);
  for (const name of ownValues(values, env, (text) => holds(entry.binding.config, text))) {
    delete values[name];
    const over = `${name} in ${entry.binding.config} differs from the vault's and is used`;
    say(`exec: ${over}; \`shadowscan migrate --apply\` puts it into the vault`);
  }
  const given = { ...env, ...values };
  if (!wanted.mcpAuth) return runInstead(wanted.argv, given);
  const { runBridge } = await import('./exec-bridge.ts');
  return runBridge({ vault, entry, argv: wanted.argv, env: given, warn: say });
}

/** Runs `exec` with the words behind it. Returns the exit code, where this program goes on to exist. */
export async function runExec(words: string[]): Promise<number> {
  let ended: Ended;
  try {
    ended = await start(words);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    ended = { code: 2, failed: error.message };
  }
  if (ended.failed !== null) say(ended.failed);
  endDespiteKeychain(ended.code);
  return ended.code;
}
