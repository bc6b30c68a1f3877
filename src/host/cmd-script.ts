/**
 * What cannot be handed to a script of `cmd.exe` (`npx.cmd` and its like) as it is. Such a script reads its
 * arguments once more (`%*`), with the quotes that are in them: behind one, what joins commands begins
 * another. No quoting holds for every script, so the few arguments that could be more than text are refused.
 */

/** Whether an argument that a script hands on may become a command, or be cut short. */
function isUnsafe(arg: string): boolean {
  // A line ends the command whatever stands around it.
  if (/[\r\n\0]/.test(arg)) return true;
  // Of several backslashes before a quote, or at the end, cross-spawn 7.0.6 doubles the last alone.
  if (/\\\\(?:"|$)/.test(arg)) return true;
  return arg.includes('"') && /[&|<>^]/.test(arg);
}

/** Place of the first argument that a script of `cmd.exe` cannot be given, from 1; null without one. */
export function unsafeForScript(args: string[]): number | null {
  const at = args.findIndex(isUnsafe);
  return at < 0 ? null : at + 1;
}
