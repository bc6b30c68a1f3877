#!/usr/bin/env node
/**
 * The program: commands, and what becomes of errors. Exit 0 and 1 are a scan's own; every other end is 2, so
 * that a crash can never pass for a result.
 */
import { isMainThread } from 'node:worker_threads';
import { CommanderError } from 'commander';
import { isUsageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { withoutLoneTokens } from '../secrets/lone.ts';
import { program } from './program.ts';

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
