/** Short ways to write a definition down and to identify it. */
import { type Definition, type Identified, identify } from '../../src/identity/identify.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { wrappers } from './rules.ts';
import { secrets } from './secrets.ts';

export type Sample = {
  command?: string;
  args?: string[];
  url?: string;
  env?: Record<string, string | null>;
  cwd?: string;
};

export function definitionOf(sample: Sample): Definition {
  const { command, args = [], url, env = {}, cwd } = sample;
  return {
    command: command === undefined ? null : new Secret(command),
    args: args.map((arg) => new Secret(arg)),
    url: url === undefined ? null : new Secret(url),
    cwd: cwd === undefined ? null : new Secret(cwd),
    env: Object.entries(env).map(([name, value]) => ({
      name,
      value: value === null ? null : new Secret(value),
    })),
  };
}

export function identified(sample: Sample): Identified {
  return identify(definitionOf(sample), { wrappers }, secrets);
}

/** A command line written with blanks; a word in single quotes may hold some. */
export function line(text: string, env: Sample['env'] = {}): Identified {
  const [command, ...args] = [...text.matchAll(/'([^']*)'|(\S+)/g)].map(
    ([, quoted, bare]) => quoted ?? bare ?? '',
  );
  return identified({ ...(command === undefined ? {} : { command }), args, env });
}
