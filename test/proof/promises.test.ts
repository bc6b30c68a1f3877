/** The check of the calls that a scan makes tells what breaks a promise, and nothing else. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as os from 'node:os';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';

const { broken } = createRequire(import.meta.url)('../../scripts/proof/promises.cjs') as {
  broken(log: string, program: string, home: string): string[] | null;
};

const start = [
  '1 execve("/usr/sbin/chroot", ["chroot"], 0x1 /* 2 vars */) = 0',
  '1 openat(AT_FDCWD</>, "/x", O_WRONLY) = 3',
  '1 execve("/bin/shadowscan", ["shadowscan", "scan"], 0x1 /* 2 vars */) = 0',
  '1 statx(AT_FDCWD</>, "/home/dev/a", AT_SYMLINK_NOFOLLOW, STATX_ALL, {}) = 0',
];
const told = (...calls: string[]): string[] | null =>
  broken([...start, ...calls.map((call) => `12  ${call}`)].join('\n'), '/bin/shadowscan', '/home/dev');

describe('calls to the system', () => {
  test.each([
    'openat(AT_FDCWD</>, "/home/dev/a", O_RDONLY|O_NOCTTY|O_NONBLOCK|O_NOFOLLOW|O_CLOEXEC) = 21</home/dev/a>',
    'openat(AT_FDCWD</>, "/home/dev", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY) = 21</home/dev>',
    'openat(AT_FDCWD</>, "/etc/passwd", O_RDONLY|O_CLOEXEC) = 3',
    'openat(AT_FDCWD</>, "/tmp/shadowscan-a1B2c3/keytar.node", O_WRONLY|O_CREAT|O_EXCL, 0500) = 3',
    'mkdir("/tmp/shadowscan-a1B2c3", 0700) = 0',
    'unlinkat(21</tmp/shadowscan-a1B2c3>, "keytar.node", 0) = 0',
    'clone3({flags=CLONE_VM|CLONE_THREAD}, 88) = 12',
    'mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</lib/libc.so.6>, 0) = 0x1',
    'read(21</home/dev/a>, "execve(", 7) = 7',
  ])('fine: %s', (call) => expect(told(call)).toEqual([]));

  test.each([
    ['starts a program', 'execve("/home/dev/a", ["a"], 0x1 /* 2 vars */) = 0'],
    ['starts a process', 'clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 13'],
    ['starts a program', 'vfork() = 13'],
    ['reaches for the network', 'socket(AF_INET, SOCK_STREAM, 0) = 3'],
    ['touches other processes', 'kill(7, SIGKILL) = 0'],
    ['opens for writing', 'openat(AT_FDCWD</>, "/home/dev/.x", O_WRONLY|O_CREAT, 0600) = 3'],
    ['opens for writing', 'openat(AT_FDCWD</>, "/tmp/other-a1B2c3/x.node", O_RDWR) = 3'],
    ['changes files', 'mkdir("/tmp/evil", 0777) = 0'],
    ['changes files', 'rename("/home/dev/a", "/home/dev/b") = 0'],
    ['changes files', 'fchmod(21</home/dev/a>, 0600) = 0'],
    ['changes files', 'utimensat(AT_FDCWD</>, "/home/dev/a", NULL, 0) = 0'],
    ['without O_NOFOLLOW', 'openat(AT_FDCWD</>, "/home/dev/a", O_RDONLY|O_NONBLOCK|O_NOCTTY|O_CLOEXEC) = 21'],
    ['without O_NONBLOCK', 'openat(AT_FDCWD</>, "/home/dev", O_RDONLY|O_CLOEXEC|O_DIRECTORY) = 21'],
    ['runs what it found', 'mmap(NULL, 4096, PROT_READ|PROT_EXEC, MAP_PRIVATE, 3</home/dev/a.so>, 0) = 0x1'],
  ])('%s: %s', (what, call) =>
    expect(told(call)).toEqual([expect.stringMatching(new RegExp(`${what}.*: `))]),
  );

  test('a log without the scan is none', () => {
    expect(broken(start.slice(0, 3).join('\n'), '/bin/shadowscan', '/home/dev')).toBeNull();
    expect(broken(start.join('\n'), '/bin/other', '/home/dev')).toBeNull();
  });

  test.skipIf(process.platform !== 'linux')('the program itself keeps them', () => {
    const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-promises-'));
    fs.mkdirSync(path.join(home, '.cursor'));
    fs.writeFileSync(path.join(home, '.cursor', 'mcp.json'), '{"mcpServers":{"a":{"command":"x"}}}');
    const log = path.join(os.tmpdir(), `${path.basename(home)}.log`);
    const program = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
    const scan = [process.execPath, program, 'scan', '--home', home, '--platform', 'linux'];
    const { status } = spawnSync('strace', ['-f', '-y', '-qq', '-o', log, ...scan], { env: { HOME: home } });
    expect(status).toBe(0);
    expect(broken(fs.readFileSync(log, 'latin1'), process.execPath, home)).toEqual([]);
    fs.rmSync(home, { recursive: true });
    fs.rmSync(log);
  });
});
