/**
 * `scan --all-users` for real: users with numbers of their own in a mount namespace that has its own `/home` and
 * `/etc/passwd`, so that the machine stays as it is. Among them a user who plants what should lead or hang the
 * scan, a file system that never answers, and somebody who swaps folders while they are read.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dsclAccounts, missesProfiles, passwdAccounts, profileListAccounts } from '../src/host/accounts.ts';
import { mountOf, readMounts, remoteFolders } from '../src/host/mounts.ts';
import type { Account } from '../src/model/account.ts';
import type { Fact } from '../src/model/fact.ts';
import { Report } from '../src/model/report.ts';
import { scanHomes } from '../src/scan/scan-all.ts';

const top = path.join(import.meta.dirname, '..');

test('users of Linux: people, and services that somebody can sign in to', () => {
  const line = (name: string, uid: number, home: string, shell: string): string =>
    `${name}:x:${uid}:${uid}:,,,:${home}:${shell}`;
  const text = [
    line('root', 0, '/root', '/bin/bash'),
    line('daemon', 1, '/usr/sbin', '/usr/sbin/nologin'),
    line('jenkins', 115, '/var/lib/jenkins', '/bin/sh'),
    line('ann', 1000, '/home/ann/', '/bin/zsh'),
    line('locked', 1001, '/home/locked', '/usr/sbin/nologin'),
    line('nobody', 65_534, '/nonexistent', '/usr/sbin/nologin'),
    'broken:x:abc:1:::',
    '+nis::::::',
  ].join('\n');
  const told = passwdAccounts(text).map(({ name, uid, home, isService }) => [name, uid, home, isService]);
  expect(told).toEqual([
    ['root', 0, '/root', false],
    ['daemon', 1, '/usr/sbin', true],
    ['jenkins', 115, '/var/lib/jenkins', false],
    ['ann', 1000, '/home/ann', false],
    ['locked', 1001, '/home/locked', false],
    ['nobody', 65_534, '/nonexistent', true],
  ]);
});

test('users of macOS, as dscl prints them', () => {
  const text = [
    'NFSHomeDirectory: /var/empty\nPrimaryGroupID: 13\nRecordName: _www www\nUniqueID: 70',
    'NFSHomeDirectory: /Users/ann\nPrimaryGroupID: 20\nRecordName: ann\nUniqueID: 501',
    'NFSHomeDirectory:\n /Users/Bob Lee\nPrimaryGroupID: 20\nRecordName: bob com.apple.idms.appleid\nUniqueID: 502',
    'NFSHomeDirectory: /var/root\nPrimaryGroupID: 0\nRecordName: root BUILTIN\\Local System\nUniqueID: 0',
    'NFSHomeDirectory: /var/empty\nPrimaryGroupID: -2\nRecordName: nobody\nUniqueID: -2',
  ].join('\n-\n');
  expect(dsclAccounts(text).filter(({ isService }) => !isService)).toEqual([
    { name: 'ann', uid: 501, gid: 20, home: '/Users/ann', known: true, isService: false },
    { name: 'bob', uid: 502, gid: 20, home: '/Users/Bob Lee', known: true, isService: false },
    { name: 'root', uid: 0, gid: 0, home: '/var/root', known: true, isService: false },
  ]);
});

test('profiles of Windows that are not as usual: temporary, deleted, of services, with other letters', () => {
  const key = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList`;
  const entry = (sid: string, value: string): string =>
    `${key}\\${sid}\r\n    ProfileImagePath    REG_EXPAND_SZ    ${value}\r\n\r\n`;
  const user = 'S-1-5-21-1-2-3';
  // What Windows prints in code page 850 is no UTF-8.
  const oem = Buffer.from('C:\\Users\\J\x81rgen', 'latin1').toString('utf8');
  const usual =
    entry(`${user}-1001`, String.raw`C:\Users\TEMP`) +
    entry(`${user}-1001.bak`, String.raw`C:\Users\ann`) +
    entry(`${user}-1002`, oem) +
    entry('S-1-5-19', String.raw`%systemroot%\ServiceProfiles\LocalService`) +
    entry('S-1-5-80-1-2-3-4-5', String.raw`C:\Users\MSSQLSERVER`) +
    entry('S-1-5-82-1-2-3-4-5', String.raw`C:\Users\DefaultAppPool`);
  expect(profileListAccounts(usual).map(({ name, home }) => [name, home])).toEqual([
    ['TEMP', String.raw`C:\Users\TEMP`],
    ['ann', String.raw`C:\Users\ann`],
  ]);
  // Met by looking where homes lie; elsewhere nobody would know.
  expect(missesProfiles(usual)).toBe(false);
  expect(missesProfiles(entry(`${user}-1003`, oem.replace('C:', 'D:')))).toBe(true);
  expect(missesProfiles(entry(`${user}-1003`, String.raw`D:\Users\ann`))).toBe(false);
});

test('users of Windows, as reg prints the list of profiles', () => {
  const key = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList`;
  const entry = (sid: string, value: string): string =>
    `${key}\\${sid}\r\n    ProfileImagePath    REG_EXPAND_SZ    ${value}\r\n\r\n`;
  const text =
    entry('S-1-5-18', String.raw`%systemroot%\system32\config\systemprofile`) +
    entry('S-1-5-21-1004336348-1177238915-682003330-1001', String.raw`C:\Users\Ann Lee`) +
    entry('S-1-12-1-1-2-3-4', String.raw`%SystemDrive%\Users\bob`) +
    entry('S-1-5-21-1-2-3-500', String.raw`\\files\profiles\eve`);
  expect(profileListAccounts(`\r\n${text}End of search: 4 match(es) found.\r\n`)).toEqual([
    {
      name: 'Ann Lee',
      uid: null,
      gid: null,
      home: String.raw`C:\Users\Ann Lee`,
      known: true,
      isService: false,
    },
    { name: 'bob', uid: null, gid: null, home: String.raw`C:\Users\bob`, known: true, isService: false },
    {
      name: 'eve',
      uid: null,
      gid: null,
      home: String.raw`\\files\profiles\eve`,
      known: true,
      isService: false,
    },
  ]);
});

test('mounts: what is remote, and what lies on it', () => {
  const all = readMounts(
    [
      '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
      '30 22 0:26 / /home rw,relatime - autofs systemd-1 rw,fd=41',
      '31 30 0:40 / /home/ann rw - ext4 /dev/vdb rw',
      '32 31 0:41 / /home/ann/my\\040cloud rw,nosuid shared:3 master:1 - fuse.rclone drive: rw',
      '33 31 0:42 / /home/ann/vault rw - fuse.gocryptfs /x rw',
      '34 22 0:43 / /srv/nfs rw - nfs4 files:/x rw',
    ].join('\n'),
  );
  const isRemote = (file: string): boolean | undefined => mountOf(all, file)?.isRemote;
  expect(isRemote('/home/bob')).toBe(true);
  expect(isRemote('/home/ann/.cursor')).toBe(false);
  expect(isRemote('/home/ann/my cloud/x')).toBe(true);
  expect(isRemote('/home/ann/vault/x')).toBe(false);
  expect(isRemote('/homes')).toBe(false);
  expect(remoteFolders(all, '/home/ann')).toEqual(['/home/ann/my cloud']);
  expect(mountOf([], '/home/ann')).toBeNull();
});

describe('the time that homes get', () => {
  /** Homes that need so many seconds each; one that needs no end is killed. Returns seconds by attempt. */
  async function shared(limit: number, needs: number[]) {
    let now = 0;
    const accounts = needs.map((_, nth) => ({ name: String(nth), home: `/home/${nth}` }) as Account);
    const asked: string[] = [];
    const late = { kind: 'gap', reason: 'time-limit' };
    const { parts, unseen } = await scanHomes(
      { elapsed: () => now },
      {
        accounts,
        scanHome: (account, seconds) => {
          const need = needs[Number(account.name)]!;
          now += Math.min(need, seconds) * 1000;
          asked.push(account.name);
          if (need === Infinity) return Promise.resolve({ refused: 'time-limit' as const });
          const facts = need > seconds ? [{ ...late, user: account.name }] : [];
          const report = { facts, findings: [], coverage: [], run: { homes: [] } };
          return Promise.resolve({ report, seen: { there: new Map(), located: new Set() } } as never);
        },
      },
      limit * 1000,
    );
    const whole = parts.filter(({ report }) => report.facts.length === 0).length;
    return { whole, unseen: unseen.map(({ user }) => user), asked: asked.length, took: now / 1000 };
  }

  test('many small homes are all seen, however small their shares', async () => {
    const homes = Array.from({ length: 123 }, () => 0.25);
    expect(await shared(60, homes)).toEqual({ whole: 123, unseen: [], asked: 123, took: 30.75 });
  });
  test('who needs more gets what others have left', async () => {
    expect(await shared(60, [20, ...Array.from({ length: 20 }, () => 0.25)])).toMatchObject({
      whole: 21,
      unseen: [],
      asked: 22,
    });
  });
  test('homes that never answer take little from others, and the limit holds', async () => {
    const { unseen, whole, took } = await shared(60, [Infinity, 1, Infinity, 1, 1, 1]);
    expect([unseen, whole]).toEqual([['0', '2'], 4]);
    expect(took).toBeLessThan(60);
    const { took: all, whole: none } = await shared(
      10,
      Array.from({ length: 30 }, () => Infinity),
    );
    expect(none).toBe(0);
    expect(all).toBeLessThanOrEqual(10);
  });
});

