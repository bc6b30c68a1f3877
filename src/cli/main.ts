#!/usr/bin/env node
/**
 * The start of the program. Exit 0 and 1 are a scan's own; every other end is 2, so that a crash can never
 * pass for a result; but `exec` ends as its command does. It stands between a client and its server and has
 * no time for what commands need, so that this loads one or the other.
 */
import { isMainThread } from 'node:worker_threads';
import { complain } from './complain.ts';
import { isExec } from './is-exec.ts';

/** What the first thread does. */
async function run(): Promise<void> {
  process.on('uncaughtException', (error) => {
    complain(error);
    process.exit(2);
  });
  const args = process.argv.slice(2);
  if (isExec(args)) await (await import('./exec-main.ts')).execMain(args.slice(1));
  else await (await import('./run-commands.ts')).runCommands(args);
}

// A scan of large texts starts the program once more, in a second thread.
if (isMainThread) void run();
else void import('../host/serve-parts.ts').then(({ serveParts }) => serveParts());
