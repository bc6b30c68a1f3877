/** `scan --processes` from end to end: real processes, the program as users run it, and hosts that fail. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadRules } from '../../src/cli/load.ts';
import type { Fact } from '../../src/model/fact.ts';
import type { Process, ProcessList } from '../../src/model/host.ts';
import type { Report } from '../../src/model/report.ts';
import { scan } from '../../src/scan.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { testHost } from '../fixture.ts';
import { expand } from '../recipe.ts';

const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const folders: string[] = [];
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function newHome(files: Record<string, string> = {}): string {
  const home = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-live-')));
  folders.push(home);
  for (const [name, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), text);
  }
  return home;
}

function run(home: string, args: string[], wrapper: string[] = []) {
  const [command, ...rest] = [...wrapper, process.execPath, program, ...args];
  const env = { PATH: process.env['PATH'], HOME: home };
  return spawnSync(command!, rest, { encoding: 'utf8', env, maxBuffer: 1 << 28 });
}

/** Rules of one tool that nothing else on the machine is. */
const tool = `name: Nobody's Agent
vendor: Somebody
category: cli-agent
homepage: https://example.com
source: its documents
checked: 2026-11
installed: { binaries: nobodys-agent, npm: "@nobody/agent" }
running:
  options:
    - { option: --never-ask, setting: approval, level: bypass }
    - { option: --mode, value: [wild], setting: sandbox, level: bypass }
files:
  - path: ~/.nobodys-agent/config.json
    proves: { endpoint: { at: serve, url: url, role: serves } }
`;

const listens = `const net = require('node:net');
const one = net.createServer().listen(0, '127.0.0.1', () => {
  const two = net.createServer().listen(0, '0.0.0.0', () =>
    console.log(one.address().port + ' ' + two.address().port));
});
`;

async function start(file: string, args: string[], argv0?: string): Promise<number[]> {
  const child = spawn(file, args, {
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(argv0 !== undefined && { argv0 }),
  });
  children.push(child);
  const text = await new Promise<string>((resolve) =>
    child.stdout!.once('data', (data) => resolve(String(data))),
  );
  return text.trim().split(' ').map(Number);
}

const kinds = ['agent', 'permission', 'endpoint'];
const told = (facts: Fact[]): Fact[] =>
  facts.filter(({ kind, tools }) => kinds.includes(kind) && tools.includes('nobodys-agent'));