const namespaces = spawnSync('unshare', ['-m', 'true']).status === 0;

/** Mounts a file system that nobody serves: who looks at it waits until it is killed. */
const mountSilent = `
import ctypes, os, sys
fd = os.open('/dev/fuse', os.O_RDWR)
os.set_inheritable(fd, True)
libc = ctypes.CDLL(None, use_errno=True)
for folder in sys.argv[2:]:
    options = f'fd={fd},rootmode=40755,user_id=0,group_id=0,allow_other'.encode()
    kind = b'fuse.gocryptfs' if folder.endswith('/vault') else b'fuse'
    if libc.mount(b'silent', folder.encode(), kind, 0, options) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))
    fd = os.open('/dev/fuse', os.O_RDWR)
    os.set_inheritable(fd, True)
os.execvp('sh', ['sh', '-c', sys.argv[1]])
`;

const server = (name: string): string =>
  JSON.stringify({ mcpServers: { [name]: { command: 'npx', args: [`${name}@1.0.0`] } } });

describe.skipIf(!namespaces || process.getuid?.() !== 0)('as root, over several homes', () => {
  let folder = '';
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-users-'));
    fs.chmodSync(folder, 0o755);
    for (const name of ['homes', 'program', 'out']) fs.mkdirSync(path.join(folder, name));
    fs.writeFileSync(
      path.join(folder, 'passwd'),
      [
        'root:x:0:0:root:/nonexistent:/bin/bash',
        ...['ann:2001', 'bob:2002', 'dave:2004', 'eve:2005', 'frank:2006', 'gina:2007', 'jo:2010'].map(
          (one) => {
            const [name, uid] = one.split(':');
            return `${name}:x:${uid}:${uid}::/home/${name}:/bin/sh`;
          },
        ),
        'postfix:x:105:105::/home/postfix:/usr/sbin/nologin',
      ].join('\n'),
    );
  });
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  /** Puts a file into a home; folders and file become the user's. */
  function put(user: string, uid: number, name: string, text: string, mode = 0o600): void {
    const home = path.join(folder, 'homes', user);
    const file = path.join(home, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text, { mode });
    for (let at = file; at.length >= home.length; at = path.dirname(at)) fs.chownSync(at, uid, uid);
  }

  /** Runs a command with the homes as `/home`; `silent` are folders in them that never answer. */
  function run(command: string, silent: string[] = []): string {
    const inside = [
      `mount --bind ${folder}/homes /home`,
      `mount --bind ${folder}/passwd /etc/passwd`,
      `mount --bind ${top} ${folder}/program`,
      `exec python3 -c "$MOUNT" "$COMMAND" ${silent.join(' ')}`,
    ].join(' && ');
    const { stdout, stderr, error } = spawnSync('unshare', ['-m', 'sh', '-c', inside], {
      encoding: 'utf8',
      env: {
        PATH: process.env['PATH'],
        MOUNT: mountSilent,
        COMMAND: command,
        NODE: process.execPath,
        PROGRAM: path.join(folder, 'program', 'src', 'cli', 'main.ts'),
      },
      timeout: 280_000,
      maxBuffer: 1 << 28,
    });
    expect(error).toBeUndefined();
    expect(stderr).toBe('');
    return stdout;
  }

  const scan = '"$NODE" "$PROGRAM" scan --all-users --exit-zero --format json';
  const names = (report: Report, kind: Fact['kind'], user: string): string[] =>
    report.facts
      .filter((fact) => fact.kind === kind && fact.user === user)
      .map((fact) => ('name' in fact ? String(fact.name) : fact.tools.join()));

  test(
    'each home with its user, what cannot be seen told, and the rest goes on',
    { timeout: 300_000 },
    () => {
      put('ann', 2001, '.cursor/mcp.json', server('annserver'));
      put('bob', 2002, '.cursor/mcp.json', server('bobserver'));
      put('bob', 2002, '.gemini/x', '');
      put('carol', 2003, '.cursor/mcp.json', server('carolserver'));
      put('dave', 2004, '.claude.json', '{}');
      put('eve', 2005, '.cursor/mcp.json', server('eveserver'));
      put('postfix', 105, '.cursor/mcp.json', server('postfixserver'));
      const homes = path.join(folder, 'homes');
      const bob = path.join(homes, 'bob');
      // To another's home, to what only root may read, and to what never ends.
      fs.symlinkSync('/home/ann/.cursor/mcp.json', path.join(bob, '.gemini', 'settings.json'));
      fs.writeFileSync(path.join(bob, '.mcp.json'), server('rootserver'), { mode: 0o600 });
      spawnSync('mkfifo', ['-m', '666', path.join(bob, '.claude.json')]);
      fs.mkdirSync(path.join(homes, 'eve', 'mnt'));
      fs.mkdirSync(path.join(homes, 'frank'));
      fs.mkdirSync(path.join(homes, 'dave', 'mnt'));
      fs.symlinkSync('/home/dave/mnt/x', path.join(homes, 'dave', '.cursor'));
      // What passes for a disk of this machine, and does not answer either.
      put('jo', 2010, '.claude.json', '{}');
      fs.mkdirSync(path.join(homes, 'jo', 'vault'));
      fs.symlinkSync('/home/jo/vault/x', path.join(homes, 'jo', '.cursor'));
      fs.mkdirSync(path.join(homes, 'shared'));
      fs.rmSync(path.join(homes, 'gina'), { recursive: true, force: true });

      const text = run(`${scan} --time-limit 40`, [
        '/home/eve/mnt',
        '/home/frank',
        '/home/dave/mnt',
        '/home/jo/vault',
      ]);
      const report = Report.parse(JSON.parse(text));
      expect(report.run.homes).toEqual([
        { user: 'ann', path: '/home/ann', status: 'read' },
        { user: 'bob', path: '/home/bob', status: 'read' },
        { user: 'carol', path: '/home/carol', status: 'read' },
        // Its link leads to where nothing answers, which is known before anybody looks.
        { user: 'dave', path: '/home/dave', status: 'read' },
        { user: 'eve', path: '/home/eve', status: 'read' },
        { user: 'frank', path: '/home/frank', status: 'remote-place' },
        { user: 'shared', path: '/home/shared', status: 'not-owner' },
        // The child was killed.
        { user: 'jo', path: '/home/jo', status: 'time-limit' },
      ]);
      expect(report.run.status).toBe('partial');
      expect(report.run.sideEffects).toContain(
        'started itself once for each home, with the rights of its user',
      );
      for (const user of ['ann', 'bob', 'carol', 'eve'])
        expect([user, names(report, 'server', user)]).toEqual([user, [`${user}server`]]);
      expect(text).not.toMatch(/rootserver|postfixserver/);
      expect(
        report.facts.flatMap((fact) => (fact.kind === 'gap' && fact.user === 'dave' ? [fact.reason] : [])),
      ).toEqual(['remote-place']);
      const gaps = report.facts.flatMap((fact) =>
        fact.kind === 'gap' && fact.user === 'bob' ? [`${fact.origin.path} ${fact.reason}`] : [],
      );
      expect(gaps.toSorted()).toEqual([
        '/home/bob/.claude.json not-a-file',
        '/home/bob/.gemini/settings.json link-out-of-place',
        '/home/bob/.mcp.json unreadable',
      ]);
      expect(new Set(report.findings.map(({ id }) => id)).size).toBe(report.findings.length);
    },
  );

  test('a home that is swapped for another one while it is read', { timeout: 300_000 }, () => {
    fs.rmSync(path.join(folder, 'homes'), { recursive: true });
    put('hal', 2008, '.cursor/mcp.json', server('halserver'), 0o644);
    put('ida', 2009, '.cursor/mcp.json', server('idaserver'), 0o644);
    const homes = path.join(folder, 'homes');
    for (const user of ['hal', 'ida']) fs.chmodSync(path.join(homes, user), 0o755);
    for (const name of ['.cursor', '']) fs.chmodSync(path.join(homes, 'ida', name), 0o755);
    fs.chownSync(path.join(homes, 'hal'), 2008, 2008);
    // Swaps the folder for a link to another user's, and back, until the scans are over.
    fs.writeFileSync(
      path.join(folder, 'swap.py'),
      `
import os, time
os.chdir('/home/hal')
os.setgid(2008)
os.setuid(2008)
swaps = 0
until = time.time() + 280
while time.time() < until and not os.path.exists('${folder}/out/stop'):
    os.rename('.cursor', '.kept')
    os.symlink('/home/ida/.cursor', '.cursor')
    os.unlink('.cursor')
    os.rename('.kept', '.cursor')
    swaps += 2
    time.sleep(0.0001)
print(swaps, file=open('/home/hal/swaps', 'w'))
`,
    );
    const scans = `for n in 1 2; do ${scan} --only package-unpinned > ${folder}/out/$n; done`;
    run(`python3 ${folder}/swap.py & ${scans}; touch ${folder}/out/stop; wait`);
    const reports = ['1', '2'].map((name) => {
      const text = fs.readFileSync(path.join(folder, 'out', name), 'utf8');
      return Report.parse(JSON.parse(text));
    });
    for (const report of reports) {
      expect(names(report, 'server', 'ida')).toEqual(['idaserver']);
      expect(names(report, 'server', 'hal')).not.toContain('idaserver');
    }
    expect(Number(fs.readFileSync(path.join(homes, 'hal', 'swaps'), 'utf8'))).toBeGreaterThan(10_000);
  });

  test.each(['TERM', 'KILL'])('a child ends with who asked it: SIG%s', { timeout: 120_000 }, (signal) => {
    fs.rmSync(path.join(folder, 'homes'), { recursive: true });
    put('jo', 2010, '.claude.json', '{}');
    fs.mkdirSync(path.join(folder, 'homes', 'jo', 'vault'));
    fs.symlinkSync('/home/jo/vault/x', path.join(folder, 'homes', 'jo', '.cursor'));
    // It hangs in the kernel by then, since the disk never answers.
    const wait = (sign: string): string =>
      `for n in $(seq 300); do [ $(pgrep -u 2010 | wc -l) ${sign} 0 ] && break; sleep 0.1; done`;
    const end = `${wait('-gt')}; sleep 2; pgrep -u 2010 | wc -l; kill -${signal} $!; ${wait('-eq')}`;
    const seen = run(`${scan} --time-limit 100 > /dev/null & ${end}; pgrep -u 2010 | wc -l`, [
      '/home/jo/vault',
    ]);
    expect(seen.trim().split('\n').map(Number)).toEqual([expect.any(Number), 0]);
    expect(Number(seen.split('\n')[0])).toBeGreaterThan(0);
  });

  test(
    'with --state, a home resolves its own findings, and one without answer none',
    { timeout: 300_000 },
    () => {
      fs.rmSync(path.join(folder, 'homes'), { recursive: true });
      const loose = JSON.stringify({ mcpServers: { one: { command: 'npx', args: ['one-mcp'] } } });
      put('ann', 2001, '.cursor/mcp.json', loose);
      put('bob', 2002, '.cursor/mcp.json', loose);
      put('gina', 2007, '.keep', '');
      const kept = `${scan} --only package-unpinned --time-limit 40 --state ${folder}/state`;
      const told = (silent: string[] = []): string[] =>
        Report.parse(JSON.parse(run(kept, silent)))
          .findings.map(({ user, state }) => `${user}: ${state}`)
          .toSorted();
      expect(told()).toEqual(['ann: new', 'bob: new']);
      fs.rmSync(path.join(folder, 'homes', 'bob', '.cursor', 'mcp.json'));
      expect(told()).toEqual(['ann: open', 'bob: resolved']);
      fs.rmSync(path.join(folder, 'homes', 'ann', '.cursor', 'mcp.json'));
      expect(told(['/home/ann'])).toEqual([]);
      expect(told()).toEqual(['ann: resolved']);
      // A user who is on no list, and one who is: both homes go, and only the first one's user with it.
      put('carol', 2003, '.cursor/mcp.json', loose);
      put('eve', 2005, '.cursor/mcp.json', loose);
      expect(told()).toEqual(['carol: new', 'eve: new']);
      for (const name of ['carol', 'eve']) fs.rmSync(path.join(folder, 'homes', name), { recursive: true });
      expect(told()).toEqual(['carol: resolved']);
    },
  );
});

test('needs root, and a machine of its own', () => {
  const program = path.join(top, 'src', 'cli', 'main.ts');
  const { stderr, status } = spawnSync(process.execPath, [program, 'scan', '--all-users', '--home', '/tmp']);
  expect([String(stderr), status]).toEqual([
    'shadowscan: --all-users: scans the homes of this machine; leave out --home, --root and workspaces\n',
    2,
  ]);
});
