/** Completion for fish (`complete -c`), with descriptions. */
import type { CommandSpec, OptionSpec } from '../command-tree.ts';
import { brief, offered, placesOf, quoted, takesPath } from './words.ts';

/** In single quotes fish knows a backslash before a quote or backslash. */
const text = (value: string): string => `'${value.replace(/[\\']/g, '\\$&')}'`;

function optionLine(at: string, option: OptionSpec): string {
  const { flags, value, choices, description } = option;
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const takes = choices.length > 0 ? `-xa ${text(choices.join(' '))}` : takesPath(option) ? '-rF' : '-x';
  const parts = [`complete -c shadowscan -n ${at}`, ...names, ...(value === null ? [] : [takes])];
  return [...parts, `-d ${text(brief(description))}`].join(' ');
}

/** The script. */
export function fishCompletion(root: CommandSpec): string {
  const places = placesOf(root);
  const steps = places.filter(({ words }) => words !== '').map(({ words }) => quoted(words));
  const lines = places.flatMap(({ words, spec }) => {
    const at = text(`__shadowscan_at ${quoted(words)}`);
    const commands = offered(spec).map(
      ([name, said]) => `complete -c shadowscan -n ${at} -f -a ${text(name)} -d ${text(brief(said))}`,
    );
    return [...commands, ...spec.options.map((option) => optionLine(at, option))];
  });
  return `# shadowscan completion for fish
function __shadowscan_at
  set -l place ''
  for word in (commandline -opc)[2..]
    set -l next (string trim -- "$place $word")
    if contains -- "$next" ${steps.join(' ')}
      set place "$next"
    end
  end
  test "$place" = "$argv[1]"
end
${lines.join('\n')}
`;
}
