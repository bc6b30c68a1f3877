/**
 * The digest that seals an entry to a command. It covers every argument as the config has it, since nothing
 * less keeps another command from being put in its place. Some clients fill in variables first: of such an
 * argument only what stands before and behind them can be sealed.
 */
import { createHash } from 'node:crypto';
import type { OpenArgument } from './envelope.ts';

/** `${env:NAME}`, `${{ secrets.NAME }}`, `{file:NAME}`, `$NAME`, `%NAME%`: whatever some client fills in. */
const reference = /\$?\{[^{}]+\}+|\$\w+|%\w+%/g;

/** All of these in a text, of whichever client. */
export const referencesIn = (text: string): string[] => [...text.matchAll(reference)].map(([one]) => one);

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

const fits = (arg: string, { before, after }: OpenArgument): boolean =>
  arg.length >= before.length + after.length && arg.startsWith(before) && arg.endsWith(after);

/**
 * A whole path, which is no option, address or program text; or a reference that the client left as it is. No
 * control characters.
 */
const path = /^(?:(?:\/|[A-Za-z]:[\\/])[^\p{Cc}]*|\$\{[\w:]+\}|\$\w+)$/u;

/** The place of an argument that was filled in with something else than a path; null when there is none. */
export function filledOtherwise(argv: string[], open: OpenArgument[] = []): number | null {
  const isOther = (arg: string, one: OpenArgument): boolean =>
    fits(arg, one) && !path.test(arg.slice(one.before.length, arg.length - one.after.length));
  return open.find((one) => isOther(argv[one.at] ?? '', one))?.at ?? null;
}

/** SHA-256 in hex over an argv: command and arguments. An open argument counts by what is fixed of it. */
export function commandDigest(argv: string[], open: OpenArgument[] = []): string {
  const sealed = argv.map((arg, at) => {
    const found = open.find((one) => one.at === at);
    return found !== undefined && at > 0 && fits(arg, found) ? [found.before, found.after] : arg;
  });
  return createHash('sha256').update(JSON.stringify(sealed), 'utf8').digest('hex');
}
