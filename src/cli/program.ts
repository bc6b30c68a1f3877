/**
 * The program: commands, and what becomes of errors. Exit 0 and 1 are a scan's own; every other end is 2, so
 * that a crash can never pass for a result.
 */
import { Command, CommanderError } from 'commander';
import { endDespiteKeychain } from '../host/keychain.ts';
import { neutral } from '../report/neutral.ts';
import { version } from '../version.ts';
import { allowlistCommand } from './allowlist.ts';
import { doctorCommand } from './doctor.ts';
import { complain } from './complain.ts';
import { execCommand } from './exec-command.ts';
import { explainCommand } from './explain.ts';
import { headersCommand } from './headers.ts';
import { migrateCommand } from './migrate-command.ts';
import { rulesCommand } from './rules.ts';
import { scanCommand } from './scan.ts';
import { schemaCommand } from './schema.ts';
import { toolsCommand } from './tools.ts';

/** Commander's own complaint as one line with the way out. */
function oneLine(text: string): string {
  const said = neutral(
    text
      .trim()
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' '),
  );
  return `shadowscan: ${said}; see shadowscan --help`;
}

function program(): Command {
  const root = new Command('shadowscan')
    .description('Endpoint Shadow AI scanner: AI agents, MCP servers and plaintext tokens on this machine.')
    .version(version, '-V, --version')
    .addCommand(scanCommand())
    .addCommand(allowlistCommand())
    .addCommand(doctorCommand())
    .addCommand(execCommand())
    .addCommand(explainCommand())
    .addCommand(headersCommand())
    .addCommand(migrateCommand())
    .addCommand(schemaCommand())
    .addCommand(toolsCommand())
    .addCommand(rulesCommand());
  const override = (command: Command): void => {
    command.exitOverride();
    command.configureOutput({ outputError: (text) => console.error(oneLine(text)) });
    for (const child of command.commands) override(child);
  };
  override(root);
  return root;
}

/** Runs the command that the arguments name. */
export async function runProgram(): Promise<void> {
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      complain(error);
      process.exitCode = 2;
    }
  }
  endDespiteKeychain(Number(process.exitCode ?? 0));
}
