/** What can be moved and what cannot, and configs that others write at the same time. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { editDisk } from '../../src/host/edit-disk.ts';
import { type Work, applyOne, undoOne, undoable } from '../../src/migrate/carry-out.ts';
import { outdatedLists } from '../../src/migrate/outdated-lists.ts';
import { headersOf } from '../../src/migrate/headers.ts';
import { launchNow } from '../../src/migrate/launch.ts';
import { changedSince, reseal } from '../../src/migrate/reseal.ts';
import { commandDigest } from '../../src/migrate/vault.ts';
import { demandOwner } from '../../src/cli/migrate-demands.ts';
import { Plan } from '../../src/model/plan.ts';
import { planText } from '../../src/report/plan-text.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { testHost } from '../fixture.ts';
import { expand } from '../recipe.ts';
import { homeWith, hostIn, planFor, program, rules, vaultOn } from './desk.ts';
import { memoryHost } from './memory-host.ts';

const token = expand('ghp_{a36}');
const desktop = '.config/Claude/claude_desktop_config.json';
const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true });
});

function home(files: Record<string, string | Buffer>): string {
  const made = homeWith(files);
  folders.push(made);
  return made;
}

const servers = (all: Record<string, unknown>): string => JSON.stringify({ mcpServers: all }, null, 2);
const one = (server: unknown): string => servers({ it: server });
const withToken = { command: 'npx', args: ['-y', 'gh-mcp@1.0.0'], env: { GITHUB_TOKEN: token } };

let aside = '';
beforeEach(() => {
  aside = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-plan-'));
  folders.push(aside);
});

async function workFor(kit: Work['kit'], over: Partial<Work['host']> = {}): Promise<Work> {
  const vault = await vaultOn(memoryHost(aside));
  return { host: { ...hostIn(path.join(aside, 'migrate')), ...over }, vault, kit, written: new Map() };
}

/** Reason or `move`, by field. */
const decisions = (folder: string): Record<string, string | null> =>
  Object.fromEntries(
    planFor(folder).planning.items.map(({ field, reason, action }) => [field, reason ?? action]),
  );

