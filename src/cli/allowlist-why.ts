/** `shadowscan allowlist why SERVER`: a verdict explained, from what would run to the entry that decided. */
import { Command } from 'commander';
import { type Said, explainServer } from '../allowlist/explain.ts';
import { writeOut } from '../host/output.ts';
import type { ServerFact } from '../model/fact.ts';
import { usageError } from '../model/usage-error.ts';
import { nearest } from '../parse/nearest.ts';
import { neutral } from '../report/neutral.ts';
import { loadAllowlist } from './load.ts';
import { type Place, scanned, withPlace } from './seen.ts';

type Options = Place & { allowlist?: string };

/** Whether people mean a server by a word: its name, id, identity, or the package that runs. */
function isMeant(word: string, fact: ServerFact): boolean {
  const found = fact.package;
  const names = [fact.name, fact.id, fact.identity, found?.name, found && `${found.type}:${found.name}`];
  return names.some((one) => one?.toLowerCase() === word.toLowerCase());
}

function page(fact: ServerFact, said: Said[]): string[] {
  const { origin, tools, user, scope, load } = fact;
  const line = origin.line === undefined ? '' : `:${origin.line}`;
  const whose = user === null ? scope : neutral(user);
  const head = `${neutral(fact.name)} (${tools.join(', ')}; ${whose}; ${load})`;
  const width = Math.max(...said.map(({ label }) => label.length)) + 2;
  const body = said.flatMap(({ label, texts }) =>
    texts.map((text, at) => `  ${(at === 0 ? `${label}:` : '').padEnd(width)}${neutral(text)}\n`),
  );
  return [`${head}\n`, `  ${neutral(origin.path)}${line}\n`, ...body, '\n'];
}

async function run(word: string, { allowlist, ...place }: Options): Promise<void> {
  const now = new Date();
  const list = allowlist === undefined ? undefined : await loadAllowlist(allowlist, now);
  const { facts, host } = await scanned(place, list);
  const servers = facts.filter((fact) => fact.kind === 'server');
  const meant = servers.filter((fact) => isMeant(word, fact));
  if (meant.length === 0) {
    const near = nearest(word, [...new Set(servers.map(({ name }) => name))]);
    const wayOut = near === null ? '`shadowscan scan` lists what there is' : `did you mean "${near}"?`;
    throw usageError(`allowlist why ${word}: no such server; ${wayOut}`);
  }
  const pages = meant.flatMap((fact) => page(fact, explainServer(fact, list?.list ?? null, now, host)));
  writeOut(pages.slice(0, -1));
}

/** The command, for `allowlist`. */
export function whyCommand(): Command {
  const command = new Command('why')
    .description('explain the verdict on a server: what would run, and which entry decides or comes close')
    .argument('<server>', 'name in a configuration, package, URL or id')
    .option('-a, --allowlist <file>', 'the list to ask; without it, what would run')
    .action(run);
  return withPlace(command);
}
