/** What is said of an error that ends the program. */
import { isUsageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { withoutLoneTokens } from '../secrets/lone.ts';

/** One line for people. The message of an unforeseen error is not shown: it may quote what was read. */
export function complain(error: unknown): void {
  const place =
    error instanceof Error
      ? (/\bat [\w.<>]* ?\(?[^()\n]*?([\w-]+\.\w+:\d+)/.exec(error.stack ?? '')?.[1] ?? '')
      : '';
  const text = isUsageError(error)
    ? error.message
    : `internal error${place ? ` at ${place}` : ''}; nothing was reported. Please file a bug with this line.`;
  console.error(`shadowscan: ${withoutLoneTokens(neutral(text))}`);
}
