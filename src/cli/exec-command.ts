/**
 * `exec` as the list of commands shows it. It is run by `exec.ts`, which `main.ts` calls without any of this.
 */
import { Command } from 'commander';

const more = `
The entry is sealed to the config it came from and to this exact command; any other is refused.
Ends as the command does: with its code, or 128 and the number of the signal that ended it; 127 when it is
not found, 126 when it cannot be run, 2 when it was not given its secrets. \`migrate\` writes these lines.`;

export function execCommand(): Command {
  return new Command('exec')
    .description('Starts one migrated command with its secrets from the keychain, for that process only.')
    .usage('[options] -- COMMAND...')
    .option('--entry <id>', 'entry of the vault whose values become variables of the command')
    .option('--mcp-auth', 'gives the bridge its tokens in a private folder, and keeps what it refreshes')
    .addHelpText('after', more);
}
