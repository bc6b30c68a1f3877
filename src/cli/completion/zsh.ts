/** Completion for zsh (`compdef`), with descriptions. */
import type { CommandSpec, OptionSpec } from '../command-tree.ts';
import { brief, offered, placesOf, quoted, takesPath } from './words.ts';

/** A colon ends the name in a list of zsh. */
const described = (name: string, text: string): string =>
  quoted(`${name.replaceAll(':', '\\:')}:${brief(text)}`);

/** An option as `_arguments` wants it: brackets and colons have a meaning there. */
function argument(option: OptionSpec): string {
  const { flags, value, choices, description } = option;
  const text = brief(description).replace(/[[\]:\\]/g, '\\$&');
  const action = choices.length > 0 ? `(${choices.join(' ')})` : takesPath(option) ? '_files' : '';
  const tail = value === null ? '' : `:${value}:${action}`;
  return flags.map((flag) => quoted(`*${flag}[${text}]${tail}`)).join(' ');
}

/** The script. */
export function zshCompletion(root: CommandSpec): string {
  const places = placesOf(root);
  const steps = places.filter(({ words }) => words !== '').map(({ words }) => quoted(words));
  const blocks = places.map(({ words, spec }) => {
    const commands = offered(spec).map(([name, text]) => described(name, text));
    const rest = commands.length > 0 ? `'*:command:_shadowscan_commands'` : `'*:file:_files'`;
    return `    ${quoted(words)})
      commands=(${commands.join(' ')})
      _arguments -S ${spec.options.map(argument).join(' ')} ${rest}
      ;;`;
  });
  return `#compdef shadowscan
# shadowscan completion for zsh
_shadowscan_commands() { _describe command commands }
_shadowscan() {
  local place="" next word
  local -a commands
  for word in "\${(@)words[2,CURRENT-1]}"; do
    next="\${place:+$place }$word"
    case "$next" in (${steps.join('|')}) place="$next" ;; esac
  done
  case "$place" in
${blocks.join('\n')}
  esac
}
if [[ $funcstack[1] == _shadowscan ]]; then _shadowscan "$@"; else compdef _shadowscan shadowscan; fi
`;
}