describe('what stays', () => {
  test.each([
    ['move', withToken],
    ['twice', { ...withToken, envs: { GITHUB_TOKEN: expand('ghp_{a36}', 2) } }],
    ['one-line', { command: 'npx', args: '-y gh-mcp@1.0.0', env: { GITHUB_TOKEN: token } }],
    ['one-line', { command: "sh -c 'gh-mcp'", env: { GITHUB_TOKEN: token } }],
    ['no-command', { url: 'https://mcp.example.org/mcp', env: { GITHUB_TOKEN: token } }],
  ])('%s', (reason, server) => {
    expect(decisions(home({ [desktop]: one(server) }))['GITHUB_TOKEN']).toBe(reason);
  });

  test('what a client fills in as the command cannot be sealed', () => {
    const server = { ...withToken, command: '${RUNNER}' };
    expect(decisions(home({ '.claude.json': one(server) }))).toEqual({ GITHUB_TOKEN: 'client-variable' });
    // This client fills in nothing.
    expect(decisions(home({ [desktop]: one(server) }))).toEqual({ GITHUB_TOKEN: 'move' });
  });

  test('an argument moves only where its program says how else', () => {
    const key = expand('ctx7sk-{U}');
    const args = (name: string) => one({ command: 'npx', args: ['-y', name, '--api-key', key] });
    expect(decisions(home({ [desktop]: args('@upstash/context7-mcp') }))).toEqual({ 'api-key': 'move' });
    expect(decisions(home({ [desktop]: args('other-mcp') }))).toEqual({ 'api-key': 'argument' });
  });

  test.each([
    ['move', '@mondaydotcomorg/monday-api-mcp', ['-t', '%']],
    ['move', '@mondaydotcomorg/monday-api-mcp@3.3.0', ['-t=%']],
    ['move', '@mondaydotcomorg/monday-api-mcp', ['--token', '%']],
    // Of a program that nobody knows an option of one letter says nothing.
    [null, 'other-mcp', ['-t', '%']],
    [null, '@mondaydotcomorg/monday-api-mcp', ['-t', '${monday_token}']],
    [null, '@mondaydotcomorg/monday-api-mcp', ['-t', 'YOUR_TOKEN']],
    [null, '@mondaydotcomorg/monday-api-mcp', ['-x', '%']],
  ])('what is known to be a secret is one under any name: %s %s %j', (decision, name, given) => {
    const key = expand('{a40}');
    const args = ['-y', name, ...given.map((arg) => arg.replace('%', key))];
    const folder = home({ [desktop]: one({ command: 'npx', args }) });
    expect(Object.values(decisions(folder))).toEqual(decision === null ? [] : [decision]);
    const { report, planning } = planFor(folder);
    expect(JSON.stringify([report, planning.items])).not.toContain(key.slice(10));
    const [server] = report.facts.filter(({ kind }) => kind === 'server');
    expect(server).toMatchObject({
      args: [
        '-y',
        name,
        expect.stringMatching(/^-(?:t|x|-token)/),
        ...given.slice(1).map(() => expect.anything()),
      ],
    });
  });

  test.each([
    ['@21st-dev/magic@latest', 'API_KEY="%"', 'move'],
    ['@21st-dev/magic@latest', "API_KEY='%'", 'move'],
    ['@21st-dev/magic@latest', '--API_KEY= "%" ', 'move'],
    ['@21st-dev/magic@latest', 'API_KEY=%', 'move'],
    // Nothing says that this one takes quotes off, so they may be part of its key.
    ['@stripe/mcp', '--api-key="%"', 'argument'],
    ['@stripe/mcp', '--api-key=%', 'move'],
  ])('quotes in an argument are no part of the variable: %s %s', async (name, form, decision) => {
    const key = expand('{b40}');
    const text = one({ command: 'npx', args: ['-y', name, form.replace('%', key)] });
    const folder = home({ [desktop]: text });
    expect(Object.values(decisions(folder))).toEqual([decision]);
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    for (const step of planning.planned) {
      expect(await applyOne(work, step)).toMatchObject({ refused: null });
      const { values } = (await work.vault.get(step.entry))!;
      expect(Object.values(values).map((value) => Secret.open(value))).toEqual([key]);
      expect(fs.readFileSync(path.join(folder, desktop), 'utf8')).not.toContain(key);
      expect(await undoOne(work, step.entry)).toEqual({ refused: null });
    }
    expect(fs.readFileSync(path.join(folder, desktop), 'utf8')).toBe(text);
  });

  test.each([
    ['.config/Code/User/mcp.json', 'servers', '${input:NAME}'],
    ['.cursor/mcp.json', 'mcpServers', null],
  ])('a header that stays is told with what its client offers instead: %s', (name, key, hint) => {
    const server = {
      type: 'http',
      url: 'https://mcp.example.org/mcp',
      headers: { Authorization: `Bearer ${token}` },
    };
    const [item] = planFor(home({ [name]: JSON.stringify({ [key]: { it: server } }) })).planning.items;
    expect(item).toMatchObject({ reason: 'header' });
    if (hint === null) expect(item!.todo[0]).toContain('OAuth');
    else expect(item!.todo[0]).toContain(hint);
  });

  test('hints of one client stand under its own secret', () => {
    const server = (key: string) =>
      JSON.stringify({
        [key]: {
          it: { type: 'http', url: 'https://x.org/mcp', headers: { Authorization: `Bearer ${token}` } },
        },
      });
    const folder = home({
      '.config/Code/User/mcp.json': server('servers'),
      '.cursor/mcp.json': server('mcpServers'),
    });
    const { items } = planFor(folder).planning;
    const plan = {
      schema: 'shadowscan.plan/1',
      mode: 'plan',
      items,
      steps: [],
      recovered: [],
      notes: [],
      vault: [],
    };
    const lines = [...planText({ ...plan, refusal: null } as never)].join('').split('\n');
    const at = lines.findIndex((line) => line.includes('${input:NAME}'));
    expect(lines[at - 1]).toContain('Code/User/mcp.json');
    expect(lines.filter((line) => line.includes('${input:NAME}'))).toHaveLength(1);
  });

  test('a header of Codex can be named by a variable', () => {
    const text = `[mcp_servers.it]\nurl = "https://mcp.example.org/mcp"\nhttp_headers = { Authorization = "Bearer ${token}" }\n`;
    const [item] = planFor(home({ '.codex/config.toml': text })).planning.items;
    expect(item).toMatchObject({ reason: 'header' });
    expect(item!.todo[0]).toContain('bearer_token_env_var');
  });

  describe('variables that a container is given', () => {
    const assign = `GITHUB_TOKEN=${token}`;
    const image = 'ghcr.io/x/y:1';
    test.each([
      ['move', ['docker', 'run', '-i', '--rm', '-e', assign, image]],
      ['move', ['docker', 'container', 'run', `--env=${assign}`, image, '--stdio']],
      ['move', ['/usr/bin/podman', 'run', '--name', '-e', '-e', assign, image]],
      ['move', ['nerdctl', 'run', '--env', assign, image]],
      ['move', ['env', 'A=b', assign, 'npx', '-y', 'gh-mcp@1.0.0']],
      // These are for the program in the container, or of another option.
      ['argument', ['docker', 'run', image, '-e', assign]],
      ['argument', ['docker', 'run', '--name', '-e', '--label', assign, image]],
      // They document no name without a value, or begin with nothing.
      ['argument', ['lima', 'nerdctl', 'run', '-e', assign, image]],
      ['argument', ['env', '-i', assign, 'npx', '-y', 'gh-mcp@1.0.0']],
    ])('%s: %j', (reason, command) => {
      const text = JSON.stringify({ mcp: { it: { type: 'local', command } } }, null, 2);
      expect(decisions(home({ '.config/opencode/opencode.json': text }))).toEqual({ GITHUB_TOKEN: reason });
      const [program, ...args] = command;
      expect(decisions(home({ [desktop]: one({ command: program, args }) }))).toEqual({
        GITHUB_TOKEN: reason,
      });
    });

    test('go there and back in a list that is command and arguments', async () => {
      const command = ['docker', 'run', '-i', '-e', assign, image];
      const text = JSON.stringify({ mcp: { it: { type: 'local', command } } }, null, 2);
      const folder = home({ '.config/opencode/opencode.json': text });
      const file = path.join(folder, '.config/opencode/opencode.json');
      const { planning, kit } = planFor(folder);
      const work = await workFor(kit);
      expect(await applyOne(work, planning.planned[0]!)).toMatchObject({ refused: null });
      const moved = JSON.parse(fs.readFileSync(file, 'utf8')).mcp.it.command as string[];
      expect(moved.slice(0, 3)).toEqual([program, 'exec', '--entry']);
      expect(moved.slice(4)).toEqual(['--', 'docker', 'run', '-i', '-e', 'GITHUB_TOKEN', image]);
      expect(await undoOne(work, planning.planned[0]!.entry)).toEqual({ refused: null });
      expect(fs.readFileSync(file, 'utf8')).toBe(text);
    });
  });

  test('of a key that is given twice both are told, and neither is touched', async () => {
    const second = expand('ghp_{a36}', 2);
    const text = `{"mcpServers":{"it":{"command":"gh-mcp","env":{"T":"${token}","X":"1","T":"${second}"}},
      "b":{"command":"gh-mcp","env":{"GITHUB_TOKEN":"${token}"}}}}`;
    const folder = home({ [desktop]: text });
    const { planning, kit } = planFor(folder);
    const told = planning.items.map(({ server, reason, action, masked, origin }) => [
      server,
      reason ?? action,
      masked,
      origin.column,
    ]);
    expect(told.filter(([server]) => server === 'it')).toEqual([
      ['it', 'twice', `${token.slice(0, 6)}…`, text.indexOf('"T"') + 1],
      ['it', 'twice', `${second.slice(0, 6)}…`, text.lastIndexOf('"T"') + 1],
    ]);
    expect(told.filter(([server]) => server === 'b')).toHaveLength(1);
    const work = await workFor(kit);
    for (const step of planning.planned) expect(await applyOne(work, step)).toMatchObject({ refused: null });
    expect(fs.readFileSync(path.join(folder, desktop), 'utf8')).toContain(text.slice(0, text.indexOf('\n')));
    for (const entry of await undoable(work.vault)) await undoOne(work, entry);
    expect(fs.readFileSync(path.join(folder, desktop), 'utf8')).toBe(text);
  });

  test('a header moves only where all clients of the file ask a helper', () => {
    const server = {
      type: 'http',
      url: 'https://mcp.example.org/mcp',
      headers: { Authorization: `Bearer ${token}` },
    };
    expect(decisions(home({ '.claude.json': one(server) }))).toEqual({ Authorization: 'move' });
    expect(decisions(home({ '.cursor/mcp.json': one(server) }))).toEqual({ Authorization: 'header' });
  });

  test('links, second names, and files of a repository', () => {
    const linked = home({ 'real.json': one(withToken), '.config/Claude/x': '' });
    fs.symlinkSync('../../real.json', path.join(linked, desktop));
    expect(decisions(linked)).toEqual({ GITHUB_TOKEN: 'link' });
    const folder = home({ 'dots/claude_desktop_config.json': one(withToken), '.config/x': '' });
    fs.symlinkSync('../dots', path.join(folder, '.config/Claude'));
    expect(decisions(folder)).toEqual({ GITHUB_TOKEN: 'link' });
    const named = home({ [desktop]: one(withToken) });
    fs.linkSync(path.join(named, desktop), path.join(named, 'second.json'));
    expect(decisions(named)).toEqual({ GITHUB_TOKEN: 'several-names' });
    const shared = home({ '.cursor/mcp.json': one(withToken) });
    for (const words of [
      ['init', '-q'],
      ['add', '.cursor/mcp.json'],
    ])
      execFileSync('git', ['-C', shared, ...words]);
    expect(decisions(shared)).toEqual({ GITHUB_TOKEN: 'repository' });
  });

  test('a broken file is left alone', () => {
    const broken = one(withToken).replace('"command"', 'command');
    expect(decisions(home({ [desktop]: broken }))).toEqual({ GITHUB_TOKEN: 'broken' });
  });
});

