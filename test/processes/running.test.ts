/** Which processes are a tool's, and what is told of them: rules of the repository and of one's own, both ways. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadRules } from '../../src/cli/load.ts';
import { type AppFolders, runners } from '../../src/discover/running.ts';
import { runningEndpoints, runningEvidence, runningPermissions } from '../../src/inventory/running.ts';
import type { Platform } from '../../src/model/common.ts';
import type { EndpointFact } from '../../src/model/fact.ts';
import type { Process } from '../../src/model/host.ts';
import type { Place } from '../../src/model/place.ts';
import { Running } from '../../src/model/running.ts';
import type { Tool } from '../../src/model/tool.ts';
import { createSecrets } from '../../src/secrets/engine.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';

const loaded = await loadRules();
const secrets = createSecrets(loaded, null);
const base = loaded.tools.find((one) => one.id === 'codex')!;

type Rule = Partial<Tool> & Pick<Tool, 'id'>;
const tool = ({ id, ...more }: Rule): Tool => {
  const { installed: _, running: __, ...rest } = base;
  return { ...rest, id, name: id, files: [], places: {}, ...more };
};
const running = (rule: unknown) => Running.parse(rule);

/** Tools as the catalogue describes them, in a form that does not change with it. */
const tools = [
  tool({ id: 'chatty', installed: { apps: ['Chatty'], bundles: ['com.chatty.new'] } }),
  tool({
    id: 'claude-code',
    installed: { binaries: ['claude'], npm: ['@anthropic-ai/claude-code'] },
    running: running({ paths: '.local/share/claude/versions/' }),
  }),
  tool({
    id: 'claude-desktop',
    installed: { apps: ['Claude'] },
    running: running({ programs: 'Claude', paths: ['AnthropicClaude/', 'WindowsApps/Claude_'] }),
  }),
  tool({
    id: 'codex',
    installed: { binaries: ['codex'], npm: ['@openai/codex'] },
    running: running({
      options: [
        { option: ['--yolo', '--dangerously-bypass'], setting: 'approval', level: 'bypass' },
        { option: ['--ask', '-a'], value: 'never', setting: 'approval', level: 'bypass' },
        { option: '--sandbox', value: ['danger-full-access', 'none'], setting: 'sandbox', level: 'bypass' },
      ],
    }),
  }),
  tool({
    id: 'crush',
    installed: { commonBinaries: ['crush'], brew: ['crush'] },
    running: running({ paths: '/Cellar/crush/' }),
  }),
  tool({ id: 'cursor', installed: { apps: ['Cursor'], binaries: ['cursor'] } }),
  tool({
    id: 'goose',
    installed: { binaries: ['goose'] },
    running: running({ programs: 'goosed', paths: '.local/bin/goose' }),
  }),
  tool({ id: 'aider', installed: { binaries: ['aider'] } }),
];
const rules = { ...loaded, tools };

const place = (kind: Place['kind'], user: string | null, path: string, platform: Platform): Place => ({
  kind,
  path,
  boundary: path,
  platform,
  user,
  env: {},
  owner: null,
  home: null,
});

let pids = 100;
const processOf = (program: string, args: string[] = [program], over: Partial<Process> = {}): Process => ({
  pid: (pids += 1),
  owner: 1000,
  program,
  args: args.map((arg) => new Secret(arg)),
  exact: true,
  ...over,
});

function look(processes: Process[], platform: Platform = 'linux', apps: AppFolders = new Map()) {
  const home = place('home', 'ann', '/home/ann', platform);
  const machine = place('machine', null, '/', platform);
  const owner = platform === 'windows' ? 'ann' : 1000;
  return runners(processes, { rules, secrets, platform, apps }, [[home, owner]], machine);
}

/** Tools of one command line; the first word is the program as the OS tells it, the rest its arguments. */
const toolsOf = (program: string, args: string[] = [program], platform: Platform = 'linux'): string[] =>
  look([processOf(program, args)], platform).map((one) => one.tool.id);

