#!/usr/bin/env node
/**
 * The program: commands, and what becomes of errors. Exit 0 and 1 are a scan's own; every other end is 2, so
 * that a crash can never pass for a result.
 */
import { isMainThread } from 'node:worker_threads';
import { Command, CommanderError } from 'commander';
import { serveParts } from '../host/serve-parts.ts';
import { isUsageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { withoutLoneTokens } from '../secrets/lone.ts';
import { version } from '../version.ts';
import { allowlistCommand } from './allowlist.ts';
import { doctorCommand } from './doctor.ts';
import { explainCommand } from './explain.ts';
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
  return `shadowscan: ${withoutLoneTokens(said)}; see shadowscan --help`;
}

function program(): Command {
  const root = new Command('shadowscan')
    .description('Endpoint Shadow AI scanner: AI agents, MCP servers and plaintext tokens on this machine.')
    .version(version, '-V, --version')
    .addCommand(scanCommand())
    .addCommand(allowlistCommand())
    .addCommand(doctorCommand())
    .addCommand(explainCommand())
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

/** One line for people. The message of an unforeseen error is not shown: it may quote what was read. */
function complain(error: unknown): void {
  const place =
    error instanceof Error
      ? (/\bat [\w.<>]* ?\(?[^()\n]*?([\w-]+\.\w+:\d+)/.exec(error.stack ?? '')?.[1] ?? '')
      : '';
  const text = isUsageError(error)
    ? error.message
    : `internal error${place ? ` at ${place}` : ''}; nothing was reported. Please file a bug with this line.`;
  console.error(`shadowscan: ${withoutLoneTokens(neutral(text))}`);
}

/** What the first thread does. */
async function run(): Promise<void> {
  process.on('uncaughtException', (error) => {
    complain(error);
    process.exit(2);
  });
  try {
    await program().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      complain(error);
      process.exitCode = 2;
    }
  }
}

// A scan of large texts starts the program once more, in a second thread.
if (isMainThread) void run();
else serveParts();
