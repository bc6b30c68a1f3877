/**
 * `shadowscan rules`: whether rule files are well formed before they are given to a fleet, and bundles of
 * them that are signed and checked like lists.
 */
import { Command } from 'commander';
import { writeOut, writeWhole } from '../host/output.ts';
import { usageError } from '../model/usage-error.ts';
import type { Trust } from './allowlist-file.ts';
import { loadRules } from './load.ts';

const collect = (value: string, all: string[]): string[] => [...all, value];

/** The keys that are named, else those of the machine's policy. */
async function trusted(keys: string[]): Promise<Trust> {
  const { managedPolicy, trustOf } = await import('./policy.ts');
  const policy = keys.length > 0 ? null : await managedPolicy();
  return trustOf(policy, keys);
}

async function check(folder: string | undefined, { key }: { key: string[] }): Promise<void> {
  const rules = await loadRules(folder, { trust: await trusted(key) });
  const { tools, checks, secrets, wrappers, threats, remotes } = rules;
  const counts = { tools, checks, secrets, wrappers, threats, remotes };
  const text = Object.entries(counts).map(([name, all]) => `${all.length} ${name}`);
  writeOut([`rules are well formed: ${text.join(', ')}\n`]);
}

type Making = { name: string; release: string; expires?: string; output: string };

async function bundle(folder: string, { name, release, expires, output }: Making): Promise<void> {
  if (expires !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(expires))
    throw usageError(`--expires ${expires}: expected a date such as 2027-01-31`);
  const { makeBundle } = await import('./rule-bundle.ts');
  const head = { name, version: release, ...(expires !== undefined && { expires }) };
  const made = makeBundle(folder, head, new Date());
  writeWhole(output, [made.text]);
  const what = made.bundle.adds ? 'adds to the built-in rules' : 'takes the place of the built-in rules';
  writeOut([`${output}: ${name}, version ${release}, ${what}; sign it with \`shadowscan rules sign\`\n`]);
}

async function sign(file: string, { keyFile }: { keyFile: string }): Promise<void> {
  const { bundleBytes, parseBundle } = await import('./rule-bundle.ts');
  const { bytes } = bundleBytes(file);
  const made = parseBundle(bytes, file);
  const { signBeside } = await import('./allowlist-sign.ts');
  const keyId = await signBeside(file, bytes, keyFile);
  const until = made.expires === undefined ? 'without expiry' : `expires ${made.expires}`;
  writeOut([`${file}.minisig: ${made.name}, version ${made.version}, ${until}, signed by key ${keyId}\n`]);
}

type Verifying = { key: string[]; cache?: string; remember?: boolean };

async function verify(file: string, { key, cache, remember = false }: Verifying): Promise<void> {
  const { loadBundle } = await import('./rule-bundle.ts');
  const trust = await trusted(key);
  const { bundle: made, keyId } = await loadBundle(file, new Date(), { trust, cache, remember });
  const until = made.expires === undefined ? 'without expiry' : `expires ${made.expires}`;
  writeOut([`${file}: ${made.name}, version ${made.version}, ${until}, signed by key ${keyId}\n`]);
}

const keyOption = 'minisign public key, or a file with one; repeatable (default: those of the policy)';

/** The command, for the program. */
export function rulesCommand(): Command {
  return new Command('rules')
    .description('work on rule files, and on signed bundles of them')
    .addCommand(
      new Command('check')
        .description('check rule files: the built-in ones, and those of a folder or signed bundle')
        .argument('[dir]')
        .option('--key <key>', keyOption, collect, [])
        .action(check),
    )
    .addCommand(
      new Command('bundle')
        .description('make one file of a folder of rules, to be signed and handed out')
        .argument('<dir>')
        .requiredOption('--name <name>', 'what the rules are called; versions are compared by it')
        .requiredOption('--release <version>', 'its version, higher than the last one, such as 2026.11.20')
        .option('--expires <date>', 'last day on which it may be used')
        .requiredOption('-o, --output <file>', 'where to write it')
        .action(bundle),
    )
    .addCommand(
      new Command('sign')
        .description('sign a bundle with a minisign key; writes FILE.minisig')
        .argument('<file>')
        .requiredOption('--key-file <file>', 'minisign secret key: yours, and readable by you alone')
        .action(sign),
    )
    .addCommand(
      new Command('verify')
        .description('check signature, expiry, version and content of a bundle')
        .argument('<file>')
        .option('--key <key>', keyOption, collect, [])
        .option('--cache <dir>', 'folder that remembers versions (default: see shadowscan doctor)')
        .option('--remember', 'refuse lower versions from now on')
        .action(verify),
    );
}
