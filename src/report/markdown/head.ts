/** The first lines: how bad it is, where, and how much was looked at. */
import { partial, runRows, verdict } from '../run-text.ts';
import type { View } from '../view.ts';
import { proseCell, table } from './text.ts';

/** Title, verdict and run. */
export function* head({ report }: View): Generator<string> {
  yield `# shadowscan report\n\n**${verdict(report)}**\n`;
  const lacking = partial(report);
  if (lacking !== null) yield `\n**${lacking}** What lies there is not in this report.\n`;
  yield* table(
    ['run', ''],
    runRows(report).map(([name, text]) => [name, proseCell(text)]),
  );
}
