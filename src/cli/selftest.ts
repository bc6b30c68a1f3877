/**
 * `shadowscan selftest`: a small home is written to a private temporary folder and scanned with the built-in
 * rules; what is found must be exactly what the sample says. It shows that this copy works on this machine:
 * rules, parsers, the native library, findings, and that no secret gets into a report.
 */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { withSampleHome } from '../host/sample-home.ts';
import { systemHost, systemPlatform } from '../host/system.ts';
import type { Platform } from '../model/common.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import type { SelftestSample } from '../model/selftest.ts';
import { neutral } from '../report/neutral.ts';
import { scanSeen } from '../scan.ts';
import { selftestSource } from '../selftest-source.ts';
import { version } from '../version.ts';
import { loadRules } from './load.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const alphabets: Record<string, string> = { A: letters, a: `0123456789${letters}` };

/** Texts with their recipes expanded, and what came of these. */
function expanded(text: string, secrets: string[]): string {
  return text.replace(/%%([^%]+)%%/g, (_, recipe: string) => {
    const secret = recipe.replace(/\{([Aa])(\d+)\}/g, (__, kind: string, count: string) =>
      Array.from({ length: Number(count) }, () => alphabets[kind]![randomInt(alphabets[kind]!.length)]).join(
        '',
      ),
    );
    secrets.push(secret);
    return secret;
  });
}

/** What a report says of the sample, a line for each thing, sorted. */
function told({ facts, findings }: Report, home: string): string[] {
  const short = (file: string): string => file.replaceAll('\\', '/').replace(home.replaceAll('\\', '/'), '~');
  const servers = facts.flatMap((fact) =>
    fact.kind === 'server' ? [`server ${fact.name} of ${fact.tools.join(', ')}`] : [],
  );
  return [...servers, ...findings.map(({ check, origin }) => `${check} ${short(origin.path)}`)].toSorted();
}

/** Lines of `all` that are not among `others`, each as often as it is missing there. */
function without(all: string[], others: string[]): string[] {
  const rest = [...others];
  return all.filter((line) => {
    const at = rest.indexOf(line);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

/** What is wrong when the sample is scanned as a home of a platform, and how many things it has. */
export async function selftest(
  rules: Ruleset,
  platform: Platform,
  sample: SelftestSample = selftestSource(),
): Promise<{ wrong: string[]; things: number }> {
  const secrets: string[] = [];
  const named = (name: string): string => name.replace('<config>', sample.configs[platform]);
  const written = (all: string[]): string[] => all.map((one) => expanded(one, secrets));
  const files = Object.fromEntries(
    Object.entries(sample.files).map(([name, text]) => [named(name), expanded(text, secrets)]),
  );
  const databases = Object.fromEntries(
    Object.entries(sample.databases).map(([name, statements]) => [named(name), written(statements)]),
  );
  const expect = sample.expect.map(named);
  const { text, lines } = withSampleHome({ files, databases }, (home) => {
    const { report } = scanSeen(systemHost(), rules, { home, platform, only: [], skip: [] });
    return { text: JSON.stringify(report), lines: told(report, home) };
  });
  const wrong = [
    ...without(expect, lines).map((line) => `missing: ${line}`),
    ...without(lines, expect).map((line) => `too much: ${line}`),
    ...(secrets.some((secret) => text.includes(secret)) ? ['a secret is in the report'] : []),
  ];
  return { wrong, things: expect.length };
}

async function run(): Promise<void> {
  const rules = await loadRules();
  const platform = systemPlatform();
  const { wrong, things } = await selftest(rules, platform);
  for (const line of wrong) console.error(`shadowscan: selftest: ${neutral(line)}`);
  if (wrong.length > 0) process.exitCode = 2;
  else {
    const about = `shadowscan ${version}, rules ${rules.sha256.slice(0, 12)}, ${platform} ${process.arch}`;
    writeOut([`selftest: ok, all ${things} things found and nothing else; ${about}\n`]);
  }
}

/** The command, for the program. */
export function selftestCommand(): Command {
  return new Command('selftest')
    .description('scan a small built-in home and check that exactly what lies in it is found')
    .addHelpText('after', '\nExit codes: 0 all is as expected; 2 it is not, or could not be tried.')
    .action(run);
}
