/**
 * Folders that macOS asks its user about: never touched unless the system lets the program see everything or
 * somebody says so; told in one line a home. And files of cloud services that are here by name only. The layouts
 * are recorded ones, on this machine's disk, with a trap on everything that could make macOS ask.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { spare } from '../src/host/kept-out.ts';
import { refusalOf } from '../src/host/refusal.ts';
import type { Host } from '../src/model/host.ts';
import type { Report } from '../src/model/report.ts';
import { type ScanOptions, scan, scanSeen } from '../src/scan.ts';
import { homeTarget, lookedAt } from '../src/evaluate/looked.ts';
import { testHost } from './fixture.ts';

// What node:fs is asked, by everybody who imports it.
const asked: string[] = [];
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const told =
    <T extends (name: never, ...rest: never[]) => unknown>(name: string, call: T) =>
    (file: unknown, ...rest: unknown[]): unknown => {
      asked.push(`${name} ${String(file)}`);
      return (call as unknown as (...all: unknown[]) => unknown)(file, ...rest);
    };
  const realpathSync = Object.assign(told('realpath', real.realpathSync), {
    native: told('realpath', real.realpathSync.native),
  });
  const trapped = {
    ...real,
    lstatSync: told('lstat', real.lstatSync),
    statSync: told('stat', real.statSync),
    openSync: told('open', real.openSync),
    opendirSync: told('opendir', real.opendirSync),
    readdirSync: told('readdir', real.readdirSync),
    realpathSync,
  };
  return { ...trapped, default: trapped };
});

const rules = await loadRules();
const top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-mac-')));
const home = path.join(top, 'ann');
const elsewhere = path.join(top, 'outside');
afterAll(() => fs.rmSync(top, { recursive: true, force: true }));
afterEach(() => spare({ protected: [], but: [], cloud: [] }));

const config = (name: string): string =>
  JSON.stringify({ mcpServers: { [name]: { command: 'npx', args: ['-y', `${name}@1.0.0`] } } });

function write(name: string, text: string): void {
  fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
  fs.writeFileSync(path.join(home, name), text);
}

const project = (where: string): string => path.join(home, where);
const projects = ['Documents/work/a', 'Documents/work/b', 'Desktop/c', 'src/d', 'DOCUMENTſ/e', 'linked'];
write('.cursor/mcp.json', config('seen'));
const nameProjects = (): void =>
  write(
    '.claude.json',
    JSON.stringify({ projects: Object.fromEntries(projects.map((at) => [project(at), {}])) }),
  );
nameProjects();
for (const at of ['Documents/work/a', 'Documents/work/b', 'Desktop/c', 'src/d'])
  write(`${at}/.mcp.json`, config(`in-${path.basename(at)}`));
write('Library/Containers/ai.perplexity.mac/Data/Library/Preferences/ai.perplexity.mac.plist', 'x');
write('Library/Mobile Documents/com~apple~CloudDocs/f/.mcp.json', config('in-f'));
fs.mkdirSync(elsewhere);
fs.symlinkSync('Documents/work/a', path.join(home, 'linked'));
fs.symlinkSync(path.join(home, 'Documents/work'), path.join(home, '.roo'));

const folder = (name: string): string => path.join(home, name);
const mac = (over: Partial<Host> = {}): Host =>
  testHost({ platform: 'macos', user: { name: 'ann', home }, ...over });

function scanned(options: ScanOptions = {}, host: Host = mac()): Report {
  asked.length = 0;
  return scan(host, rules, { timeLimit: 120, ...options });
}

const serversOf = ({ facts }: Report): string[] =>
  [...new Set(facts.flatMap((fact) => (fact.kind === 'server' ? [fact.name] : [])))].toSorted();
const shielded = ({ facts }: Report) =>
  facts.flatMap((fact) => (fact.kind === 'gap' && fact.reason === 'protected' ? [fact] : []));

/** Calls about something at or below a protected folder, in whatever spelling. */
const touched = (): string[] => {
  const below = ['Documents', 'Desktop', 'Downloads', 'Library/Containers', 'Library/Group Containers'];
  const all = [...below, 'Library/Mobile Documents', 'Library/Mail', 'Library/Safari', '.Trash'];
  return asked.filter((call) =>
    all.some((name) => {
      const plain = call.toUpperCase().toLowerCase();
      return plain.includes(`${home}/${name}`.toLowerCase());
    }),
  );
};

