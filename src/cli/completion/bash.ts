/** Completion for bash (`complete -F`): commands, options and the values that an option is known to take. */
import type { CommandSpec } from '../command-tree.ts';
import { offered, placesOf, quoted } from './words.ts';

const words = (all: string[]): string => quoted(all.join(' '));

/** The script. */
export function bashCompletion(root: CommandSpec): string {
  const places = placesOf(root);
  const steps = places.filter(({ words: place }) => place !== '').map(({ words: place }) => `"${place}"`);
  const lists = places.map(
    ({ words: place, spec }) =>
      `    "${place}") commands=${words(offered(spec).map(([name]) => name))}` +
      ` options=${words(spec.options.flatMap(({ flags }) => flags))} ;;`,
  );
  const values = places.flatMap(({ words: place, spec }) =>
    spec.options.flatMap(({ flags, value, choices }) => {
      const at = flags.map((flag) => `"${place}:${flag}"`).join('|');
      if (choices.length > 0) return [`    ${at}) values=${words(choices)}; known=1 ;;`];
      return value === null ? [] : [`    ${at}) known=1 ;;`];
    }),
  );
  return `# shadowscan completion for bash
_shadowscan() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  local place="" next word commands="" options="" values="" known=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${place:+$place }$word"
    case "$next" in ${steps.join('|')}) place="$next" ;; esac
  done
  COMPREPLY=()
  case "$place:$previous" in
${values.join('\n')}
  esac
  if [[ -n $known ]]; then
    [[ -n $values ]] && COMPREPLY=($(compgen -W "$values" -- "$current"))
    return
  fi
  case "$place" in
${lists.join('\n')}
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$commands" -- "$current"))
  fi
}
complete -o bashdefault -o default -F _shadowscan shadowscan
`;
}
