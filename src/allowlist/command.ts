/**
 * Local programs as an allowlist writes them: an absolute path or a bare name, and every argument in order.
 * The program is compared as a whole, since `node` says nothing of what it runs.
 */
import type { AllowlistEntry } from '../model/allowlist.ts';
import type { ServerFact } from '../model/fact.ts';
import type { Fit } from './package.ts';
import { wildcards } from './wildcard.ts';

/** Id of the wrapper that our own launcher is. */
const launcher = 'shadowscan-exec';
const drive = /^[A-Za-z]:[/\\]/;

/** Whether a path begins at a root or a drive. */
export function isAbsolute(path: string): boolean {
  return path.startsWith('/') || path.startsWith('\\\\') || drive.test(path);
}

/** Windows paths with either slash, in any case; all others as they are. */
function plainPath(path: string): string {
  return drive.test(path) ? path.replaceAll('\\', '/').toLowerCase() : path;
}

function samePath(one: string, other: string): boolean {
  return plainPath(one) === plainPath(other);
}

/** Text and separators in turn, so that a wildcard never crosses one and `a/b` is not `a\b`. */
function parts(text: string): string[] {
  return text.split(/([/\\])/);
}

/** Whether an argument is one that the pattern means. What is an option must be written as one. */
function argumentFits(pattern: string, argument: string): boolean {
  if (pattern.startsWith('*') && argument.startsWith('-')) return false;
  return wildcards(parts(pattern), parts(argument));
}

function argumentsFit(patterns: string[], args: string[]): boolean {
  return patterns.length === args.length && patterns.every((one, index) => argumentFits(one, args[index]!));
}

/** What really runs where that is a local program or script. */
function realCommand({ identity }: ServerFact): string | null {
  return identity?.startsWith('command:') ? identity.slice('command:'.length) : null;
}

/** Whether what lies at the entry's path is the file that it names; true where it names none. */
function contentFits({ command = '', sha256 }: AllowlistEntry, fact: ServerFact): Fit {
  if (sha256 === undefined) return true;
  const program = fact.programs?.find((one) => samePath(one.path, command));
  if (program === undefined) return 'the SHA-256 of its program could not be told';
  return program.sha256 === sha256 || `the SHA-256 of its program is ${program.sha256.slice(0, 16)}...`;
}

/** Whether an approval means the definition: it runs the entry's program with its arguments. */
export function commandApproves(entry: AllowlistEntry, fact: ServerFact): Fit | false {
  return commandFits(entry, fact) && contentFits(entry, fact);
}

/**
 * The command as it was before its secrets were moved: our launcher starts what stands behind the dashes, as
 * it is. Only where it was taken off first, so that it is the outermost.
 */
function withoutLauncher(fact: ServerFact): ServerFact {
  const at = fact.args.indexOf('--');
  const command = fact.args[at + 1];
  if (fact.via[0] !== launcher || at < 0 || command === undefined) return fact;
  return withoutLauncher({ ...fact, command, args: fact.args.slice(at + 2), via: fact.via.slice(1) });
}

function commandFits({ command = '', args }: AllowlistEntry, given: ServerFact): boolean {
  const fact = withoutLauncher(given);
  const real = realCommand(fact);
  if (fact.command !== null && samePath(command, fact.command)) {
    if (args !== undefined) return argumentsFit(args, fact.args);
    return real !== null && samePath(command, real);
  }
  // A script: a bare name would be whatever lies in the folder that the client is started in.
  if (real === null || !isAbsolute(command) || !samePath(command, real)) return false;
  const at = fact.args.findIndex((one) => samePath(one, real));
  return args === undefined || (at !== -1 && argumentsFit(args, fact.args.slice(at + 1)));
}

/** Whether a denial means the definition. A bare name means the program wherever it lies. */
export function commandDenied(entry: AllowlistEntry, given: ServerFact): boolean {
  const { command = '', args } = entry;
  const fact = withoutLauncher(given);
  if (entry.sha256 !== undefined && contentFits(entry, fact) !== true) return false;
  const named = (program: string): boolean => {
    if (samePath(command, program)) return true;
    const bare = program
      .split(/[/\\]/)
      .at(-1)!
      .replace(/\.(exe|cmd|bat)$/i, '');
    return !isAbsolute(command) && bare.toLowerCase() === command.toLowerCase();
  };
  if (args !== undefined)
    return commandFits(entry, fact) || (named(fact.command ?? '') && argumentsFit(args, fact.args));
  return [fact.command, realCommand(fact)].some((program) => program !== null && named(program));
}