test('nothing below a protected folder is touched, not even by a link or in another spelling', () => {
  const report = scanned();
  expect(asked.length).toBeGreaterThan(1_000);
  expect(touched()).toEqual([]);
  expect(serversOf(report)).toEqual(['in-d', 'seen']);
});

test('one gap tells of all of them, names who has something there, and is one finding of low noise', () => {
  const report = scanned();
  const gaps = shielded(report);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]!.folders).toEqual(expect.arrayContaining(['Desktop', 'Documents'].map(folder)));
  expect(gaps[0]!.folders).toContain(folder('Library/Containers'));
  expect(gaps[0]!.tools).toEqual(expect.arrayContaining(['claude-code', 'perplexity-desktop', 'warp']));
  // Everybody's row looks into Downloads; that says nothing of anybody.
  expect(gaps[0]!.tools).not.toContain('vscodium');
  const findings = report.findings.filter(({ fact }) => fact === gaps[0]!.id);
  expect(findings.map(({ check, severity }) => [check, severity])).toEqual([['folders-protected', 'info']]);
  expect(report.run.status).toBe('partial');
  expect(report.run.homes).toEqual([{ user: 'ann', path: home, status: 'read' }]);
  const of = (tool: string) => report.coverage.find((one) => one.tool === tool && one.user === 'ann');
  expect(of('perplexity-desktop')).toMatchObject({ status: 'skipped', reason: 'protected' });
  expect(of('vscodium')).toMatchObject({ status: 'absent' });
  const projectsSeen = report.facts.flatMap((fact) =>
    fact.kind === 'workspace' ? [[path.relative(home, fact.path), fact.status]] : [],
  );
  expect(projectsSeen).toEqual(
    expect.arrayContaining([
      ['Documents/work/a', 'unreadable'],
      ['Desktop/c', 'unreadable'],
      ['src/d', 'read'],
      ['linked', 'unreadable'],
    ]),
  );
});

test('a walk over the home leaves them alone as well', () => {
  const report = scanned({ deep: true });
  expect(touched()).toEqual([]);
  expect(shielded(report)).toHaveLength(1);
  expect(serversOf(report)).toEqual(['in-d', 'seen']);
});

test('with full disk access, or when somebody says so, they are looked into', () => {
  const all = ['in-a', 'in-b', 'in-c', 'in-d', 'seen'];
  const listing = { entries: [{ name: 'TCC.db', type: 'file' as const }], device: 1, cut: false };
  const proof = '/Library/Application Support/com.apple.TCC';
  const plain = mac();
  const granted = mac({
    list: (at, ...rest) => (at === proof ? listing : plain.list(at, ...rest)),
  });
  expect(serversOf(scanned({}, granted))).toEqual(all);
  expect(shielded(scanned({}, granted))).toEqual([]);
  expect(serversOf(scanned({ protectedFolders: true }))).toEqual(all);
  // An administrator who wants it left alone is obeyed, and the system is not even asked.
  expect(serversOf(scanned({ protectedFolders: false }, granted))).toEqual(['in-d', 'seen']);
  const own = folder('Library/Application Support/com.apple.TCC');
  const grantedOwn = mac({
    list: (at, ...rest) => (at === own ? listing : plain.list(at, ...rest)),
  });
  expect(serversOf(scanned({}, grantedOwn))).toEqual(all);
  const refusing = mac({
    list: (at, ...rest) => (at === proof ? { refused: 'protected' } : plain.list(at, ...rest)),
  });
  expect(serversOf(scanned({}, refusing))).toEqual(['in-d', 'seen']);
});

test('what is named is looked into: a project, an image; and other systems have no such folders', () => {
  expect(serversOf(scanned({ workspaces: [folder('Documents/work/a')] }))).toEqual(['in-a']);
  const other = mac({ user: { name: 'bob', home: elsewhere } });
  expect(serversOf(scanned({ home, platform: 'macos' }, other))).toContain('in-a');
  expect(shielded(scanned({ home, platform: 'macos' }, other))).toEqual([]);
  expect(shielded(scanned({}, mac({ platform: 'linux' })))).toEqual([]);
  // An image, though the home in it has the path of the user's own.
  const image = scanned({ root: top, home, platform: 'macos' });
  expect(serversOf(image)).toContain('in-a');
  expect(shielded(image)).toEqual([]);
});

