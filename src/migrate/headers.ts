/**
 * Headers for a client that asks a command for them. Unlike `exec` this prints secrets: that is what such a
 * client wants, and whoever can start it as this user can see them.
 */
import { usageError } from '../model/usage-error.ts';
import { Secret } from '../secrets/secret.ts';
import { type ConfigNames, grant } from './grant.ts';
import { type Vault, commandDigest } from './vault.ts';

/** What an entry of headers is sealed to. No command line can hold the first word: `exec` refuses it. */
export function headersArgv(url: string): string[] {
  return ['\0headers', url];
}

/**
 * The headers of an entry as one JSON object, for the server with this address alone. Throws a usage error
 * when the entry is for another one, or its config does not name it any more.
 */
export async function headersOf(
  vault: Vault,
  id: string,
  url: string,
  configNames: ConfigNames,
): Promise<string> {
  const kept = await vault.get(id);
  if (kept !== null && kept.binding.command !== commandDigest(headersArgv(url)))
    throw usageError(
      `headers: the entry ${id} is for a server with another address; \`shadowscan migrate\` says how to ` +
        'seal it to this one',
    );
  const { values } = await grant(vault, { id, mcpAuth: false, argv: headersArgv(url) }, configNames);
  return JSON.stringify(
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Secret.open(value)])),
  );
}
