#!/usr/bin/env node
/**
 * The start of the program, which loads what it is asked to do and nothing else: `exec` stands between a
 * client and its server, and has no time for what a scan needs.
 */
import { isMainThread } from 'node:worker_threads';
import { complain } from './complain.ts';

const [command, ...words] = process.argv.slice(2);

/** Whether the words ask for a command to be run, and not for help about `exec`. */
function isExec(): boolean {
  const own = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  return command === 'exec' && !own.some((word) => word === '--help' || word === '-h');
}

/** What the first thread does. */
async function run(): Promise<void> {
  process.on('uncaughtException', (error) => {
    complain(error);
    process.exit(2);
  });
  if (!isExec()) return (await import('./program.ts')).runProgram();
  try {
    process.exitCode = await (await import('./exec.ts')).runExec(words);
  } catch (error) {
    complain(error);
    process.exitCode = 2;
  }
}

// A scan of large texts starts the program once more, in a second thread.
if (isMainThread) void run();
else void import('../host/serve-parts.ts').then(({ serveParts }) => serveParts());
