/** Tokens that no row of a tool file names: in comments, in broken files, in fields that nobody knows. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';
import { expand } from './recipe.ts';

const rules = await loadRules();
const made: string[] = [];
afterAll(() => {
  for (const folder of made) fs.rmSync(folder, { recursive: true, force: true });
});
const token = expand('ghp_{crc30}', 1);
const other = expand('ghp_{crc30}', 2);

/** Of each credential: field, storage, line. */
function found(files: Record<string, string>): [string, string, number | undefined][] {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-rest-'));
  made.push(folder);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text, { mode: 0o600 });
  }
  const { facts } = scan(testHost(), rules, { home: folder, platform: 'linux' });
  return facts.flatMap((fact) =>
    fact.kind === 'credential' ? [[fact.field, fact.storage, fact.origin.line]] : [],
  );
}

describe('comments', () => {
  test.each([
    ['.cursor/mcp.json', `{\n  // "GITHUB_TOKEN": "${token}"\n  "mcpServers": {} }`, 2],
    ['.codex/config.toml', `model = "x"\n# key = "${token}"\n`, 2],
    ['.config/goose/config.yaml', `a: b\n# KEY: ${token}\n`, 2],
    ['.bashrc', `\n\n# export KEY=${token}\n`, 3],
    ['.npmrc', `; //h.example/:_authToken=${token}\n`, 1],
    ['.env', `# KEY=${token}\n`, 1],
    ['.m2/settings.xml', `<settings>\n<!-- ${token} -->\n</settings>`, 2],
  ])('%s', (name, text, line) => {
    expect(found({ [name]: text })).toEqual([[expect.any(String), 'text', line]]);
  });
});

test('a token whose checksum does not hold, and a variable that is commented out', () => {
  const text = `// ${expand('ghp_{a36}', 5)}\n{ "mcpServers": {} }`;
  expect(found({ '.cursor/mcp.json': text })).toEqual([[expect.any(String), 'text', 1]]);
  const line = `# export ACME_API_KEY=${expand('{a40}', 6)}\n`;
  expect(found({ '.zshrc': line })).toEqual([['ACME_API_KEY', 'text', 1]]);
  expect(found({ '.env': `A=1\n#ACME_API_KEY=${expand('{h32}', 7)}\n` })).toEqual([
    ['ACME_API_KEY', 'text', 2],
  ]);
  expect(
    found({ '.zshrc': '# export ACME_API_KEY=your-key\n# export ACME_API_KEY=$(pass show x)\n' }),
  ).toEqual([]);
});

describe('broken files', () => {
  test.each([
    ['.cursor/mcp.json', `]] "${token}"`],
    ['.codex/config.toml', `[[[[ = "${token}`],
    ['.config/goose/config.yaml', `\t{ ${token}`],
    ['.docker/config.json', `"${token}" trailing`],
    ['.env', `${token}\n`],
  ])('%s', (name, text) => {
    expect(found({ [name]: text }).map(([, storage]) => storage)).toEqual(['text']);
  });
});

test('a field that nobody names', () => {
  const text = JSON.stringify({ mcpServers: {}, somethingNew: { inner: [{ remark: `see ${token}` }] } });
  expect(found({ '.cursor/mcp.json': text })).toEqual([['remark', 'literal', 1]]);
});

test('a variable that is given a value twice', () => {
  expect(found({ '.env': `A_TOKEN=${token}\nA_TOKEN=${other}\n` })).toEqual([
    ['A_TOKEN', 'text', 1],
    ['A_TOKEN', 'dotenv', 2],
  ]);
});

test('what rows see is not told twice, however it is written', () => {
  const server = {
    command: 'x',
    args: ['--token', token],
    env: { A: token },
    headers: { B: `Bearer ${token}` },
  };
  const key = expand('-----BEGIN PRIVATE KEY-----\nMIIE{b300}\n-----END PRIVATE KEY-----\n');
  expect(found({ '.cursor/mcp.json': JSON.stringify({ mcpServers: { a: server } }) })).toHaveLength(3);
  const env = { mcpServers: { a: { command: 'x', env: { PRIVATE_KEY: key } } } };
  expect(found({ '.cursor/mcp.json': JSON.stringify(env) })).toHaveLength(1);
});

test('nothing but what its form alone makes a secret', () => {
  const text = [
    `// "GITHUB_TOKEN": "ghp_${'x'.repeat(36)}"`,
    `// "password": "${expand('{a24}')}"`,
    `// eyJ: ${expand('{jwt}')}`,
    '// AKIAIOSFODNN7EXAMPLE',
    '{ "mcpServers": {} }',
  ];
  expect(found({ '.cursor/mcp.json': text.join('\n') })).toEqual([]);
});
