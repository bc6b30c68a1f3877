/**
 * Amp: permissions of MCP servers in managed settings, first match first. Only exact texts are written: its
 * `*` and its regular expressions look at one line of several, so that a line break would get round them
 * (read in its package, 2026-11). The command and the arguments, put together with blanks, are two fields.
 */
import type { ServerFact } from '../../model/fact.ts';
import { sayable, templates } from './entry-lists.ts';
import type { Given, Judged, Made, Row, Target, Warning } from './target.ts';

const places = {
  linux: '/etc/ampcode/managed-settings.json',
  macos: '/Library/Application Support/ampcode/managed-settings.json',
  windows: 'C:\\ProgramData\\ampcode\\managed-settings.json',
} as const;

type Rule = { matches: Record<string, string>; action: 'allow' | 'reject'; from: string };

/** Whether Amp would take a text for a pattern. */
const isPattern = (text: string): boolean => text.includes('*') || /^\/.+\/$/s.test(text);

function matchesOf({ way }: Row): Record<string, string> | null {
  if ('argv' in way) {
    const [command = '', ...args] = way.argv;
    const joined = args.join(' ');
    return isPattern(command) || isPattern(joined) ? null : { command, args: joined };
  }
  return isPattern(way.url) ? null : { url: way.url };
}

/** Blanks within an argument: other arguments would read the same. */
const isBlurred = ({ way }: Row): boolean =>
  'argv' in way && way.argv.slice(1).some((one) => one === '' || /\s/.test(one));

function rulesOf(rows: Row[], action: Rule['action']): Rule[] {
  return rows.flatMap((row) => {
    const matches = matchesOf(row);
    return matches === null ? [] : [{ matches, action, from: row.entry }];
  });
}

const catchAll: Rule[] = [
  { matches: { command: '*' }, action: 'reject', from: 'all else' },
  { matches: { url: '*' }, action: 'reject', from: 'all else' },
];

function judge(rules: Rule[], server: ServerFact): Judged {
  const spec: Record<string, string> =
    server.command === null
      ? { url: server.url ?? '' }
      : { command: server.command, args: server.args.join(' ') };
  const at = rules.findIndex(({ matches }) =>
    Object.entries(matches).every(([field, wanted]) =>
      wanted === '*' ? field in spec : spec[field] === wanted,
    ),
  );
  const found = rules[at];
  if (found === undefined) return { verdict: 'allowed', row: null, why: 'no rule means it' };
  const row = `amp.mcpPermissions[${at}]`;
  return found.action === 'reject'
    ? { verdict: 'blocked', row, why: `rejected by ${found.from}` }
    : { verdict: 'allowed', row, why: `by ${found.from}` };
}

function make({ plan, stamp, wider }: Given): Made {
  const limited = sayable(plan.approve, wider);
  const hosts = limited.rows.map((row) =>
    'url' in row.way && row.way.wild === 'host'
      ? { ...row, way: { ...row.way, wild: 'template' as const } }
      : row,
  );
  // No wildcard at all, whatever was asked for.
  const exact = templates(hosts, null, 'a line break would get round every wildcard of Amp');
  const blurred = exact.rows.filter(isBlurred);
  const left = exact.rows.filter((row) => matchesOf(row) === null);
  const approve = exact.rows.filter((row) => !blurred.includes(row));
  const rules = [...rulesOf(plan.deny, 'reject'), ...rulesOf(approve, 'allow'), ...catchAll];
  const told = (rows: Row[], text: string): Warning[] =>
    [...new Set(rows.map(({ entry }) => entry))].map((entry) => ({ entry, about: 'arguments', text }));
  return {
    files: [
      {
        path: 'managed-settings.json',
        bytes: `${JSON.stringify(
          {
            shadowscan: stamp,
            'amp.mcpPermissions': rules.map(({ matches, action }) => ({ matches, action })),
          },
          null,
          2,
        )}\n`,
        goesTo: places[plan.os],
      },
    ],
    judge: (server) => judge(rules, server),
    warnings: [
      ...limited.warnings,
      ...exact.warnings,
      ...told(blurred, 'an argument holds a blank, and Amp puts arguments together with blanks; left out'),
      ...told(left, 'an argument or path would be taken for a pattern; left out'),
      {
        entry: null,
        about: 'not-compared',
        text:
          'variables, headers and the folder it starts in are not compared, and arguments as one line: ' +
          'one with blanks reads like several. Scans still report those',
      },
      {
        entry: null,
        about: 'client',
        text: 'a definition without arguments must say so with an empty list (args: []), or it is blocked',
      },
    ],
    install: [
      'Merge with a managed-settings.json that is there: rules are read in order, these must come first.',
    ],
  };
}

export const amp: Target = {
  id: 'amp',
  title: 'Amp',
  tools: ['amp'],
  source:
    'ampcode.com/manual, ampcode.com/news/mcp-permissions; package @ampcode/cli 0.0.1790142911, 2026-11',
  make,
};
