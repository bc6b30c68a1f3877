/**
 * What the program understands, as plain data: for completions and the manual page, which are made from the
 * commands themselves, so that neither can fall behind.
 */
import type { Command, Option } from 'commander';

export type OptionSpec = {
  /** As written: `-f`, `--format`. */
  flags: string[];
  description: string;
  /** Name of the value that it takes; null for none. */
  value: string | null;
  /** All values that it takes, when they are known. */
  choices: string[];
};

export type CommandSpec = {
  /** Words by which it is called, behind the program's name; none for the program itself. */
  path: string[];
  description: string;
  /** What follows its options, such as `[check]`. */
  operands: string[];
  /** All values that its first operand takes, when they are known. */
  values: string[];
  options: OptionSpec[];
  commands: CommandSpec[];
  /** What its help says at the end. */
  after: string;
};

function optionSpec({ short, long, flags, description, argChoices }: Option): OptionSpec {
  const [, value = null] = /[<[]([^\]>]+)[\]>]/.exec(flags) ?? [];
  const names = [short, long].filter((name) => name !== undefined);
  return { flags: names, description, value, choices: argChoices ?? [] };
}

/** The text that a command adds to the end of its help. */
function helpEnd(command: Command): string {
  let text = '';
  const output = command.configureOutput();
  command.configureOutput({ ...output, writeOut: (part) => (text += part) });
  command.outputHelp();
  command.configureOutput(output);
  return text.slice(command.helpInformation().length).trim();
}

/** A command with all below it; what help does not list is left out. */
export function commandTree(command: Command, path: string[] = []): CommandSpec {
  const help = command.createHelp();
  const named = help.visibleCommands(command).filter((child) => child.name() !== 'help');
  return {
    path,
    description: command.description(),
    operands: command.registeredArguments.map((one) => {
      const name = one.variadic ? `${one.name()}...` : one.name();
      return one.required ? `<${name}>` : `[${name}]`;
    }),
    values: command.registeredArguments[0]?.argChoices ?? [],
    options: help.visibleOptions(command).map(optionSpec),
    commands: named.map((child) => commandTree(child, [...path, child.name()])),
    after: helpEnd(command),
  };
}

/** The command itself and all below it, in the order of the help. */
export function allCommands(spec: CommandSpec): CommandSpec[] {
  return [spec, ...spec.commands.flatMap(allCommands)];
}
