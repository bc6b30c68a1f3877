/** What completions of all shells are made of: words and places, as each shell compares them. */
import { type CommandSpec, type OptionSpec, allCommands } from '../command-tree.ts';

/** A place is the words of the command so far, such as `allowlist init`; empty for the program itself. */
export type Place = { words: string; spec: CommandSpec };

/** All places, those with more words first, so that the first that fits is the right one. */
export function placesOf(root: CommandSpec): Place[] {
  return allCommands(root).map((spec) => ({ words: spec.path.join(' '), spec }));
}

/** The first sentence or clause of a description, on one line. */
export function brief(text: string): string {
  return text.split(/[;.] /, 1)[0]!.replace(/\s+/g, ' ').trim();
}

/** What may follow a command, name and description: commands below it, and known values of its operand. */
export function offered({ commands, values }: CommandSpec): [string, string][] {
  return [
    ...commands.map((one): [string, string] => [one.path.at(-1)!, one.description]),
    ...values.map((value): [string, string] => [value, '']),
  ];
}

/** Whether a file or folder is expected behind an option. */
export function takesPath({ value }: OptionSpec): boolean {
  return value !== null && /^(?:file|dir|folder|list|key|report)\b/.test(value);
}

/** A text between single quotes, for shells that know no escape within them. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
