/** The commands, run as the arguments say, and what becomes of their errors. */
import { CommanderError } from 'commander';
import { withoutSnares } from '../host/inherited.ts';
import { endDespiteKeychain } from '../host/keychain.ts';
import { complain } from './complain.ts';
import { program } from './program.ts';

/** Runs the command that the arguments name, and sets the exit code. */
export async function runCommands(args: string[]): Promise<void> {
  withoutSnares();
  try {
    const root = await program(args);
    await root.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
    else {
      complain(error);
      process.exitCode = 2;
    }
  }
  endDespiteKeychain(Number(process.exitCode ?? 0));
}
