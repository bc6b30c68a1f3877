/**
 * The digest that seals an entry to a command. It covers every argument as the config has it, since nothing
 * less keeps another command from being put in its place. Some clients fill in variables first: of such an
 * argument only what stands before and behind them can be sealed.
 */
import { createHash } from 'node:crypto';
import type { OpenArgument } from './envelope.ts';

/** `${env:NAME}`, `${{ secrets.NAME }}`, `{file:NAME}`, `$NAME`, `%NAME%`: whatever some client fills in. */
const reference = /\$?\{[^{}]+\}+|\$\w+|%\w+%/g;

/** The arguments that a client may fill in, as an entry's `open`; the command itself never is one. */
export function openArguments(argv: string[]): OpenArgument[] {
  return argv.flatMap((arg, at) => {
    const found = [...arg.matchAll(reference)];
    const [first, last] = [found[0], found.at(-1)];
    if (at === 0 || first === undefined || last === undefined) return [];
    return [{ at, before: arg.slice(0, first.index), after: arg.slice(last.index + last[0].length) }];
  });
}

const fits = (arg: string, { before, after }: OpenArgument): boolean =>
  arg.length >= before.length + after.length && arg.startsWith(before) && arg.endsWith(after);

/** SHA-256 in hex over an argv: command and arguments. An open argument counts by what is fixed of it. */
export function commandDigest(argv: string[], open: OpenArgument[] = []): string {
  const sealed = argv.map((arg, at) => {
    const found = open.find((one) => one.at === at);
    return found !== undefined && at > 0 && fits(arg, found) ? [found.before, found.after] : arg;
  });
  return createHash('sha256').update(JSON.stringify(sealed), 'utf8').digest('hex');
}