describe.skipIf(process.platform !== 'linux')('on this machine', () => {
  test('an agent that runs is told with its settings and ports, and its arguments are not', async () => {
    const home = newHome({ 'rules/tools/nobodys-agent.yaml': tool });
    const rules = path.join(home, 'rules');
    const script = path.join(home, 'lib/node_modules/@nobody/agent/cli.cjs');
    const helper = path.join(home, 'nobodys-agent-helper.cjs');
    fs.mkdirSync(path.dirname(script), { recursive: true });
    for (const file of [script, helper]) fs.writeFileSync(file, listens);
    const token = expand('ghp_{a36}', 11);
    const [near, far] = await start(process.execPath, [
      script,
      '--never-ask',
      '--mode=wild',
      '--key',
      token,
      'a prompt',
    ]);
    // Decoys: a helper of another name, a script that is given the agent's, a search for its name.
    const others = [
      ...(await start(process.execPath, [helper, '--never-ask', script])),
      ...(await start(process.execPath, ['-e', listens, 'nobodys-agent', '--never-ask'])),
    ];
    children.push(spawn('grep', ['nobodys-agent'], { stdio: ['pipe', 'ignore', 'ignore'] }));
    children.push(spawn('sleep', ['60'], { argv0: 'nobodys-agent-helper' }));

    fs.mkdirSync(path.join(home, '.nobodys-agent'));
    fs.writeFileSync(
      path.join(home, '.nobodys-agent/config.json'),
      JSON.stringify({ serve: { url: `http://localhost:${near}` } }),
    );
    const args = ['scan', '--processes', '--rules', rules, '--format', 'json', '--exit-zero'];
    const { stdout, stderr, status } = run(home, args);
    expect([stderr, status]).toEqual(['', 0]);
    const report = JSON.parse(stdout) as Report;
    const facts = told(report.facts);
    const origin = { path: script };
    expect(facts.filter(({ kind }) => kind === 'agent')).toMatchObject([
      { user: report.run.homes[0]!.user, tiers: ['configured', 'running'], confidence: 'high' },
    ]);
    expect(JSON.stringify(facts)).toContain(`{"tier":"running","by":"process","path":"${script}"}`);
    expect(
      facts.flatMap((fact) => (fact.kind === 'permission' ? [`${fact.setting}: ${fact.value}`] : [])),
    ).toEqual(expect.arrayContaining(['approval: --never-ask', 'sandbox: --mode=wild']));
    // The near port is what the file says already.
    const places = facts.flatMap((fact) => (fact.kind === 'endpoint' ? [fact] : []));
    expect(places.map(({ host, port, exposure }) => `${host} ${port} ${exposure}`).toSorted()).toEqual([
      `0.0.0.0 ${far} network`,
      `localhost ${near} loopback`,
    ]);
    expect(places.find(({ port }) => port === far)).toMatchObject({
      role: 'serves',
      origin,
      byDefault: false,
    });
    expect(report.findings.map(({ check }) => check)).toEqual(
      expect.arrayContaining(['permission-bypass', 'endpoint-exposed']),
    );
    const ports = report.facts.flatMap((fact) => (fact.kind === 'endpoint' ? [fact.port] : []));
    for (const port of others) expect(ports).not.toContain(port);
    for (const text of ['nobodys-agent-helper', 'a prompt', token.slice(4, 16)])
      expect(stdout).not.toContain(text);
    expect(report.run.sideEffects).toEqual([]);

    const again = told((JSON.parse(run(home, args).stdout) as Report).facts);
    expect(again).toEqual(facts);
    const without = JSON.parse(
      run(
        home,
        args.filter((one) => one !== '--processes'),
      ).stdout,
    ) as Report;
    expect(told(without.facts)).toMatchObject([
      { kind: 'agent', tiers: ['configured'] },
      { kind: 'endpoint' },
    ]);
  }, 60_000);

  test('it starts no process and makes no connection', () => {
    const home = newHome();
    const log = path.join(home, 'trace');
    const calls = 'trace=execve,execveat,fork,vfork,clone,clone3,socket,connect';
    expect(spawnSync('strace', ['-V']).status, 'strace is needed; .ci/run installs it').toBe(0);
    const args = ['scan', '--processes', '--format', 'json', '--exit-zero'];
    const { status } = run(home, args, ['strace', '-f', '-qq', '-e', calls, '-o', log]);
    expect(status).toBe(0);
    const lines = fs.readFileSync(log, 'utf8').split('\n');
    const bad = lines.filter(
      (line) =>
        /\b(?:execve|execveat|fork|vfork|clone3?|socket|connect)\(/.test(line) && !/CLONE_THREAD/.test(line),
    );
    // The first line is the program's own start.
    expect(bad.filter((line) => !line.includes(process.execPath) || !line.includes('execve('))).toEqual([]);
  });
});

describe('what the host tells', () => {
  const someone = (program: string, owner: number | null): Process => ({
    pid: 7,
    owner,
    program,
    args: [program, '--yolo'].map((arg) => new Secret(arg)),
    exact: true,
  });
  const listOf = (processes: Process[], more: Partial<ProcessList> = {}): ProcessList => ({
    processes,
    refusals: [],
    listening: () => ({ sockets: [], refusals: [] }),
    ...more,
  });
  async function look(list: ProcessList | (() => ProcessList), options: { timeLimit?: number } = {}) {
    const home = newHome();
    const processes = typeof list === 'function' ? list : () => list;
    const host = testHost({ user: { name: 'dev', home }, processes });
    const { facts, run } = scan(host, await loadRules(), { processes: true, ...options });
    const mine = facts.filter((fact) => kinds.includes(fact.kind) && fact.tools.includes('codex'));
    const gaps = facts.flatMap((fact) => (fact.kind === 'gap' ? [`${fact.origin.path} ${fact.reason}`] : []));
    return { mine, gaps, status: run.status };
  }
  const own = process.getuid?.() ?? 0;

  test('of somebody else it is the machine’s', async () => {
    const agents = async (owner: number | null) => {
      const { mine } = await look(listOf([someone('/opt/codex', owner)]));
      return mine.map(({ kind, user, scope }) => [kind, user, scope]);
    };
    expect(await agents(own)).toContainEqual(['agent', 'dev', 'user']);
    for (const owner of [4_242_424, null])
      expect(await agents(owner)).toContainEqual(['agent', null, 'machine']);
  });

  test('whatever could not be seen is a gap', async () => {
    const { gaps, status } = await look(
      listOf([someone('/opt/codex', own)], {
        refusals: [{ path: '/proc', reason: 'unreadable' }],
        listening: () => ({ sockets: [], refusals: [{ path: '/usr/sbin/lsof', reason: 'time-limit' }] }),
      }),
    );
    expect(gaps).toEqual(expect.arrayContaining(['/proc unreadable', '/usr/sbin/lsof time-limit']));
    expect(status).toBe('partial');
  });

  test('sockets are asked for where there is an agent, and for it alone', async () => {
    const asked: number[][] = [];
    const listening: ProcessList['listening'] = (pids) => {
      asked.push(pids);
      return { sockets: [], refusals: [] };
    };
    await look(listOf([someone('/opt/other', own)], { listening }));
    expect(asked).toEqual([]);
    await look(
      listOf([{ ...someone('/opt/other', own), pid: 8 }, someone('/opt/codex', own)], { listening }),
    );
    expect(asked).toEqual([[7]]);
  });

  test('a scan that is out of time does not begin', async () => {
    const { gaps, mine } = await look(
      () => {
        throw new Error('asked all the same');
      },
      { timeLimit: 0.001 },
    );
    expect(mine.filter((fact) => fact.kind === 'agent' && fact.tiers.includes('running'))).toEqual([]);
    expect(gaps).toContain('/ time-limit');
  });
});

describe('the call', () => {
  test.each([
    [['--home', os.tmpdir()]],
    [['--root', '/']],
    [['.']],
    [['--home', os.tmpdir(), '--platform', 'windows']],
  ])('--processes is of this machine as it runs, not of %j', (args) => {
    const { status, stdout, stderr } = run(os.tmpdir(), ['scan', '--processes', ...args]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toEqual([expect.stringMatching(/--processes looks at this machine/)]);
  });

  test('the help says what it starts', () => {
    const { stdout } = run(os.tmpdir(), ['scan', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toMatch(
      /--processes look at running programs.*ps.*macOS.*PowerShell.*Windows/,
    );
  });
});
