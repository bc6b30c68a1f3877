/**
 * Clients' own lists of servers that name a command word by word: once the command is started through us,
 * such a row means nothing any more. It judges no URL, since those stay as they are, and writes no list.
 */
import { type AllowedRow, type Enforced, anyText } from '../model/enforced.ts';
import type { Planned } from './try-all.ts';
import { wordsOf } from './words.ts';

/** One list with the servers that it would no longer mean. */
export type Outdated = { list: Enforced; servers: string[] };

function fits(row: string, word: string): boolean {
  const [start = '', ...rest] = row.split(anyText);
  const end = rest.at(-1);
  if (end === undefined) return row === word;
  return word.length >= start.length + end.length && word.startsWith(start) && word.endsWith(end);
}

/** Whether a row means a command. A last word that stands for any text stands for all that follow, too. */
function means({ argv }: AllowedRow, words: string[]): boolean {
  if (argv === null || argv.every((one) => one === anyText)) return false;
  const isOpen = argv.at(-1) === anyText;
  if (isOpen ? words.length < argv.length - 1 : words.length !== argv.length) return false;
  return argv.every((one, at) => (isOpen && at === argv.length - 1) || fits(one, words[at]!));
}

/** Lists on this machine that approve or refuse commands which a plan is to change. */
export function outdatedLists(planned: Planned[], lists: Enforced[]): Outdated[] {
  return lists.flatMap((list): Outdated[] => {
    const touched = planned.filter(
      ({ layout, update }) =>
        update === null &&
        layout.command.length > 0 &&
        layout.tools.includes(list.claim.tool.id) &&
        list.rows.some((row) =>
          means(
            row,
            wordsOf(layout).map(({ text }) => text),
          ),
        ),
    );
    const servers = [...new Set(touched.map(({ layout }) => layout.name))];
    return servers.length === 0 ? [] : [{ list, servers }];
  });
}