describe('by name', () => {
  test.each<[string, string[] | undefined, string[]]>([
    ['/home/ann/.local/bin/codex', undefined, ['codex']],
    ['/usr/bin/codex', ['codex', '--yolo'], ['codex']],
    // A link goes by another name than its file; a program may give itself a name.
    ['/home/ann/.cache/tool/bin/v1', ['claude'], ['claude-code']],
    ['/usr/bin/node', ['claude'], ['claude-code']],
    ['/bin/x', ['-codex'], ['codex']],
    // Decoys.
    ['/usr/bin/codex-helper', undefined, []],
    ['/usr/bin/mycodex', undefined, []],
    ['/usr/bin/Codex', undefined, []],
    ['/usr/bin/grep', ['grep', '-r', 'claude', '/home/ann'], []],
    ['/usr/bin/vim', ['vim', '/home/ann/claude.md', 'claude', 'codex'], []],
    ['/usr/bin/tail', ['tail', '-f', '/home/ann/.codex/log/codex'], []],
    ['/usr/sbin/worker', ['worker: serving /srv/codex'], []],
    ['/usr/bin/sudo', ['sudo', 'codex'], []],
    ['/bin/bash', ['bash', '-c', 'codex --yolo'], []],
    // Names that other products use too, without the folder of this one.
    ['/usr/bin/crush', undefined, []],
    ['/opt/homebrew/Cellar/crush/1.0/bin/crush', undefined, ['crush']],
    // A rule that names programs means these, not the binaries.
    ['/usr/bin/goose', undefined, []],
    ['/usr/bin/goosed', undefined, ['goose']],
    ['/home/ann/.local/bin/goose', undefined, ['goose']],
    ['/home/ann/.local/bin/goose-feather', undefined, []],
    ['/home/ann/my.local/bin/goose', undefined, []],
  ])('%s %j', (program, args, expected) => expect(toolsOf(program, args)).toEqual(expected));
});

describe('a script that an interpreter runs', () => {
  const npm = '/usr/lib/node_modules';
  test.each<[string, string[], string[]]>([
    ['/usr/bin/node', ['node', `${npm}/@openai/codex/bin/codex.js`, '--yolo'], ['codex']],
    ['/usr/bin/node', ['node', `${npm}/@anthropic-ai/claude-code/cli.js`], ['claude-code']],
    ['/usr/bin/node', ['node', '/home/ann/.npm/_npx/15b07286cbcc3329/node_modules/.bin/codex'], ['codex']],
    [
      '/usr/bin/node',
      ['node', '/home/ann/.npm/_npx/15b07286cbcc3329/node_modules/@openai/codex/x.js'],
      ['codex'],
    ],
    [
      '/usr/bin/node',
      ['node', '--max-old-space-size=4096', '-r', '/x/hook.js', '/usr/local/bin/codex'],
      ['codex'],
    ],
    ['/usr/local/bin/node22', ['node22', '/usr/local/bin/codex'], []],
    ['/usr/bin/bun', ['bun', 'run', '/x/claude.ts'], ['claude-code']],
    ['/usr/bin/deno', ['deno', 'run', '-A', '/x/claude.ts'], ['claude-code']],
    [
      '/usr/bin/python3.12',
      ['/home/ann/venv/bin/python', '/home/ann/venv/bin/aider', '--model', 'x'],
      ['aider'],
    ],
    ['/usr/bin/python3.19', ['python3.19', '-X', 'dev', '/home/ann/venv/bin/aider'], ['aider']],
    ['/usr/bin/python3.12', ['python3', '-m', 'aider', 'x'], ['aider']],
    ['/usr/lib/electron33/electron33', ['electron33', '/usr/lib/x/codex.asar'], ['codex']],
    // A native program inside a package.
    [`${npm}/@openai/codex/vendor/x86_64/codex/codex`, ['codex'], ['codex']],
    // Decoys.
    ['/usr/bin/node', ['node', '/x/editor.js', `${npm}/@openai/codex/bin/codex.js`], []],
    ['/usr/bin/node', ['node', '-r', `${npm}/@openai/codex/bin/codex.js`, '/x/other.js'], []],
    ['/usr/bin/node', ['node', '-e', 'codex', 'codex'], []],
    ['/usr/bin/node', ['node', '/x/codex-helper.js'], []],
    ['/usr/bin/node', ['node', `${npm}/@openai/codex-helper/index.js`], []],
    ['/usr/bin/node', ['node', `${npm}/@openai/codex/node_modules/other/index.js`], []],
    ['/usr/bin/node', ['npm exec @openai/codex'], []],
    ['/usr/bin/python3.12', ['python3', '-c', 'aider', 'aider'], []],
    ['/usr/bin/python3.12', ['python3', '-m', 'http.server', 'aider'], []],
    ['/usr/bin/bun', ['bun', 'x', 'codex'], []],
    ['/usr/bin/notnode', ['notnode', '/usr/local/bin/codex'], []],
    ['/usr/bin/node', ['node'], []],
    ['/usr/bin/node', [], []],
  ])('%s %j', (program, args, expected) => expect(toolsOf(program, args)).toEqual(expected));
});

