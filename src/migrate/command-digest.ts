/**
 * The digest that seals an entry to a command. It covers every argument as the config has it, since nothing
 * less keeps another command from being put in its place. Some clients fill in variables first: of such an
 * argument only what stands before and behind them can be sealed.
 */
import { createHash } from 'node:crypto';
import type { OpenArgument } from './envelope.ts';

/** `${env:NAME}`, `${{ secrets.NAME }}`, `{file:NAME}`, `$NAME`, `%NAME%`: whatever some client fills in. */
const reference = /\$?\{[^{}]+\}+|\$\w+|%\w+%/g;

/**
 * The arguments that a client may fill in, as an entry's `open`, by which references it fills in; from the
 * second word on, since a command of anybody's choice is none.
 */
export function openArguments(
  argv: string[],
  isFilled: (reference: string) => boolean = () => true,
): OpenArgument[] {
  return argv.flatMap((arg, at) => {
    const found = [...arg.matchAll(reference)].filter(([text]) => isFilled(text));
    const [first, last] = [found[0], found.at(-1)];
    if (at === 0 || first === undefined || last === undefined) return [];
    return [{ at, before: arg.slice(0, first.index), after: arg.slice(last.index + last[0].length) }];
  });
}

/** What opens an argument cannot make it an option: `-e`, `--require` and their like bring code with them. */
const isOption = (arg: string, { before }: OpenArgument): boolean => before === '' && arg.startsWith('-');

const fits = (arg: string, open: OpenArgument): boolean => {
  const { before, after } = open;
  const isWhole = arg.length >= before.length + after.length;
  return isWhole && arg.startsWith(before) && arg.endsWith(after) && !isOption(arg, open);
};

/** The place of an argument that was filled in as an option; null when there is none. */
export function filledOption(argv: string[], open: OpenArgument[] = []): number | null {
  return open.find((one) => isOption(argv[one.at] ?? '', one))?.at ?? null;
}

/** SHA-256 in hex over an argv: command and arguments. An open argument counts by what is fixed of it. */
export function commandDigest(argv: string[], open: OpenArgument[] = []): string {
  const sealed = argv.map((arg, at) => {
    const found = open.find((one) => one.at === at);
    return found !== undefined && at > 0 && fits(arg, found) ? [found.before, found.after] : arg;
  });
  return createHash('sha256').update(JSON.stringify(sealed), 'utf8').digest('hex');
}