test('the plan is for people and programs, and has no secret', () => {
  const folder = home({
    [desktop]: one(withToken),
    '.cursor/mcp.json': one({ url: `https://x.org/?api_key=${token}` }),
  });
  const { planning } = planFor(folder);
  const whole = {
    schema: 'shadowscan.plan/1',
    mode: 'plan',
    items: planning.items,
    steps: [],
    recovered: [],
    notes: [],
    vault: [],
    refusal: null,
  };
  expect(Plan.parse(whole)).toEqual(whole);
  expect(JSON.stringify(whole)).not.toContain(token.slice(8));
  const text = [...planText(Plan.parse(whole))].join('');
  expect(text).not.toContain(token.slice(8));
  expect(text).toContain('Would move: 1');
  expect(text).toContain('Cannot be moved: 1');
});

test('root changes nothing in a home that is not its own', () => {
  const host = (uid: number, effectiveUid: number) => ({
    ...testHost({ user: { name: 'dev', home: '/home/dev' }, effectiveUid }),
    look: () => ({ type: 'directory' as const, size: 0, mode: 0o700, uid, modifiedAt: 0, realPath: '' }),
  });
  expect(() => demandOwner(host(1000, 0))).toThrow(/sudo -u NAME/);
  expect(() => demandOwner(host(0, 0))).not.toThrow();
  expect(() => demandOwner(host(1000, 1000))).not.toThrow();
});

