/**
 * `shadowscan explain [CHECK]`: what a check means, why it matters and what to do; all of them without a
 * name.
 */
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import type { Check } from '../model/rules.ts';
import { severities } from '../model/words.ts';
import { usageError } from '../model/usage-error.ts';
import { loadRules } from './load.ts';

/** Severities that a check can have, worst first; a secret brings its own. */
function severityOf({ severity }: Check): string {
  const all = typeof severity === 'string' ? [severity] : severity.map((one) => one.is);
  const own = all.includes('fact') ? ['by the secret'] : [];
  return [...severities.filter((one) => all.includes(one)), ...own].join(' / ');
}

/** What stands for the fields of a fact, where there is none. */
const general: Record<string, string> = { tools: 'the tool', 'origin.path': 'the file', name: 'the name' };

/** A text of a check without a fact: the last alternative's words, or what it is about. */
function inGeneral(text: string): string {
  return text.trim().replace(/\{(?:a )?([^{}]+)\}/g, (_, paths: string) => {
    const last = paths.split('|').at(-1) ?? '';
    return (
      /^"(.*)"$/.exec(last)?.[1] ??
      general[last] ??
      `the ${last.split('.').findLast((part) => part !== '*') ?? last}`
    );
  });
}

function page(check: Check): string {
  const frameworks = Object.entries(check.frameworks).map(([name, ids]) => `  ${name}: ${ids.join(', ')}`);
  const lines = [
    `${check.id} (${severityOf(check)}, confidence ${check.confidence})`,
    check.title,
    '',
    `Why: ${inGeneral(check.why)}`,
    '',
    `Remedy: ${inGeneral(check.remedy)}`,
    '',
    ...(frameworks.length ? ['Frameworks:', ...frameworks, ''] : []),
    ...(check.references.length ? ['References:', ...check.references.map((one) => `  ${one}`)] : []),
  ];
  return `${lines.join('\n').trimEnd()}\n`;
}

async function run(name: string | undefined, options: { rules?: string }): Promise<void> {
  const { checks } = await loadRules(options.rules);
  if (name === undefined) {
    const width = Math.max(...checks.map((check) => check.id.length));
    writeOut(
      checks.map((check) => `${check.id.padEnd(width)}  ${severityOf(check).padEnd(15)}  ${check.title}\n`),
    );
    return;
  }
  const check = checks.find((one) => one.id === name);
  if (check === undefined)
    throw usageError(`explain ${name}: no such check; \`shadowscan explain\` lists them`);
  writeOut([page(check)]);
}

/** The command, for the program. */
export function explainCommand(): Command {
  return new Command('explain')
    .description('say what a check means and what to do; lists all checks without a name')
    .argument('[check]')
    .option('--rules <dir>', 'add rules of a folder; it replaces none')
    .action(run);
}
