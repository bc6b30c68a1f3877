/**
 * Colours by meaning. The level is the caller's decision (terminal, NO_COLOR, options): nothing is guessed
 * here, and level 0 leaves text as it is. Colour never carries what the text does not say.
 */
import { createRequire } from 'node:module';
import type { Chalk as Library } from 'chalk';

const require = createRequire(import.meta.url);

/** 0 none, 1 sixteen colours, 2 two hundred and fifty-six, 3 all. */
export type ColourLevel = 0 | 1 | 2 | 3;

export type Style =
  | 'plain'
  | 'strong'
  | 'quiet'
  | 'heading'
  | 'place'
  | 'command'
  | 'good'
  | 'warn'
  | 'bad'
  | 'critical'
  | 'high'
  | 'medium'
  | 'low'
  | 'info';

/** A function that paints a text, for one level of colour. */
export function painter(level: ColourLevel): (style: Style, text: string) => string {
  if (level === 0) return (_style, text) => text;
  const { Chalk } = require('chalk') as { Chalk: typeof Library };
  const chalk = new Chalk({ level });
  const paint: Record<Style, (text: string) => string> = {
    plain: (text) => text,
    strong: chalk.bold,
    quiet: chalk.dim,
    heading: chalk.bold.underline,
    place: chalk.cyan,
    command: chalk.cyan,
    good: chalk.green,
    warn: chalk.yellow,
    bad: chalk.red,
    critical: chalk.bold.whiteBright.bgRed,
    high: chalk.bold.red,
    medium: chalk.bold.yellow,
    low: chalk.bold.blueBright,
    info: chalk.bold,
  };
  return (style, text) => paint[style](text);
}