describe('macOS and Windows', () => {
  test.each<[string, string[], string[]]>([
    ['/Applications/Cursor.app/Contents/MacOS/Cursor', ['x'], ['cursor']],
    ['/Applications/NotCursor.app/Contents/MacOS/Other', ['x'], []],
    ['/Applications/Cursor.app.old/Contents/MacOS/Other', ['x'], []],
    // Two products with one name but for its case.
    ['/Applications/Claude.app/Contents/MacOS/Claude', ['x'], ['claude-desktop']],
    ['claude', ['claude'], ['claude-code']],
    ['CODEX', ['x'], ['codex']],
    // An agent that an editor brings is told as both.
    ['/Applications/Cursor.app/Contents/Resources/app/extensions/x/bin/codex', ['x'], ['codex', 'cursor']],
    // The program of an application is no interpreter, whatever it is called; Python's own is.
    ['/Applications/Code.app/Contents/MacOS/Electron', ['Electron', '/Users/ann/codex'], []],
    ['/opt/x/Python.app/Contents/MacOS/Python', ['Python', '/opt/homebrew/bin/aider'], ['aider']],
    ['node', ['node', '/opt/homebrew/lib/node_modules/@openai/codex/bin/codex.js'], ['codex']],
  ])('macOS: %s %j', (program, args, expected) => expect(toolsOf(program, args, 'macos')).toEqual(expected));

  const node = 'C:\\Program Files\\nodejs\\node.exe';
  test.each<[string, string[], string[]]>([
    ['C:\\Users\\ann\\.local\\bin\\claude.exe', ['claude'], ['claude-code']],
    [
      'C:\\Users\\ann\\AppData\\Local\\AnthropicClaude\\app-1.0\\claude.exe',
      ['claude.exe'],
      ['claude-desktop'],
    ],
    ['C:\\Program Files\\WindowsApps\\Claude_1.0_x64__abc\\app\\Claude.exe', ['x'], ['claude-desktop']],
    ['C:\\x\\CODEX.EXE', ['x'], ['codex']],
    ['C:\\x\\codex-helper.exe', ['x'], []],
    [
      node,
      [node, 'C:\\Users\\ann\\AppData\\Roaming\\npm\\node_modules\\@openai\\codex\\bin\\codex.js'],
      ['codex'],
    ],
    [node, [node, 'C:\\x\\editor.js', 'C:\\x\\codex'], []],
    ['C:\\Windows\\notepad.exe', ['notepad', 'C:\\Users\\ann\\claude.md'], []],
  ])('Windows: %s %j', (program, args, expected) =>
    expect(toolsOf(program, args, 'windows')).toEqual(expected),
  );

  test('an application whose name another product has counts where its bundle id was compared', () => {
    const process = processOf('/Applications/Chatty.app/Contents/MacOS/Chatty', ['x']);
    const found = (apps: AppFolders) => look([process], 'macos', apps).map((one) => one.tool.id);
    expect(found(new Map())).toEqual([]);
    expect(found(new Map([['chatty', ['/Users/ann/Applications/Chatty.app/Contents/']]]))).toEqual([]);
    expect(found(new Map([['chatty', ['/Applications/Chatty.app/Contents/']]]))).toEqual(['chatty']);
  });
});

