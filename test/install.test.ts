/**
 * `install.sh` for real, as root, in a mount namespace whose `/opt`, `/usr/local/bin` and `/var` are thrown away: it
 * installs, updates, refuses what was tampered with, signed by somebody else or older, and removes. What it installs
 * is a small script that answers as the program does; the binary itself goes the same way in scripts/proof.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const script = path.join(import.meta.dirname, '..', 'scripts', 'packaging', 'install.sh');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-install-'));
const namespaces = spawnSync('unshare', ['-m', 'true']).status === 0 && process.getuid?.() === 0;
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const program = (version: string, works = true): string =>
  `#!/bin/sh\ncase $1 in --version) echo ${version} ;; selftest) exit ${works ? 0 : 2} ;; wait) sleep 3; echo ended ;; esac\n`;

function minisign(...args: string[]): void {
  const { status, error } = spawnSync('minisign', args, { cwd: folder });
  expect([status, error], 'minisign is needed; .ci/run installs it').toEqual([0, undefined]);
}

/** A delivery: the program, its digest, and the signature of that. */
function deliver(name: string, text: string, key = 'ours'): string {
  const at = path.join(folder, name);
  fs.mkdirSync(at);
  fs.writeFileSync(path.join(at, 'shadowscan-linux-x64'), text);
  const digest = createHash('sha256').update(text).digest('hex');
  fs.writeFileSync(path.join(at, 'SHA256SUMS'), `${digest}  shadowscan-linux-x64\n`);
  minisign('-Sm', path.join(at, 'SHA256SUMS'), '-s', `${key}.sec`);
  return at;
}

const install = (name: string, more = ''): string =>
  `sh ${script} ${folder}/${name}/shadowscan-linux-x64 --sums ${folder}/${name}/SHA256SUMS ` +
  `--signature ${folder}/${name}/SHA256SUMS.minisig --key ${folder}/ours.pub ${more}`;
const installed = '/opt/shadowscan/bin/shadowscan';

/** Runs commands one after another on a machine of their own; each with its exit code. */
function machine(...commands: string[]): { codes: number[]; out: string; errors: string } {
  const steps = ['/opt', '/usr/local/bin', '/var/lib', '/var/cache'].map(
    (at) => `mkdir -p ${at} && mount -t tmpfs -o mode=755 none ${at}`,
  );
  const text = [...steps, ...commands.map((one) => `( ${one} ); echo "code $?"`)].join('\n');
  const { stdout, stderr } = spawnSync('unshare', ['-m', 'sh', '-c', text], {
    encoding: 'utf8',
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    timeout: 120_000,
  });
  const codes = [...stdout.matchAll(/^code (\d+)$/gm)].map(([, code]) => Number(code));
  return { codes, out: stdout.replace(/^code \d+\n/gm, ''), errors: stderr };
}

