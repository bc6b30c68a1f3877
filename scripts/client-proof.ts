/**
 * Asks clients themselves what they make of an exported list, and records their answers for the tests:
 *
 *   node scripts/client-proof.ts claude-code PATH-OF-claude
 *   node scripts/client-proof.ts codex PATH-OF-codex
 *   node scripts/client-proof.ts gemini-cli PATH-OF-bundle/gemini.js
 *   node scripts/client-proof.ts amp PATH-OF-amp
 *   node scripts/client-proof.ts vscode PATH-OF-src/vs/platform/mcp/common/allowedMcpServers.ts
 *
 * The first three run the program, without network and in a mount namespace of their own, where the exported
 * file lies in the client's managed folder: Linux, as root. Amp cannot be run without an account: its matcher
 * is taken out of the package. Of VS Code it is the source file. None of these is a dependency.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { type Definition, asked, factOf, list, seen } from '../test/allowlist/export/proof/input.ts';
import { exported } from '../test/allowlist/export/sample.ts';

type Answers = { version: string; how: string; verdicts: string[] };

const [client = '', given = ''] = process.argv.slice(2);
const top = fs.mkdtempSync(path.join(os.tmpdir(), 'client-proof-'));
const home = path.join(top, 'home');
const toolOf: Record<string, string> = { copilot: 'copilot-cli' };
const found = exported(client, list, {
  seen: Object.entries(seen).map(([name, one]) => factOf(toolOf[client] ?? client, name, one)),
});
const fileOf = (name: string): string => String(found.files.get(name));

/** Runs lines of shell where `folder` holds the exported file and nothing else, and no network is. */
function confined(folder: string, file: string, text: string, script: string): string {
  const managed = path.join(top, 'managed');
  fs.mkdirSync(path.dirname(path.join(managed, file)), { recursive: true });
  fs.writeFileSync(path.join(managed, file), text);
  fs.mkdirSync(home, { recursive: true });
  const absent = !fs.existsSync(folder);
  if (absent) fs.mkdirSync(folder);
  try {
    const env = { HOME: home, PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DISABLE_AUTOUPDATER: '1' };
    const inner = `mount --bind "${managed}" "${folder}" && cd "${home}" && ${script}`;
    const done = spawnSync('unshare', ['-mn', 'sh', '-c', inner], {
      encoding: 'utf8',
      env,
      timeout: 300_000,
    });
    return `${done.stdout}${done.stderr}`;
  } finally {
    if (absent) fs.rmdirSync(folder);
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function claudeCode(): Answers {
  const lines = asked.map(([, one], index) => {
    const json = JSON.stringify('url' in one ? { type: 'http', ...one } : one);
    return `echo "== ${index} $(${quoted(given)} mcp add-json s${index} ${quoted(json)} -s user 2>&1 | head -1)"`;
  });
  const file = 'managed-settings.d/50-shadowscan.json';
  const script = [`${quoted(given)} --version`, ...lines].join('; ');
  const said = confined('/etc/claude-code', file, fileOf(file), script);
  const verdicts = asked.map((_, index) => {
    const line = new RegExp(`^== ${index} (.*)$`, 'm').exec(said)?.[1] ?? '';
    if (line.startsWith('Added')) return 'allowed';
    if (/enterprise policy/.test(line)) return 'blocked';
    throw new Error(`no answer to ${index}: ${line || said}`);
  });
  return { version: said.split(/\s/)[0]!, how: '`claude mcp add-json`, by what it refuses', verdicts };
}

function codex(): Answers {
  // One name is one server, so that each definition is asked about alone.
  const tables = asked.map(([name, one]) => {
    const pairs = Object.entries(one).map(([key, value]) =>
      key === 'env'
        ? `env = { ${Object.entries(value as object)
            .map(([n, v]) => `${n} = ${JSON.stringify(v)}`)
            .join(', ')} }`
        : `${key} = ${JSON.stringify(value)}`,
    );
    return `[mcp_servers.${JSON.stringify(name)}]\n${pairs.join('\n')}\n`;
  });
  const folder = path.join(home, '.codex');
  fs.mkdirSync(folder, { recursive: true });
  tables.forEach((text, index) => fs.writeFileSync(path.join(top, `config-${index}.toml`), text));
  const script = [
    `${quoted(given)} --version`,
    ...tables.map(
      (_, index) =>
        `cp "${top}/config-${index}.toml" "${folder}/config.toml"; ` +
        `echo "== ${index} $(${quoted(given)} mcp list --json 2>/dev/null | tr -d '\\n ')"`,
    ),
  ].join('; ');
  const said = confined('/etc/codex', 'requirements.toml', fileOf('requirements.toml'), script);
  const verdicts = asked.map((_, index) => {
    const enabled = new RegExp(`^== ${index} .*"enabled":(true|false)`, 'm').exec(said)?.[1];
    if (enabled === undefined) throw new Error(`no answer to ${index}: ${said}`);
    return enabled === 'true' ? 'allowed' : 'blocked';
  });
  return {
    version: /(\d+\.\d+\.\d+)/.exec(said)![1]!,
    how: '`codex mcp list`, by what it disables',
    verdicts,
  };
}

/** Definitions in as few rounds as names allow: in a round each name is one server. */
function rounds(): number[][] {
  const all: number[][] = [];
  const count = new Map<string, number>();
  for (const [index, [name]] of asked.entries()) {
    const round = count.get(name) ?? 0;
    count.set(name, round + 1);
    (all[round] ??= []).push(index);
  }
  return all;
}

function geminiCli(): Answers {
  const folder = path.join(home, '.gemini');
  fs.mkdirSync(folder, { recursive: true });
  const all = rounds();
  for (const [round, indexes] of all.entries()) {
    const servers = indexes.map((index) => {
      const [name, one] = asked[index]!;
      return [name, 'url' in one ? { httpUrl: one.url } : one];
    });
    const settings = {
      mcpServers: Object.fromEntries(servers),
      security: { folderTrust: { enabled: false } },
    };
    fs.writeFileSync(path.join(top, `settings-${round}.json`), JSON.stringify(settings));
  }
  const node = quoted(process.execPath);
  const script = all
    .map(
      (_, round) =>
        `cp "${top}/settings-${round}.json" "${folder}/settings.json"; echo "== ${round}"; ` +
        `${node} ${quoted(given)} mcp list </dev/null 2>&1`,
    )
    .join('; ');
  const said = confined('/etc/gemini-cli', 'settings.json', fileOf('settings.json'), script);
  const parts = said.split(/^== \d+$/m).slice(1);
  const verdicts: string[] = [];
  type Fixed = { command?: string; args?: string[]; httpUrl?: string };
  const { mcpServers: defined } = found.json('settings.json') as { mcpServers: Record<string, Fixed> };
  for (const [round, indexes] of all.entries()) {
    for (const index of indexes) {
      const [name, one] = asked[index]!;
      const told = new RegExp(`^\\S* ${name}: (.*?) \\((?:stdio|http|sse)\\) - (\\w+)`, 'm');
      const line = told.exec(parts[round] ?? '');
      if (line === null) throw new Error(`no answer to ${index}: ${parts[round]}`);
      if (line[2] === 'Blocked') {
        verdicts[index] = 'blocked';
        continue;
      }
      // What it would run must be what the exported file defines for that name, whatever the user did.
      const fixed = defined[name]!;
      const shown = fixed.httpUrl ?? [fixed.command, ...(fixed.args ?? [])].join(' ');
      if (line[1] !== shown) throw new Error(`${name} runs ${line[1]}, and is defined as ${shown}`);
      const written = 'url' in one ? [one.url] : [one.command, ...one.args];
      const own = fixed.httpUrl === undefined ? [fixed.command, ...(fixed.args ?? [])] : [fixed.httpUrl];
      verdicts[index] = JSON.stringify(written) === JSON.stringify(own) ? 'allowed' : 'replaced';
    }
  }
  const manifest = path.join(path.dirname(given), '..', 'package.json');
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string };
  return { version, how: '`gemini mcp list`, by what it blocks and what it would run', verdicts };
}

/** A function of minified text from its name on, to the brace that ends it. */
function functionText(text: string, from: number): string {
  let depth = 0;
  for (let at = text.indexOf('{', from); at < text.length; at++) {
    if (text[at] === '{') depth++;
    if (text[at] === '}' && --depth === 0) return text.slice(from, at + 1);
  }
  throw new Error('the function does not end');
}

function amp(): Answers {
  const text =
    fs.readFileSync(given).toString('utf16le') + fs.readFileSync(given).subarray(1).toString('utf16le');
  const root =
    /function (\w+)\(\w+,\w+\)\{for\(let \w+ of \w+\?\?\[\]\)if\(\w+\(\w+\(\w+\),\w+\.matches\)\)return/.exec(
      text,
    );
  if (root === null) throw new Error('its matcher is not found; it has changed');
  const parts = new Map<string, string>();
  const wanted = [root[1]!];
  for (const name of wanted) {
    const at = name === root[1] ? root.index : text.indexOf(`function ${name.replaceAll('$', '$')}(`);
    if (parts.has(name) || at === -1) continue;
    const one = functionText(text, at);
    parts.set(name, one);
    for (const [, callee] of one.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)\(/g))
      if (!['if', 'for', 'function', 'return', 'RegExp', 'Error', 'parseInt', 'isNaN'].includes(callee!))
        wanted.push(callee!);
  }
  // The matcher of the package itself, for this run alone.
  const matcher = new Function(`${[...parts.values()].join('\n')}; return ${root[1]};`)() as (
    rules: unknown,
    spec: Definition,
  ) => boolean;
  const rules = (JSON.parse(fileOf('managed-settings.json')) as Record<string, unknown>)[
    'amp.mcpPermissions'
  ];
  const verdicts = asked.map(([, one]) => (matcher(rules, one) ? 'allowed' : 'blocked'));
  const manifest = path.join(path.dirname(given), 'package.json');
  const { version } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { version: string };
  return { version, how: 'the matcher of its package, taken out and called', verdicts };
}

async function vscode(): Promise<Answers> {
  const out = path.join(top, 'matcher.mjs');
  await build({ entryPoints: [given], bundle: true, format: 'esm', outfile: out, logLevel: 'error' });
  const { checkMcpServerAllowed: check, getMcpServerMatchers: read } = (await import(out)) as {
    checkMcpServerAllowed: (allow: unknown, deny: unknown, server: unknown) => number;
    getMcpServerMatchers: (value: unknown) => unknown;
  };
  const policy = JSON.parse(fileOf('policy.json')) as Record<string, string>;
  const [allow, deny] = ['ChatAllowedMcpServers', 'ChatDeniedMcpServers'].map((key) =>
    read(JSON.parse(policy[key]!)),
  );
  const verdicts = asked.map(([name, one]) =>
    check(allow, deny, { name, ...('url' in one ? one : { command: [one.command, ...one.args] }) }) === 0
      ? 'allowed'
      : 'blocked',
  );
  return { version: '1.130', how: 'allowedMcpServers.ts of its source, called', verdicts };
}

const ways: Record<string, () => Answers | Promise<Answers>> = {
  'claude-code': claudeCode,
  codex,
  'gemini-cli': geminiCli,
  amp,
  vscode,
};
try {
  const { version, how, verdicts } = await ways[client]!();
  const record = {
    client,
    version,
    month: new Date().toISOString().slice(0, 7),
    how,
    answers: asked.map(([name, definition], index) => ({ name, definition, verdict: verdicts[index] })),
  };
  const file = path.join(import.meta.dirname, '..', 'test', 'allowlist', 'export', 'proof', `${client}.json`);
  fs.writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
  console.log(
    `${client} ${version}: ${verdicts.filter((one) => one === 'allowed').length} of ${asked.length} allowed`,
  );
} finally {
  fs.rmSync(top, { recursive: true, force: true });
}