test('a home on another disk is looked into; other disks are not', () => {
  const volumes = { ...rules.places.spared.protected, machine: [top] };
  const places = { ...rules.places, spared: { ...rules.places.spared, protected: volumes } };
  asked.length = 0;
  const report = scan(mac(), { ...rules, places }, {});
  expect(serversOf(report)).toEqual(['in-d', 'seen']);
  write('.claude.json', JSON.stringify({ projects: { [elsewhere]: {} } }));
  const away = scan(mac(), { ...rules, places }, {});
  expect(shielded(away)[0]!.folders).toContain(top);
  expect(asked.filter((call) => call.includes(elsewhere))).toEqual([]);
});

test('what a run with full access has found in them is not gone for one without', () => {
  nameProjects();
  const findings = (where: string, options: ScanOptions) => {
    const file = folder(where);
    const place = { target: homeTarget('macos', home), user: 'ann', file, tools: ['claude-code'] };
    const done = scanSeen(mac(), rules, { timeLimit: 120, ...options, known: [place] });
    const known = { ...place, fact: 'server:0', lastRun: 1, ways: [], located: true, placed: true };
    return lookedAt(done).wouldSee(known);
  };
  // None of these servers is there any more, as far as a run could tell that looked.
  expect(findings('Documents/work/a/.mcp.json', { protectedFolders: true })).toBe(true);
  expect(findings('src/d/.mcp.json', {})).toBe(true);
  expect(findings('Documents/work/a/.mcp.json', {})).toBe(false);
  expect(findings('Desktop/c/.mcp.json', { protectedFolders: false })).toBe(false);
});

test('a denial by the system is told from one by rights of the file', () => {
  const error = (code: string): Error => Object.assign(new Error('no'), { code });
  expect(refusalOf(error('EPERM'), 'darwin')).toBe('protected');
  expect(refusalOf(error('EACCES'), 'darwin')).toBe('unreadable');
  expect(refusalOf(error('EPERM'), 'linux')).toBe('unreadable');
  expect(refusalOf(error('EPERM'), 'win32')).toBe('unreadable');
  expect(refusalOf(error('ENOENT'), 'darwin')).toBeNull();
});

test('a file of a cloud service that is here by name only is told of, and never read', () => {
  const cloud = (where: string, over: Partial<Host>) => {
    const folder = fs.mkdtempSync(path.join(top, 'cloud-'));
    const at = path.join(folder, where, 'app');
    fs.mkdirSync(at, { recursive: true });
    fs.writeFileSync(path.join(folder, '.claude.json'), JSON.stringify({ projects: { [at]: {} } }));
    const file = path.join(at, '.mcp.json');
    const here = path.join(at, '.cursor', 'mcp.json');
    fs.mkdirSync(path.dirname(here));
    fs.writeFileSync(here, config('here').padEnd(2_000));
    fs.writeFileSync(file, '');
    fs.truncateSync(file, 4_096);
    const host = mac({ user: { name: 'ann', home: folder }, ...over });
    const report = scanned({ protectedFolders: true }, host);
    const gaps = report.facts.flatMap((fact) =>
      fact.kind === 'gap' ? [[fact.origin.path, fact.reason]] : [],
    );
    return {
      file,
      gaps,
      servers: serversOf(report),
      opened: asked.filter((call) => call === `open ${file}`),
    };
  };
  for (const [where, over] of [
    ['Library/CloudStorage/OneDrive-Acme', {}],
    ['OneDrive - Acme', { platform: 'windows' as const }],
  ] as const) {
    const { file, gaps, servers, opened } = cloud(where, over);
    expect(gaps).toEqual([[file, 'not-local']]);
    expect([servers, opened]).toEqual([['here'], []]);
  }
  // Elsewhere a file without blocks is what a system has compressed, or holds nothing.
  const { gaps, opened } = cloud('src', {});
  expect([gaps.map(([, reason]) => reason), opened.length]).toEqual([['malformed'], 1]);
});
