/**
 * What a process inherits and a command must not trip over. Not for `exec`, whose command gets all of it as
 * it is.
 */

/** A name of the system's own zones, or a rule in POSIX's words: nothing that leads to another file. */
const zone = /^:?[A-Za-z<](?!.*\.\.)[\w+\-,.<>:/]{0,80}$/;

/**
 * Takes out what would lock the user out of files of their own (a umask), or have the C library read a file
 * that the environment names, and wait for it if it is a pipe (a time zone).
 */
export function withoutSnares(): void {
  const before = process.umask(0o077);
  process.umask(before & 0o077);
  if (process.platform === 'win32') return;
  const { TZ, TZDIR } = process.env;
  if (TZ !== undefined && TZ !== '' && !zone.test(TZ)) delete process.env['TZ'];
  if (TZDIR !== undefined) delete process.env['TZDIR'];
}
