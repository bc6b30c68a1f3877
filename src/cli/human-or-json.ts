/** `--format` of commands that speak to people on a terminal and to programs elsewhere. */
import { Option } from 'commander';

/** The option. */
export function humanOrJson(): Option {
  return new Option('-f, --format <format>', 'default: human on a terminal, else json').choices([
    'human',
    'json',
  ]);
}

/** Whether JSON is wanted. */
export function wantsJson(format: string | undefined): boolean {
  return (format ?? (process.stdout.isTTY ? 'human' : 'json')) === 'json';
}
