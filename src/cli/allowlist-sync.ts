/** `shadowscan allowlist sync`: fetches a list by address, and keeps it for scans without network. */
import { Command } from 'commander';
import { cacheFolder } from '../host/cache.ts';
import { writeOut } from '../host/output.ts';
import { usageError } from '../model/usage-error.ts';
import { loadAllowlist } from './load.ts';
import { demandUnlocked, managedPolicy, trustOf } from './policy.ts';

type Options = { key: string[]; cache?: string };

async function sync(given: string | undefined, options: Options): Promise<void> {
  const policy = await managedPolicy();
  const fixed = policy?.settings.allowlist;
  demandUnlocked(policy, options.key.length > 0 ? ['--key'] : []);
  if (policy?.settings.offline) throw usageError(`allowlist sync: the policy ${policy.source} is offline`);
  const url = given ?? fixed;
  if (url === undefined) throw usageError('allowlist sync: name the address of a list or registry');
  if (!/^https?:\/\//i.test(url)) throw usageError(`allowlist sync ${url}: expected an address with https`);
  const trust = trustOf(policy, options.key);
  const warn = (line: string): void => console.error(`shadowscan: ${line}`);
  const { list, info } = await loadAllowlist(url, new Date(), trust, {
    cache: options.cache,
    warn,
    fresh: true,
  });
  const counts = `${list.approve.length} approvals, ${list.deny.length} denials`;
  const signed = info.keyId === undefined ? 'not signed' : `signed by key ${info.keyId}`;
  const left = info.leftOut === undefined ? '' : `, ${info.leftOut} that no list can express`;
  const where = options.cache ?? cacheFolder();
  writeOut([
    `${url}: ${info.name}, version ${info.version}: ${counts}${left}; ${signed}; kept in ${where}\n`,
  ]);
}

/** The command, for `allowlist`. */
export function syncCommand(): Command {
  return new Command('sync')
    .description('fetch a list or an MCP registry by its address, for scans without network')
    .argument('[url]', 'begins with https:// (default: that of the policy)')
    .option(
      '--key <key>',
      'minisign public key, or a file with one, that must have signed the list; repeatable',
      (value: string, all: string[]) => [...all, value],
      [],
    )
    .option('--cache <dir>', 'folder to keep it in (default: see shadowscan doctor)')
    .addHelpText(
      'after',
      `
An address that ends in .yaml, .yml or .json is a list, with its signature beside it as .minisig; every
other one is an MCP registry, asked for /v0.1/servers. Proxies: HTTPS_PROXY, NO_PROXY. Authorities: those of
Node and the OS, and NODE_EXTRA_CA_CERTS. An older version of a list than was seen before is refused.`,
    )
    .action(sync);
}