describe.skipIf(!namespaces)('install.sh', () => {
  beforeAll(() => {
    for (const name of ['ours', 'theirs']) minisign('-GWp', `${name}.pub`, '-s', `${name}.sec`);
    deliver('one', program('1.2.0'));
    deliver('two', program('1.10.0'));
    deliver('broken', program('2.0.0', false));
    deliver('foreign', program('2.0.0'), 'theirs');
    const tampered = deliver('tampered', program('2.0.0'));
    fs.appendFileSync(path.join(tampered, 'shadowscan-linux-x64'), '# more\n');
    const relisted = deliver('relisted', program('2.0.0'));
    fs.appendFileSync(path.join(relisted, 'SHA256SUMS'), `${'0'.repeat(64)}  other\n`);
  });

  test('installs to fixed places of root, updates while the old one runs, and goes back only when told', () => {
    const { codes, out, errors } = machine(
      install('one'),
      `stat -c '%U %a' /opt/shadowscan /opt/shadowscan/bin ${installed} /var/lib/shadowscan /var/lib/shadowscan-public`,
      'readlink /usr/local/bin/shadowscan',
      `${installed} wait & sleep 0.3; ${install('two')}; wait`,
      `${installed} --version`,
      install('one'),
      `${installed} --version`,
      install('one', '--downgrade'),
      install('two'),
      'ls -A /opt/shadowscan /opt/shadowscan/bin',
    );
    expect(codes).toEqual([0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
    expect(out.split('\n')).toEqual([
      `install.sh: 1.2.0 is in ${installed}`,
      'root 755',
      'root 755',
      'root 755',
      'root 700',
      'root 755',
      installed,
      `install.sh: 1.10.0 is in ${installed}`,
      'ended',
      '1.10.0',
      '1.10.0',
      `install.sh: 1.2.0 is in ${installed}`,
      `install.sh: 1.10.0 is in ${installed}`,
      '/opt/shadowscan:',
      'bin',
      '',
      '/opt/shadowscan/bin:',
      'shadowscan',
      '',
    ]);
    expect(errors).toBe(
      'install.sh: 1.2.0 is older than 1.10.0, which is installed; --downgrade takes it all the same\n',
    );
  });

  test.each([
    ['tampered', /shadowscan-linux-x64 is not what SHA256SUMS lists; nothing was installed/],
    ['relisted', /the signature of SHA256SUMS is not one of this key; nothing was installed/],
    ['foreign', /the signature of SHA256SUMS is not one of this key; nothing was installed/],
    ['broken', /the program does not work on this machine; nothing was installed/],
  ])('refuses what is %s, and leaves what is there', (name, says) => {
    const { codes, out, errors } = machine(
      install('one'),
      install(name),
      `${installed} --version; ls -A /opt/shadowscan`,
    );
    expect(codes).toEqual([0, 2, 0]);
    expect(errors).toMatch(says);
    expect(out).toBe(`install.sh: 1.2.0 is in ${installed}\n1.2.0\nbin\n`);
    const first = machine(install(name), `ls ${installed}`);
    expect(first.codes).toEqual([2, 2]);
  });

  test('refuses folders that are not root’s alone, links, and to be called without a signature', () => {
    const refused = (...before: string[]) => machine(...before, install('one'), `ls ${installed}`);
    const cases: [string, RegExp][] = [
      ['chmod 777 /opt', /\/opt must belong to root, and nobody else may write to it/],
      ['mkdir /opt/shadowscan; chown 2001 /opt/shadowscan', /\/opt\/shadowscan must belong to root/],
      ['ln -s /tmp /opt/shadowscan', /\/opt\/shadowscan is a link; remove it/],
      [
        'mkdir /var/lib/shadowscan; chmod 770 /var/lib/shadowscan',
        /\/var\/lib\/shadowscan must belong to root/,
      ],
    ];
    for (const [before, says] of cases) {
      const { codes, errors } = refused(before);
      expect([before, codes]).toEqual([before, [0, 2, 2]]);
      expect(errors).toMatch(says);
    }
    const unsigned = machine(
      `sh ${script} ${folder}/one/shadowscan-linux-x64 --sums ${folder}/one/SHA256SUMS`,
    );
    expect([unsigned.codes, unsigned.errors]).toEqual([
      [2],
      'install.sh: --signature SHA256SUMS.minisig is missing; see --unsigned\n',
    ]);
    const shared = machine('chmod 777 /usr/local/bin', install('one'), 'ls -A /usr/local/bin');
    expect(shared.codes).toEqual([0, 0, 0]);
    expect(shared.errors).toContain('no link was made');
    expect(shared.out).toBe(`install.sh: 1.2.0 is in ${installed}\n`);
  });

  test('removes all of itself, and what scans have kept only when told', () => {
    const kept = 'echo {} > /var/lib/shadowscan/report.json; mkdir -p /var/cache/shadowscan';
    const left = 'find /opt /usr/local/bin /var/lib /var/cache -mindepth 1 | LC_ALL=C sort';
    const { codes, out } = machine(
      install('one'),
      kept,
      'mkdir /opt/shadowscan/.new-killed',
      `sh ${script} --uninstall`,
      left,
      install('one'),
      `sh ${script} --uninstall --purge`,
      left,
    );
    expect(codes).toEqual(Array(8).fill(0));
    expect(out.split('\n').filter((line) => !line.startsWith('install.sh: 1.2.0'))).toEqual([
      'install.sh: removed',
      '/var/cache/shadowscan',
      '/var/lib/shadowscan',
      '/var/lib/shadowscan-public',
      '/var/lib/shadowscan/report.json',
      'install.sh: removed',
      '',
    ]);
  });
});