test.each([
  ['/usr/local/bin/shadowscan headers --entry a --url-from U', []],
  ['/usr/bin/node /usr/lib/node_modules/shadowscan/main.js headers --entry a --url-from U', []],
  ['/tmp/shadowscan headers --entry a --url-from U', ['helper-command']],
  ['/usr/local/bin/shadowscan headers --entry a; other', ['helper-command']],
  ['ssh other.example /usr/local/bin/shadowscan headers --entry a', ['helper-command']],
  ['/opt/corp/headers', ['helper-command']],
])('a helper that lists can rely on is ours alone: %s', (headersHelper, doubts) => {
  const text = one({ type: 'http', url: 'https://mcp.example.org/mcp', headersHelper });
  const found = planFor(home({ '.claude.json': text })).report.facts.find(({ kind }) => kind === 'server');
  expect(found).toMatchObject({ doubts });
});

test('an entry as a whole is told by its id', () => {
  const step = {
    entry: 'it-0123',
    path: '/home/dev/x.json',
    tools: [],
    state: 'forgotten',
    why: null,
  } as const;
  const plan = {
    schema: 'shadowscan.plan/1',
    mode: 'forget',
    items: [],
    recovered: [],
    notes: [],
    vault: [],
  } as const;
  const said = (server: string) =>
    [...planText({ ...plan, items: [], refusal: null, steps: [{ ...step, server }] } as never)].join('');
  expect(said('')).toContain('  dropped: it-0123, from /home/dev/x.json\n');
  expect(said('it')).toContain('  dropped: it in /home/dev/x.json (it-0123)\n');
});

