/**
 * Whether a command line asks for `exec`, which the start of the program tells apart before it loads
 * anything.
 */

/** `args` are those behind the program's name. Help about `exec` is for the rest of the program. */
export function isExec([command, ...words]: string[]): boolean {
  const own = words.slice(0, words.includes('--') ? words.indexOf('--') : undefined);
  return command === 'exec' && !own.some((word) => word === '--help' || word === '-h');
}