test('rules of one’s own add to what tells a tool, and take nothing away', async () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-rules-'));
  fs.mkdirSync(path.join(folder, 'tools'));
  const head = 'vendor: x\ncategory: cli-agent\nhomepage: x\nsource: x\nchecked: 2026-11\n';
  const more =
    'running: { programs: our-codex, options: [{ option: --ours, setting: approval, level: bypass }] }\n';
  fs.writeFileSync(path.join(folder, 'tools/codex.yaml'), `name: Codex\n${head}${more}`);
  fs.writeFileSync(path.join(folder, 'tools/claude-code.yaml'), `name: Claude Code\n${head}`);
  const both = await loadRules(folder);
  fs.rmSync(folder, { recursive: true });
  const of = (all: Tool[], id: string) => all.find((one) => one.id === id)!;
  const [before, after] = [of(loaded.tools, 'codex').running, of(both.tools, 'codex').running];
  expect(after!.programs).toEqual([...(before!.programs ?? ['codex']), 'our-codex']);
  expect(after!.options).toEqual([
    ...(before!.options ?? []),
    { option: ['--ours'], setting: 'approval', level: 'bypass' },
  ]);
  const own = of(loaded.tools, 'claude-code').running!;
  expect(of(both.tools, 'claude-code').running).toMatchObject(own);
});

describe('whose it is', () => {
  const users = (owner: Process['owner'], platform: Platform = 'linux') =>
    look([processOf('codex', ['codex'], { owner })], platform).map((one) => [one.place.kind, one.place.user]);
  test('the home’s whose user it is, else the machine’s', () => {
    expect(users(1000)).toEqual([['home', 'ann']]);
    expect(users(1001)).toEqual([['machine', null]]);
    expect(users(null)).toEqual([['machine', null]]);
    expect(users('ANN', 'windows')).toEqual([['home', 'ann']]);
    expect(users('bob', 'windows')).toEqual([['machine', null]]);
  });

  test('evidence is the program, or the script, and nothing of its arguments', () => {
    const token = expand('ghp_{a36}', 3);
    const script = '/usr/lib/node_modules/@openai/codex/bin/codex.js';
    const all = look([
      processOf('/usr/bin/node', ['node', script, '--key', token]),
      processOf('/x/codex', ['codex', token]),
    ]);
    expect(runningEvidence(all).map(({ evidence }) => evidence)).toEqual([
      { tier: 'running', by: 'process', path: script },
      { tier: 'running', by: 'process', path: '/x/codex' },
    ]);
  });
});

describe('settings of the command line', () => {
  const settings = (...lines: string[][]) =>
    runningPermissions(look(lines.map((args) => processOf('/usr/bin/codex', ['codex', ...args]))), secrets)
      .map(({ setting, level, value }) => `${setting} ${level}: ${value}`)
      .toSorted();

  test.each<[string[], string[]]>([
    [['--yolo'], ['approval bypass: --yolo']],
    [['exec', 'x', '--dangerously-bypass'], ['approval bypass: --dangerously-bypass']],
    [['--yolo=true'], ['approval bypass: --yolo']],
    [['-a', 'never'], ['approval bypass: -a never']],
    [['--ask=never'], ['approval bypass: --ask=never']],
    [
      ['--sandbox', 'none', '--yolo'],
      ['approval bypass: --yolo', 'sandbox bypass: --sandbox none'],
    ],
    // Decoys.
    [[], []],
    [['--yolo=false'], []],
    [['--yolo-mode'], []],
    [['explain --yolo to me'], []],
    [['--', '--yolo'], []],
    [['-a', 'always'], []],
    [['-a'], []],
    [['never'], []],
    [['--sandbox=read-only'], []],
  ])('%j', (args, expected) => expect(settings(args)).toEqual(expected));

  test('one for a setting and level, whichever process is listed first', () => {
    const [a, b] = [['--yolo'], ['-a', 'never']];
    expect(settings(a, b)).toEqual(['approval bypass: --yolo']);
    expect(settings(b, a)).toEqual(['approval bypass: --yolo']);
  });

  test('options before a script are its interpreter’s, and what the OS does not part is less sure', () => {
    const script = '/usr/bin/codex';
    const facts = (args: string[], over: Partial<Process> = {}) =>
      runningPermissions(look([processOf('/usr/bin/node', ['node', ...args], over)]), secrets);
    expect(facts(['--yolo', script])).toEqual([]);
    expect(facts([script, '--yolo'])).toMatchObject([
      {
        kind: 'permission',
        tools: ['codex'],
        user: 'ann',
        scope: 'user',
        origin: { path: script },
        confidence: 'high',
      },
    ]);
    expect(facts([script, '--yolo'], { exact: false })).toMatchObject([{ confidence: 'medium' }]);
  });

  test('a value that no rule names is never told', () => {
    const token = expand('ghp_{a36}', 5);
    const facts = runningPermissions(
      look([processOf('/usr/bin/codex', ['codex', `--yolo=${token}`, '--sandbox', token, `--ask=${token}`])]),
      secrets,
    );
    expect(JSON.stringify(facts)).not.toContain(token.slice(4, 16));
  });
});