test('names of servers cannot act on a terminal', () => {
  const folder = home({ [desktop]: servers({ 'a\u001b[2Jb': withToken }) });
  const { items } = planFor(folder).planning;
  const plan = {
    schema: 'shadowscan.plan/1',
    mode: 'plan',
    items,
    steps: [],
    recovered: [],
    notes: [],
    vault: [],
    refusal: null,
  } as const;
  expect([...planText(plan as never)].join('')).not.toContain('\u001b');
});

test('lists of clients that name a command word by word are told, others are not', () => {
  const root = home({
    'etc/claude-code/managed-settings.json': JSON.stringify({
      allowedMcpServers: [
        { serverCommand: ['npx', '-y', 'gh-mcp@1.0.0'] },
        { serverCommand: ['npx', '-y', 'other@1.0.0'] },
        { serverName: 'named' },
      ],
    }),
    'home/dev/.claude.json': servers({
      it: withToken,
      named: { ...withToken, args: ['-y', 'gh-mcp@2.0.0'] },
      plain: { command: 'npx', args: ['-y', 'other@1.0.0'] },
    }),
    'home/dev/.cursor/mcp.json': servers({ elsewhere: withToken }),
  });
  const { planning, enforced } = planFor(path.join(root, 'home/dev'), 'linux', undefined, { root });
  expect(planning.planned.map(({ layout }) => layout.name).toSorted()).toEqual(['elsewhere', 'it', 'named']);
  const told = outdatedLists(planning.planned, enforced);
  expect(told.map(({ list, servers: names }) => [list.claim.tool.id, names])).toEqual([
    ['claude-code', ['it']],
  ]);
});

test('a choice by tool and by check', () => {
  const folder = home({ [desktop]: one(withToken), '.cursor/mcp.json': one(withToken) });
  const paths = (choice: { only: string[]; tools: string[] }) =>
    planFor(folder, 'linux', choice).planning.planned.map(({ layout }) =>
      path.relative(folder, layout.source.path),
    );
  expect(paths({ only: [], tools: ['cursor'] })).toEqual(['.cursor/mcp.json']);
  const { report, planning } = planFor(folder);
  const check = report.findings.find(({ fact }) => fact === planning.items[0]!.credential)!.check;
  expect(paths({ only: [check], tools: [] }).toSorted()).toEqual([desktop, '.cursor/mcp.json'].toSorted());
  expect(paths({ only: [planning.items[0]!.credential], tools: [] })).toHaveLength(1);
  expect(paths({ only: ['no-such-check'], tools: [] })).toEqual([]);
});

