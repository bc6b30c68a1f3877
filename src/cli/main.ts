#!/usr/bin/env node
/**
 * The program: commands, and what becomes of errors. Exit 0 and 1 are a scan's own; every other end is 2, so
 * that a crash can never pass for a result.
 */
import { isMainThread } from 'node:worker_threads';
import { Command, CommanderError } from 'commander';
import { isUsageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { version } from '../version.ts';

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

/** Commands in the order of the help; each is loaded when it is asked for. */
const commands: Record<string, () => Promise<Command>> = {
  scan: async () => (await import('./scan.ts')).scanCommand(),
  allowlist: async () => (await import('./allowlist.ts')).allowlistCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  tools: async () => (await import('./tools.ts')).toolsCommand(),
  rules: async () => (await import('./rules.ts')).rulesCommand(),
};

/** The commands that a call can mean: the one that it names; all where the help or a complaint lists them. */
function wanted([first = '']: string[]): string[] {
  if (first === '--version' || first === '-V') return [];
  return Object.hasOwn(commands, first) ? [first] : Object.keys(commands);
}

async function program(args: string[]): Promise<Command> {
  const root = new Command('shadowscan')
    .description('Endpoint Shadow AI scanner: AI agents, MCP servers and plaintext tokens on this machine.')
    .version(version, '-V, --version');
  for (const name of wanted(args)) root.addCommand(await commands[name]!());
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
  console.error(`shadowscan: ${neutral(text)}`);
}

/** What the first thread does. */
async function run(): Promise<void> {
  process.on('uncaughtException', (error) => {
    complain(error);
    process.exit(2);
  });
  try {
    const root = await program(process.argv.slice(2));
    await root.parseAsync();
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
else void import('../host/serve-parts.ts').then(({ serveParts }) => serveParts());