describe('where it listens', () => {
  const config = (over: Partial<EndpointFact>): EndpointFact => ({
    id: 'endpoint:1',
    kind: 'endpoint',
    tools: ['codex'],
    user: 'ann',
    scope: 'user',
    origin: { path: '/home/ann/.x' },
    confidence: 'high',
    role: 'serves',
    name: null,
    url: null,
    host: 'localhost',
    port: 1455,
    exposure: 'loopback',
    byDefault: false,
    workspace: null,
    ...over,
  });
  const places = (hosts: string[], known: EndpointFact[] = []) => {
    const process = processOf('/usr/bin/codex', ['codex']);
    const other = processOf('/usr/bin/other', ['other']);
    const sockets = hosts.map((host) => ({ pid: process.pid, host, port: 1455 }));
    const foreign = { pid: other.pid, host: '0.0.0.0', port: 99 };
    return runningEndpoints(look([process, other]), [...sockets, foreign], known).map(
      ({ host, port, exposure, role }) => `${role} ${host} ${port} ${exposure}`,
    );
  };

  test('one for a port that the same can reach', () => {
    expect(places(['127.0.0.1'])).toEqual(['serves 127.0.0.1 1455 loopback']);
    expect(places(['::1', '127.0.0.1'])).toEqual(['serves 127.0.0.1 1455 loopback']);
    expect(places(['::', '0.0.0.0'])).toEqual(['serves 0.0.0.0 1455 network']);
    expect(places(['192.168.1.5', '127.0.0.1']).toSorted()).toEqual([
      'serves 127.0.0.1 1455 loopback',
      'serves 192.168.1.5 1455 network',
    ]);
    expect(places([])).toEqual([]);
  });

  test('what a configuration says already is not told twice; what it does not say is', () => {
    expect(places(['127.0.0.1'], [config({})])).toEqual([]);
    expect(places(['0.0.0.0'], [config({})])).toEqual(['serves 0.0.0.0 1455 network']);
    for (const over of [{ user: 'bob' }, { tools: ['cursor'] }, { port: 1 }, { role: 'uses' as const }])
      expect(places(['127.0.0.1'], [config(over)])).toHaveLength(1);
  });

  test('no process id is in any fact', () => {
    const [a, b] = [
      processOf('/usr/bin/codex', ['codex', '--yolo']),
      processOf('/usr/bin/codex', ['codex', '--yolo']),
    ];
    const facts = ({ pid }: Process) => [
      ...runningPermissions(look([{ ...a, pid }]), secrets),
      ...runningEndpoints(look([{ ...a, pid }]), [{ pid, host: '::', port: 9 }], []),
    ];
    expect(facts(a)).toHaveLength(2);
    expect(facts(b)).toEqual(facts(a));
  });
});
