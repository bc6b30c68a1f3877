/**
 * Options of a program that are known to hold a secret, whatever their own name says: they are read as if
 * they had the name that the rules give. It judges nothing itself.
 */

/** Names by which the values of options count, by option: `{ '-t': 'monday_token' }`. */
export type Called = Readonly<Record<string, string>>;

type Part = { option: string; name: string } | null;

function partOf(arg: string, called: Called): Part {
  const end = arg.indexOf('=');
  const option = end < 0 ? arg : arg.slice(0, end);
  const name = Object.hasOwn(called, option) ? called[option] : undefined;
  return name === undefined || !option.startsWith('-') ? null : { option, name };
}

/** The arguments under these names, and an argument as it is shown under its own again. */
export function renamed(args: string[], called: Called) {
  const parts = args.map((arg) => partOf(arg, called));
  const longer = ({ name }: NonNullable<Part>): string => `--${name}`;
  return {
    args: args.map((arg, at) => {
      const part = parts[at] ?? null;
      return part === null ? arg : longer(part) + arg.slice(part.option.length);
    }),
    back(shown: string, at: number): string {
      const part = parts[at] ?? null;
      const isSame = part !== null && shown.startsWith(longer(part));
      return isSame ? part.option + shown.slice(longer(part).length) : shown;
    },
  };
}
