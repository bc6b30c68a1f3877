/** `shadowscan migrate` as a program, with a real keychain: plan, apply, start what it wrote, undo. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Plan } from '../../src/model/plan.ts';
import { expand } from '../recipe.ts';
import { program } from './desk.ts';
import { type Session, missing, startSession } from './session.ts';

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const token = expand('ghp_{a36}');
const print = 'process.stdout.write(process.env.GITHUB_TOKEN)';
const text = `{
  // mine
  "mcpServers": {
    "it": { "command": ${JSON.stringify(process.execPath)}, "args": ["-e", "${print}"], "env": { "GITHUB_TOKEN": "${token}" } }
  }
}
`;

let session: Session;
let config = '';
let env: NodeJS.ProcessEnv;

type Said = { out: string; err: string; status: number | null };

function run(words: string[], over: NodeJS.ProcessEnv = {}): Said {
  const options = { env: { ...env, ...over }, encoding: 'utf8', timeout: 60_000 } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, ...words], options);
  expect(stdout + stderr).not.toContain('internal error');
  return { out: stdout, err: stderr, status };
}

const migrate = (...words: string[]): Said => run(['migrate', ...words]);
const planOf = ({ out }: Said): Plan => Plan.parse(JSON.parse(out));
const read = (): string => fs.readFileSync(config, 'utf8');
const apply = (): Said => migrate('--apply', '--yes', '--program', program);

describe.skipIf(missing !== null)('migrate', () => {
  beforeAll(async () => {
    session = await startSession();
    await session.startKeyring();
    config = path.join(session.home, '.config/Claude/claude_desktop_config.json');
    fs.mkdirSync(path.dirname(config), { recursive: true });
    env = session.env;
  });
  afterAll(() => session.end());
  beforeEach(() => {
    fs.writeFileSync(config, text, { mode: 0o600 });
    // As if nobody had written it for a while.
    fs.utimesSync(config, new Date(0), new Date(0));
  });

  test('a plan changes nothing', () => {
    const said = migrate();
    expect([said.err, said.status]).toEqual(['', 0]);
    expect(planOf(said).items.map(({ action, field }) => [action, field])).toEqual([
      ['move', 'GITHUB_TOKEN'],
    ]);
    expect(said.out).not.toContain(token.slice(8));
    expect(read()).toBe(text);
    expect(fs.existsSync(path.join(session.home, '.local/share/shadowscan'))).toBe(false);
    expect(migrate('--format', 'human').out).toContain('Nothing was changed');
  });

  test('there, in use, and back', () => {
    const moved = planOf(apply());
    expect(moved.steps.map(({ state, why }) => [state, why])).toEqual([['applied', null]]);
    expect(read()).not.toContain(token);
    expect(read()).toContain('// mine');
    const it = JSON.parse(read().replace('// mine', '')).mcpServers.it as { command: string; args: string[] };
    expect(it.command).toBe(program);
    // As the client will start it, but for where the program lies.
    expect(run(it.args)).toEqual({ out: token, err: '', status: 0 });
    expect(run(it.args, { GITHUB_TOKEN: 'of the client' }).out).toBe(token);
    const [entry, dashes, ...command] = it.args.slice(2);
    expect(dashes).toBe('--');
    const other = run(['exec', '--entry', entry!, '--', command[0]!, '-p', 'process.env.GITHUB_TOKEN']);
    expect([other.out, other.status]).toEqual(['', 2]);
    const record = run(['exec', '--entry', `${entry}-undo`, '--', ...command]);
    expect([record.out, record.status]).toEqual(['', 2]);
    const scan = JSON.parse(run(['scan', '--format', 'json']).out) as { facts: { kind: string }[] };
    expect(scan.facts.filter(({ kind }) => kind === 'credential')).toEqual([]);

    expect(planOf(apply()).steps).toEqual([]);
    const back = planOf(migrate('--undo', '--yes'));
    expect(back.steps.map(({ state }) => state)).toEqual(['undone']);
    expect(read()).toBe(text);
    expect(planOf(migrate('--undo', '--yes')).steps).toEqual([]);
    const vault = path.join(session.home, '.local/share/shadowscan');
    const left = fs.readdirSync(vault, { recursive: true, withFileTypes: true });
    expect(left.filter((one) => one.isFile() && one.name !== '.lock').map(({ name }) => name)).toEqual([]);
  });

  test('a secret that is set anew by hand holds at once, and goes into the same entry', () => {
    apply();
    const fresh = expand('ghp_{a36}', 7);
    const moved = read();
    fs.writeFileSync(config, moved.replace('"env": {}', `"env": {"GITHUB_TOKEN": "${fresh}"}`));
    fs.utimesSync(config, new Date(0), new Date(0));
    const { args } = JSON.parse(moved.replace('// mine', '')).mcpServers.it as { args: string[] };
    const said = run(args, { GITHUB_TOKEN: fresh });
    expect([said.out, said.status]).toEqual([fresh, 0]);
    expect(said.err).toMatch(/^shadowscan: exec: GITHUB_TOKEN in .* is used; .*--apply.*\n$/);
    expect(run(args, { GITHUB_TOKEN: 'of the client' })).toEqual({ out: token, err: '', status: 0 });
    expect(planOf(migrate()).items.map(({ action }) => action)).toEqual(['update']);
    expect(migrate('--format', 'human').out).toContain('Would update: 1');
    expect(planOf(apply()).steps.map(({ state }) => state)).toEqual(['updated']);
    expect(read()).toBe(moved);
    expect(run(args)).toEqual({ out: fresh, err: '', status: 0 });
    expect(planOf(apply()).steps).toEqual([]);
    expect(planOf(migrate('--undo', '--yes')).steps.map(({ state }) => state)).toEqual(['undone']);
    expect(JSON.parse(read().replace('// mine', ''))).toEqual(
      JSON.parse(text.replace('// mine', '').replace(token, fresh)),
    );
  });

  test('a value set anew that looks like no secret goes into the entry too', () => {
    apply();
    const moved = read();
    fs.writeFileSync(config, moved.replace('"env": {}', '"env": {"GITHUB_TOKEN": "hunter2", "MODE": "x"}'));
    fs.utimesSync(config, new Date(0), new Date(0));
    const done = planOf(apply());
    expect(done.steps.map(({ state }) => state)).toEqual(['updated']);
    expect(done.notes.join('\n')).toContain('GITHUB_TOKEN, set anew, goes into its entry');
    expect(read()).not.toContain('hunter2');
    expect(read()).toContain('"MODE": "x"');
    expect(planOf(apply()).steps).toEqual([]);
    const { args } = JSON.parse(moved.replace('// mine', '')).mcpServers.it as { args: string[] };
    expect(run(args)).toEqual({ out: 'hunter2', err: '', status: 0 });
    expect(planOf(migrate('--undo', '--yes')).steps.map(({ state }) => state)).toEqual(['undone']);
    expect(read()).toContain('"GITHUB_TOKEN": "hunter2"');
  });

  test('a killed run is ended by the next one', () => {
    apply();
    const folder = path.join(session.home, '.local/share/shadowscan/migrate');
    const { entry } = planOf(migrate('--undo', '--yes')).steps[0]!;
    const temporary = path.join(path.dirname(config), '.claude_desktop_config.json.000000000000');
    fs.writeFileSync(temporary, text);
    const intent = { version: 1, doing: 'apply', path: config, boundary: session.home, temporary, entry };
    fs.writeFileSync(path.join(folder, 'journal'), JSON.stringify(intent));
    const next = planOf(apply());
    expect(next.recovered).toHaveLength(1);
    expect(next.steps.map(({ state }) => state)).toEqual(['applied']);
    expect(fs.readdirSync(path.dirname(config))).toEqual([path.basename(config)]);
    migrate('--undo', '--yes');
    expect(read()).toBe(text);
  });

  test('a client that asks a command for headers gets them for its server alone', () => {
    const url = 'https://mcp.example.org/mcp';
    const own = path.join(session.home, '.claude.json');
    const headers = { Authorization: `Bearer ${token}`, 'X-Other': '1' };
    const before = JSON.stringify({ mcpServers: { it: { type: 'http', url, headers } } }, null, 2);
    fs.writeFileSync(own, before);
    fs.utimesSync(own, new Date(0), new Date(0));
    const done = planOf(migrate('--apply', '--yes', '--program', program, '--tool', 'claude-code'));
    expect(done.steps.map(({ state }) => state)).toEqual(['applied']);
    const { it } = JSON.parse(fs.readFileSync(own, 'utf8')).mcpServers;
    expect(it.headers).toEqual({ 'X-Other': '1' });
    // As the client does: through a shell, with the address of its server.
    const line = (it.headersHelper as string).replace(program, `${process.execPath} ${main}`);
    const ask = (address: string) =>
      spawnSync(line, {
        env: { ...env, CLAUDE_CODE_MCP_SERVER_URL: address },
        encoding: 'utf8',
        shell: true,
      });
    expect(JSON.parse(ask(url).stdout)).toEqual({ Authorization: `Bearer ${token}` });
    const other = ask('https://evil.example/mcp');
    expect([other.stdout, other.status]).toEqual(['', 2]);
    expect(other.stderr).toContain('another address');
    const entry = done.steps[0]!.entry;
    const through = run(['exec', '--entry', entry, '--', 'headers', url]);
    expect([through.out, through.status]).toEqual(['', 2]);
    expect(planOf(migrate('--undo', '--yes')).steps.map(({ state }) => state)).toEqual(['undone']);
    expect(fs.readFileSync(own, 'utf8')).toBe(before);
    fs.rmSync(own);
  });

  test('without a keychain it says so, and changes nothing', () => {
    const said = run(['migrate', '--apply', '--yes', '--program', program], {
      DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
    });
    expect(said.err).toMatch(/^shadowscan: keychain_unavailable: .*; nothing was changed\n$/);
    expect([said.out, said.status]).toEqual(['', 2]);
    expect(read()).toBe(text);
  });

  test.each([
    [['--apply', '--undo'], 'not both'],
    [['--apply', '--home', '/x'], '--home prints a plan only'],
    [['--yes'], '--yes goes with'],
    [['--apply'], 'nobody can be asked here'],
    [['--apply', '--yes'], 'no installed shadowscan'],
    [['--apply', '--yes', '--program', '/tmp/shadowscan'], 'no installed shadowscan'],
    [['--tool', 'no-such-tool'], 'no tool is called so'],
  ])('%s is refused', (words, why) => {
    const program =
      words.length === 1 && words[0] === '--apply' ? ['--program', '/usr/local/bin/shadowscan'] : [];
    const said = migrate(...words, ...program);
    expect(said.err).toContain(why);
    expect(said.err.trim().split('\n')).toHaveLength(1);
    expect([said.status, read()]).toEqual([2, text]);
  });
});
