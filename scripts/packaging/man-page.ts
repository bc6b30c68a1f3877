/** The manual page in mdoc(7), from the commands themselves, for packages and `man ./shadowscan.1`. */
import { type CommandSpec, type OptionSpec, allCommands } from '../../src/cli/command-tree.ts';

/** A line of text: no line may begin as a request does, and backslashes begin escapes. */
function line(text: string): string {
  const safe = text.replaceAll('\\', '\\e');
  return /^[.']/.test(safe) ? `\\&${safe}` : safe;
}

/** A text as lines, one a sentence, as mdoc wants them; quotes would begin an argument. */
const prose = (text: string): string =>
  text
    .split(/(?<=[.;:])\s+|\n+/)
    .flatMap((one) => one.trim().match(/\S.{0,76}(?=\s|$)/g) ?? [])
    .map(line)
    .join('\n');

/** A word as an argument of a macro: names of macros and punctuation are not to be read as such. */
const word = (text: string): string => `\\&${line(text).replace(/^\\&/, '')}`;

function optionItem({ flags, value, description, choices }: OptionSpec): string {
  const names = flags.map((flag) => `Fl ${flag.slice(1)}`).join(' , ');
  const choice = choices.length > 0 ? `;\none of ${choices.join(', ')}` : '';
  return `.It ${names}${value === null ? '' : ` Ar ${word(value)}`}\n${prose(description)}${choice}`;
}

/** Text of a help as it is printed, examples and all. */
const literal = (text: string): string =>
  `.Bd -literal -offset indent\n${text.split('\n').map(line).join('\n')}\n.Ed`;

function section({ path, description, operands, options, after }: CommandSpec): string {
  const parts = [
    `.Ss ${path.map(word).join(' ')}`,
    ...operands.map((one) => `.Ar ${word(one.replace(/^[<[]|[\]>]$/g, ''))}`),
    ...(operands.length > 0 ? ['.Pp'] : []),
    prose(`${description[0]!.toUpperCase()}${description.slice(1)}.`),
  ];
  const own = options.filter(({ flags }) => !flags.includes('--help'));
  if (own.length > 0) parts.push('.Bl -tag -width Ds', ...own.map(optionItem), '.El');
  if (after !== '') parts.push(literal(after));
  return parts.join('\n');
}

/** The page. `date` is when the commands last changed, as mdoc writes it. */
export function manPage(root: CommandSpec, date: string): string {
  const [, ...commands] = allCommands(root).filter(
    ({ path, commands: below }) => path.length === 0 || below.length === 0,
  );
  return `.\\" Made by npm run gen from the commands themselves.
.Dd ${date}
.Dt SHADOWSCAN 1
.Os
.Sh NAME
.Nm shadowscan
.Nd endpoint Shadow AI scanner
.Sh SYNOPSIS
.Nm
.Ar command
.Op Ar option ...
.Op Ar argument ...
.Sh DESCRIPTION
.Nm
finds AI agents, editors and browsers with AI, the MCP servers that they
start, and secrets in plaintext, and judges them against a list of what is
approved.
It reads only: it starts nothing that it finds, uses no network and writes
nothing unless an option says so.
.Sh COMMANDS
${commands.map(section).join('\n')}
.Sh EXIT STATUS
.Bl -tag -width Ds
.It 0
Nothing at or above
.Fl -fail-on .
.It 1
Findings, after a complete report.
.It 2
Anything else: a wrong call, a bad list or rule, a bug, or a scan that is not
complete under
.Fl -strict .
.El
.Sh EXAMPLES
.Bd -literal -offset indent
shadowscan scan
shadowscan allowlist init > allowlist.yaml
shadowscan scan --allowlist allowlist.yaml
.Ed
`;
}
