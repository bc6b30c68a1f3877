/**
 * The program as far as `exec` needs it. A build has this as a file of its own, since what a scan needs takes
 * longer to load than a client should wait.
 */
import { complain } from './complain.ts';
import { runExec } from './exec.ts';

/** Runs `exec` with the words behind it, and sets the exit code. */
export async function execMain(words: string[]): Promise<void> {
  // What Node says about itself would be in the command's error stream.
  process.removeAllListeners('warning');
  try {
    process.exitCode = await runExec(words);
  } catch (error) {
    complain(error);
    process.exitCode = 2;
  }
}