describe('applying', () => {
  const read = (folder: string, name = desktop): string => fs.readFileSync(path.join(folder, name), 'utf8');

  test('the entry is sealed to the command that the config starts now', async () => {
    const folder = home({ [desktop]: one(withToken) });
    fs.chmodSync(path.join(folder, desktop), 0o640);
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    expect(await applyOne(work, planning.planned[0]!)).toMatchObject({ refused: null });
    const { it } = JSON.parse(read(folder)).mcpServers;
    const entry = await work.vault.get(planning.planned[0]!.entry);
    expect(it).toEqual({
      command: program,
      args: ['exec', '--entry', entry!.id, '--', 'npx', '-y', 'gh-mcp@1.0.0'],
      env: {},
    });
    expect(entry!.binding).toEqual({
      config: path.join(folder, desktop),
      pointer: '/mcpServers/it',
      command: commandDigest(it.args.slice(4)),
    });
    expect(Object.keys(entry!.values)).toEqual(['GITHUB_TOKEN']);
    expect(Secret.open(entry!.values['GITHUB_TOKEN']!)).toBe(token);
    expect(fs.statSync(path.join(folder, desktop)).mode & 0o777).toBe(0o640);
    expect(fs.readdirSync(path.dirname(path.join(folder, desktop)))).toEqual([path.basename(desktop)]);
  });

  test('arguments that the client fills in are sealed as far as they stand there', async () => {
    const server = { ...withToken, args: ['-y', 'gh-mcp@1.0.0', '--root=${HOME}/work'] };
    const folder = home({ '.claude.json': one(server) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    expect(await applyOne(work, planning.planned[0]!)).toMatchObject({ refused: null });
    const entry = await work.vault.get(planning.planned[0]!.entry);
    const open = [{ at: 3, before: '--root=', after: '/work' }];
    expect(entry!.open).toEqual(open);
    expect(entry!.binding.command).toBe(
      commandDigest(['npx', '-y', 'gh-mcp@1.0.0', '--root=/home/dev/work'], open),
    );
  });

  test('a changed command is refused until its entry is named', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    await applyOne(work, planning.planned[0]!);
    const { layouts } = planFor(folder);
    const { entry } = planning.planned[0]!;
    expect(changedSince(layouts, await work.vault.list())).toEqual([]);
    const upgraded = read(folder).replace('gh-mcp@1.0.0', 'gh-mcp@2.0.0');
    fs.writeFileSync(path.join(folder, desktop), upgraded);
    const changed = changedSince(planFor(folder).layouts, await work.vault.list());
    expect(changed.map((found) => [found.entry, found.argv])).toEqual([
      [entry, ['npx', '-y', 'gh-mcp@2.0.0']],
    ]);
    await reseal(work.vault, changed[0]!, rules);
    const sealed = await work.vault.get(entry);
    expect(sealed!.binding.command).toBe(commandDigest(['npx', '-y', 'gh-mcp@2.0.0']));
    expect(Secret.open(sealed!.values['GITHUB_TOKEN']!)).toBe(token);
    expect(changedSince(planFor(folder).layouts, await work.vault.list())).toEqual([]);
  });

  test('a changed address gets no headers until its entry is named', async () => {
    const claude = '.claude.json';
    const header = (url: string) => one({ type: 'http', url, headers: { Authorization: `Bearer ${token}` } });
    const [old, now] = ['https://mcp.example.org/mcp', 'https://mcp.example.org/v2'];
    const folder = home({ [claude]: header(old) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    await applyOne(work, planning.planned[0]!);
    const { entry } = planning.planned[0]!;
    const changed = async () => {
      const { report, layouts } = planFor(folder);
      const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
      const read = layouts.map((layout) => ({
        ...layout,
        tools: readers.get(layout.server) ?? layout.tools,
      }));
      const looking = { rules, read: editDisk.read };
      return changedSince(read, await work.vault.list(), (layout) => launchNow(layout, looking));
    };
    const file = path.join(folder, claude);
    const named = async (): Promise<null> => null;
    expect(await changed()).toEqual([]);
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(old, now));
    await expect(headersOf(work.vault, entry, now, named)).rejects.toThrow('another address');
    const [found, ...others] = await changed();
    expect([found!.entry, found!.url, others]).toEqual([entry, now, []]);
    expect(await reseal(work.vault, found!, rules)).toBe(true);
    expect(await headersOf(work.vault, entry, now, named)).toBe(`{"Authorization":"Bearer ${token}"}`);
    await expect(headersOf(work.vault, entry, old, named)).rejects.toThrow('another address');
    expect(await changed()).toEqual([]);
    // What a client fills in could be any address.
    fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(now, 'https://${HOST}/mcp'));
    expect(await reseal(work.vault, (await changed())[0]!, rules)).toBe(false);
  });

  test('whatever a definition is called and however it is written, it goes there and back', async () => {
    const hostile = `{"mcpServers":{
      "__proto__":{"command":"npx","args":["-y","a@1.0.0"],"env":{"GITHUB_TOKEN":"${token}","__proto__":"${token}"}},
      "../../x":{"command":"npx","args":["--entry","x","--","y"],"env":{"GITHUB_TOKEN":"${token}"}},
      "\\u001b[31m":{"command":["npx","-y","b@1.0.0"],"env":[{"name":"GITHUB_TOKEN","value":"${token}"},{"name":"B","value":"1"}]},
      "a/b~c":{"command":"npx","env":["GITHUB_TOKEN=${token}","X=1"]},
      "${token}":{"command":"npx","env":{"GITHUB_TOKEN":"${token}"}}}}`;
    const toml = `[mcp_servers."a.b"]\r\ncommand = """npx"""\r\n[mcp_servers."a.b".env]\r\nGITHUB_TOKEN = '${token}'\r\n`;
    const folder = home({ [desktop]: hostile, '.codex/config.toml': toml });
    const { planning, kit } = planFor(folder);
    expect(planning.planned).toHaveLength(6);
    const work = await workFor(kit);
    for (const one of planning.planned) expect(await applyOne(work, one)).toMatchObject({ refused: null });
    const texts = read(folder) + read(folder, '.codex/config.toml');
    expect((await work.vault.list()).map((label) => JSON.stringify(label)).join('')).not.toContain(token);
    // The name of one is no place that anybody keeps a secret in.
    expect(texts.split(token)).toHaveLength(2);
    const proto = await work.vault.get(
      planning.planned.find(({ layout }) => layout.name === '__proto__')!.entry,
    );
    expect(Object.keys(proto!.values).toSorted()).toEqual(['GITHUB_TOKEN', '__proto__']);
    for (const entry of await undoable(work.vault))
      expect(await undoOne(work, entry)).toEqual({ refused: null });
    expect(read(folder)).toBe(hostile);
    expect(read(folder, '.codex/config.toml')).toBe(toml);
    expect(fs.readdirSync(folder).toSorted()).toEqual(['.codex', '.config']);
  });

  test('a secret added later is moved as well, and both come back', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const first = planFor(folder);
    const work = await workFor(first.kit);
    await applyOne(work, first.planning.planned[0]!);
    const second = expand('ghp_{a36}', 9);
    const changed = read(folder).replace('"env": {}', `"env": { "OTHER_TOKEN": "${second}" }`);
    fs.writeFileSync(path.join(folder, desktop), changed);
    const { planning, kit } = planFor(folder, 'linux', undefined, { labels: await work.vault.list() });
    expect(planning.items.map(({ action }) => action)).toEqual(['update']);
    expect(await applyOne({ ...work, kit }, planning.planned[0]!)).toMatchObject({ refused: null });
    expect(read(folder)).not.toContain(second);
    const entries = await undoable(work.vault);
    expect(entries).toEqual([first.planning.planned[0]!.entry]);
    expect(await undoOne(work, entries[0]!)).toEqual({ refused: null });
    // What was added stands where the first secret was, and stays.
    expect(JSON.parse(read(folder))).toEqual({
      mcpServers: { it: { ...withToken, env: { OTHER_TOKEN: second, GITHUB_TOKEN: token } } },
    });
    expect(await work.vault.list()).toEqual([]);
  });

  test('a file that is half written for a moment is looked at again', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    const file = path.join(folder, desktop);
    const whole = fs.readFileSync(file);
    fs.writeFileSync(file, '{}');
    let waits = 0;
    const wait = async (): Promise<void> => {
      waits += 1;
      if (waits === 2) fs.writeFileSync(file, whole);
    };
    const done = await applyOne({ ...work, host: { ...work.host, wait } }, planning.planned[0]!);
    expect([done.refused, waits]).toEqual([null, 2]);
    expect(fs.readFileSync(file, 'utf8')).not.toContain(token);
  });

  test('a file that its tool keeps writing is left alone', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit, { now: () => new Date() });
    let touched = 0;
    work.host.wait = async () => {
      touched += 1;
      fs.utimesSync(path.join(folder, desktop), new Date(), new Date());
    };
    const { refused } = await applyOne(work, planning.planned[0]!);
    expect(refused).toContain('keeps writing');
    expect(touched).toBeGreaterThan(1);
    expect(read(folder)).toBe(one(withToken));
    expect(await work.vault.list()).toEqual([]);
    expect(work.host.journal.names()).toEqual([]);
  });

  test('what its tool wrote just before is kept', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    const { prepare } = work.host.disk;
    let wrote = false;
    work.host.disk = {
      ...work.host.disk,
      prepare(...args) {
        prepare(...args);
        if (!wrote) fs.writeFileSync(path.join(folder, desktop), `${one(withToken)}\n`);
        wrote = true;
      },
    };
    expect(await applyOne(work, planning.planned[0]!)).toMatchObject({ refused: null });
    expect(read(folder).endsWith('}\n')).toBe(true);
    expect(read(folder)).not.toContain(token);
    expect((await work.vault.list()).length).toBe(2);
  });

  test('an edit elsewhere survives an undo; one of the definition is not thrown away', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    await applyOne(work, planning.planned[0]!);
    const moved = read(folder);
    const [entry] = await undoable(work.vault);
    fs.writeFileSync(path.join(folder, desktop), moved.replace('"--"', '"---"'));
    expect((await undoOne(work, entry!)).refused).toContain('changed since');
    expect((await work.vault.list()).length).toBe(2);
    fs.writeFileSync(path.join(folder, desktop), moved.replace('{', '{ "theme": "dark",'));
    expect(await undoOne(work, entry!)).toEqual({ refused: null });
    expect(read(folder)).toBe(one(withToken).replace('{', '{ "theme": "dark",'));
  });

  test.each([
    ['json', desktop, one(withToken), '"gh-mcp@1.0.0"', '"gh-mcp@2.0.0", "--more"', '"--more"'],
    [
      'json without arguments',
      desktop,
      one({ command: 'gh-mcp', env: withToken.env }),
      '"gh-mcp"',
      '"gh-mcp", "-v"',
      '"-v"',
    ],
    [
      'toml',
      '.codex/config.toml',
      `[mcp_servers.it]\ncommand = "gh-mcp"\nargs = ["a"]\nenv = { X = "1", GITHUB_TOKEN = "${token}" }\n`,
      '"a"',
      '"b"',
      '["b"]',
    ],
    [
      'yaml',
      '.config/goose/config.yaml',
      `extensions:\n  it:\n    cmd: gh-mcp\n    args: [a]\n    envs:\n      GITHUB_TOKEN: ${token}\n`,
      'a]',
      'b]',
      '[b]',
    ],
  ])(
    'a definition that was changed since comes back with the change: %s',
    async (_, name, text, from, to, left) => {
      const folder = home({ [name]: text });
      const { planning, kit, report } = planFor(folder);
      const work = await workFor(kit);
      expect(await applyOne(work, planning.planned[0]!)).toMatchObject({ refused: null });
      const moved = read(folder, name);
      expect(moved).not.toContain(token);
      const at = moved.lastIndexOf(from);
      fs.writeFileSync(path.join(folder, name), moved.slice(0, at) + to + moved.slice(at + from.length));
      const [entry] = await undoable(work.vault);
      expect(await undoOne(work, entry!)).toEqual({ refused: null });
      const back = planFor(folder).report.facts.find(({ kind }) => kind === 'server');
      const was = report.facts.find(({ kind }) => kind === 'server');
      const plain = { ...was, args: [], identity: null, package: null, doubts: [], resolved: [] };
      expect({ ...back, args: [], identity: null, package: null, doubts: [], resolved: [] }).toEqual(plain);
      expect(read(folder, name)).toContain(token);
      expect(read(folder, name)).toContain(left);
      expect(read(folder, name)).not.toContain('shadowscan');
      expect(await work.vault.list()).toEqual([]);
    },
  );

  test('nothing is told of a definition that is gone', async () => {
    const folder = home({ [desktop]: one(withToken) });
    const { planning, kit } = planFor(folder);
    const work = await workFor(kit);
    fs.writeFileSync(path.join(folder, desktop), '{}');
    expect((await applyOne(work, planning.planned[0]!)).refused).toContain('was changed since');
    expect(await work.vault.list()).toEqual([]);
  });
});
