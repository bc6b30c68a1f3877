/** `shadowscan completion SHELL`: a script that completes commands, options and known values there. */
import { Argument, Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { commandTree } from './command-tree.ts';
import { bashCompletion } from './completion/bash.ts';
import { fishCompletion } from './completion/fish.ts';
import { powershellCompletion } from './completion/powershell.ts';
import { zshCompletion } from './completion/zsh.ts';
import { program } from './program.ts';

const shells = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
  powershell: powershellCompletion,
};

async function run(shell: keyof typeof shells): Promise<void> {
  writeOut([shells[shell](commandTree(await program([])))]);
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
