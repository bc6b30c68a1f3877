/** What is said of an error that ends the program. */
import { isUsageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { withoutLoneTokens } from '../secrets/lone.ts';

/** Whether a path could not be made whole, because the folder that the program was started in is gone. */
const isAdrift = (error: unknown): boolean =>
  error instanceof Error && (error as NodeJS.ErrnoException).syscall === 'uv_cwd';

/** One line for people. The message of an unforeseen error is not shown: it may quote what was read. */
export function complain(error: unknown): void {
  const place =
    error instanceof Error
      ? (/\bat [\w.<>]* ?\(?[^()\n]*?([\w-]+\.\w+:\d+)/.exec(error.stack ?? '')?.[1] ?? '')
      : '';
  const text = isUsageError(error)
    ? error.message
    : isAdrift(error)
      ? 'the working folder no longer exists; start in another one, or give whole paths'
      : `internal error${place && ` at ${place}`}; nothing was reported. Please file a bug with this line.`;
  console.error(`shadowscan: ${withoutLoneTokens(neutral(text))}`);
}
