/** `shadowscan completion SHELL`: a script that completes commands, options and known values there. */
import { Argument, Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { type CommandSpec, commandTree } from './command-tree.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { powershellCompletion } from './completion/powershell.ts';
import { zshCompletion } from './completion/zsh.ts';
import { loadRules } from './load.ts';
import { formatNames } from './output.ts';
import { program } from './program.ts';

const shells = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

/** The tree with what commands know only once they run: names of checks, tools, schemas and formats. */
async function wholeTree(): Promise<CommandSpec> {
  const tree = commandTree(await program([]));
  const { checks, tools } = await loadRules();
  const { schemas } = await import('../model/schemas.ts');
  const values: Record<string, string[]> = {
    explain: checks.map(({ id }) => id),
    tools: tools.map(({ id }) => id),
    schema: Object.keys(schemas),
  };
  return {
    ...tree,
    commands: tree.commands.map((one) => {
      const name = one.path.join(' ');
      const format = one.options.find(({ flags }) => name === 'scan' && flags.includes('--format'));
      const options = one.options.map((option) =>
        option === format ? { ...option, choices: formatNames } : option,
      );
      return { ...one, options, values: values[name] ?? one.values };
    }),
  };
}

async function run(shell: keyof typeof shells): Promise<void> {
  writeOut([shells[shell](await wholeTree())]);
}

const helpText = `
Examples:
  shadowscan completion bash > /etc/bash_completion.d/shadowscan
  shadowscan completion zsh > "\${fpath[1]}/_shadowscan"
  shadowscan completion fish > ~/.config/fish/completions/shadowscan.fish
  shadowscan completion powershell >> $PROFILE`;

/** The command, for the program. */
export function completionCommand(): Command {
  return new Command('completion')
    .description('print a script that completes commands and options in a shell')
    .addArgument(new Argument('<shell>').choices(Object.keys(shells)))
    .addHelpText('after', helpText)
    .action(run);
}
