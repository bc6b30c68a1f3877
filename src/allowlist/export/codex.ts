/**
 * Codex: requirements of the administrator. A server runs only when its name and what it starts are both
 * listed, so names that were seen are part of the rules, and nothing is let through by a name alone. The
 * matcher is written as `command = { executable, args }`: beside a plain `command = "..."` Codex passes over
 * `args` and lets any argument through (0.169.0, 2026-11).
 */
import type { ServerFact } from '../../model/fact.ts';
import { anyLabel, anyRest, anySegment } from '../../parse/address-pattern.ts';
import { urlTemplate } from '../url-template.ts';
import { sayable } from './entry-lists.ts';
import { profile } from './profile.ts';
import type { Given, Judged, Made, OutFile, Row, Target, Warning } from './target.ts';

/** TOML's basic string is JSON's, but for two signs that JSON leaves alone. */
const toml = (text: string): string => JSON.stringify(text).replaceAll('\u007f', '\\u007f');
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A template of ours as a pattern over the whole address: no wildcard crosses a separator or an escape. */
function pattern(url: string): string | null {
  const template = urlTemplate(url);
  if (typeof template === 'string') return null;
  const part = (text: string, any: string): string => text.split('*').map(literal).join(any);
  const [scheme = '', port = ''] = template.transport.split(':');
  const host = template.labels.map((one) => part(one, anyLabel)).join('\\.');
  const path = template.segments.map((one) => `/${part(one, anySegment)}`).join('');
  const rest = template.rest ? anyRest : '/?';
  return `${scheme}://${host}${port === '' ? '' : `:${port}`}${path}${rest}`;
}

type Identity = { text: string; means: (server: ServerFact) => boolean };

function identityOf({ way }: Row): Identity | null {
  if ('argv' in way) {
    const [command = '', ...args] = way.argv;
    const matchers = args.map((one) => `{ match = "exact", value = ${toml(one)} }`);
    return {
      text: `{ command = { executable = ${toml(command)}, args = [${matchers.join(', ')}] } }`,
      means: (server) =>
        server.command === command &&
        server.args.length === args.length &&
        args.every((one, index) => one === server.args[index]),
    };
  }
  // With and without a slash at its end it is one address; a query is another matter.
  const expression = /[?#]/.test(way.url) ? literal(way.url) : pattern(way.url);
  if (expression === null) return null;
  const whole = new RegExp(`^(?:${expression})$`);
  return {
    text: `{ url = { match = "regex", expression = ${toml(expression)} } }`,
    means: ({ command, url }) => command === null && url !== null && whole.test(url),
  };
}

type Rule = { name: string; entry: string; identity: Identity };

/** One rule a name. What was seen comes before what has a name of ours. */
function rulesOf(rows: Row[]): { rules: Rule[]; warnings: Warning[] } {
  const byName = new Map<string, Rule>();
  const written = new Set<string>();
  const warnings: Warning[] = [];
  for (const row of rows.toSorted((a, b) => Number(b.seen) - Number(a.seen))) {
    const identity = identityOf(row);
    if (identity === null || (!row.seen && written.has(identity.text))) continue;
    written.add(identity.text);
    for (const name of row.names) {
      const known = byName.get(name);
      if (known === undefined) byName.set(name, { name, entry: row.entry, identity });
      else if (row.seen && known.identity.text !== identity.text)
        warnings.push({
          entry: row.entry,
          about: 'name',
          text:
            `two approved definitions are called "${name}", and one name has one rule: rename ` +
            `one of them`,
        });
    }
  }
  return { rules: [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1)), warnings };
}

function text(rules: Rule[], stamp: string): string {
  const tables = rules.map(
    ({ name, entry, identity }) =>
      `# ${entry.replace(/[^\x20-\x7e]/g, '?')}\n[mcp_servers.${toml(name)}]\nidentity = ${identity.text}\n`,
  );
  const none = '# Nothing is approved for this client.\nmcp_servers = {}\n';
  return `# ${stamp}\n\n${rules.length === 0 ? none : tables.join('\n')}`;
}

function judge(rules: Rule[], server: ServerFact): Judged {
  const rule = rules.find(({ name }) => name === server.name);
  if (rule === undefined)
    return { verdict: 'blocked', row: null, why: `no rule is for the name "${server.name}"` };
  const row = `mcp_servers.${toml(rule.name)}`;
  return rule.identity.means(server)
    ? { verdict: 'allowed', row, why: `by ${rule.entry}` }
    : { verdict: 'blocked', row, why: 'the rule of that name is for another command or URL' };
}

function make(given: Given): Made {
  const { plan, stamp, uuid, wider } = given;
  const { rows, warnings: limited } = sayable(plan.approve, wider);
  const { rules, warnings } = rulesOf(rows);
  const requirements = text(rules, stamp);
  const place =
    plan.os === 'windows'
      ? '%ProgramData%\\OpenAI\\Codex\\requirements.toml'
      : '/etc/codex/requirements.toml';
  const files: OutFile[] = [{ path: 'requirements.toml', bytes: requirements, goesTo: place }];
  if (plan.os === 'macos')
    files.push({
      path: 'codex.mobileconfig',
      bytes: profile({
        domain: 'com.openai.codex',
        title: 'Codex',
        stamp,
        settings: {
          shadowscan: stamp,
          requirements_toml_base64: Buffer.from(requirements, 'utf8').toString('base64'),
        },
        uuid,
      }),
      goesTo: 'MDM, as a configuration profile for devices (instead of the file)',
    });
  const unseen = rows.filter(({ seen }) => !seen).map(({ entry }) => entry);
  return {
    files,
    judge: (server) => judge(rules, server),
    warnings: [
      ...limited,
      ...warnings,
      ...(unseen.length > 0
        ? [
            {
              entry: null,
              about: 'name' as const,
              text:
                `rules go by name too: ${new Set(unseen).size} entries that were not seen have ` +
                `names of ours, which people must use`,
            },
          ]
        : []),
      {
        entry: null,
        about: 'name',
        text: 'an approved server under a name that no scan has seen is blocked: scan again and export again',
      },
      {
        entry: null,
        about: 'not-compared',
        text: 'variables, headers and the folder it starts in are not compared. Scans still report those',
      },
    ],
    install: [
      'Codex does not start with a file that it cannot read: try it on one machine first.',
      'Rules of a plugin\'s servers are tables of their own (plugins."NAME".mcp_servers); none are ' +
        'written, so they are blocked.',
    ],
  };
}

export const codex: Target = {
  id: 'codex',
  title: 'OpenAI Codex',
  tools: ['codex'],
  source:
    'developers.openai.com/codex/enterprise/managed-configuration; package @openai/codex 0.169.0, 2026-11',
  make,
};
