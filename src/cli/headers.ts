/** `shadowscan headers`: what a client's own helper field calls. It prints one JSON object alone. */
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { usageError } from '../model/usage-error.ts';

type Options = { entry: string; urlFrom: string };

async function run({ entry, urlFrom }: Options): Promise<void> {
  const url = process.env[urlFrom];
  if (url === undefined || url === '')
    throw usageError(`headers: ${urlFrom} is not set; the client sets it to the address of its server`);
  const { open } = await import('./exec.ts');
  const { configNames } = await import('./sealed-config.ts');
  const { headersOf } = await import('../migrate/headers.ts');
  writeOut([`${await headersOf(await open(), entry, url, configNames)}\n`]);
}

/** The command, for the program. */
export function headersCommand(): Command {
  return new Command('headers')
    .description(
      'print the headers of one migrated server as JSON, for a client that asks a command for them',
    )
    .requiredOption('--entry <id>', 'entry of the vault')
    .requiredOption('--url-from <variable>', "variable in which the client gives the server's address")
    .action(run);
}
