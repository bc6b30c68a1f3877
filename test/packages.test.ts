/** `.deb` and `.rpm` of both processor families, made of a stand-in for the binary and looked into by Debian's tools. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { version } from '../src/version.ts';

const script = path.join(import.meta.dirname, '..', 'scripts', 'packaging', 'packages.ts');
const made = [
  `shadowscan-${version}-1.aarch64.rpm`,
  `shadowscan-${version}-1.x86_64.rpm`,
  `shadowscan_${version}_amd64.deb`,
  `shadowscan_${version}_arm64.deb`,
];
/** Everything that is installed but folders, below the root. */
const inside = [
  'lib/systemd/system/shadowscan.service',
  'lib/systemd/system/shadowscan.timer',
  'opt/shadowscan/bin/shadowscan',
  'usr/bin/shadowscan',
  'usr/share/bash-completion/completions/shadowscan',
  'usr/share/doc/shadowscan/copyright',
  'usr/share/doc/shadowscan/shadowscan.cdx.json',
  'usr/share/fish/vendor_completions.d/shadowscan.fish',
  'usr/share/man/man1/shadowscan.1.gz',
  'usr/share/zsh/vendor-completions/_shadowscan',
];
/** The same of an rpm, whose systems have zsh look elsewhere. */
const insideRpm = inside.map((name) => name.replace('/vendor-completions/', '/site-functions/'));
const folders: string[] = [];
let dist: string;

const ask = (command: string, ...args: string[]): string => {
  const { stdout, stderr, status } = spawnSync(command, args, { encoding: 'utf8', cwd: dist });
  expect([command, args, stderr, status]).toEqual([command, args, '', 0]);
  return stdout;
};

function build(umask: string): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-packages-'));
  folders.push(folder);
  for (const arch of ['x64', 'arm64']) {
    const binary = path.join(folder, `shadowscan-linux-${arch}`);
    fs.writeFileSync(binary, `#!/bin/sh\necho ${arch}\n`);
    fs.writeFileSync(`${binary}.cdx.json`, '{}\n');
  }
  const shell = `umask ${umask} && exec "$@"`;
  const args = ['-c', shell, 'sh', process.execPath, script, '--dist', folder];
  const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return folder;
}

/** What lies in a folder, without folders. */
const listed = (folder: string): string[] =>
  fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .toSorted();

describe.skipIf(process.platform !== 'linux' || spawnSync('rpmbuild', ['--version']).status !== 0)(
  'packages',
  () => {
    beforeAll(() => {
      dist = build('022');
    });
    afterAll(() => folders.forEach((folder) => fs.rmSync(folder, { recursive: true, force: true })));

    test('one of each kind for each processor family, and nothing else is left', () => {
      expect(listed(dist).filter((name) => !name.startsWith('shadowscan-linux-'))).toEqual([
        'SHA256SUMS',
        ...made,
      ]);
      const sums = fs.readFileSync(path.join(dist, 'SHA256SUMS'), 'utf8');
      for (const name of made) expect(sums).toContain(`  ${name}\n`);
      expect(ask('sha256sum', '--check', '--quiet', 'SHA256SUMS')).toBe('');
    });

    test('the same bytes again, from another folder and under another umask', () => {
      const again = build('077');
      for (const name of made)
        expect([
          name,
          fs.readFileSync(path.join(again, name)).equals(fs.readFileSync(path.join(dist, name))),
        ]).toEqual([name, true]);
    });

    test.each(['amd64', 'arm64'])('deb for %s: all of it is root’s, and nobody else writes to it', (arch) => {
      const file = `shadowscan_${version}_${arch}.deb`;
      expect(ask('dpkg-deb', '--field', file, 'Architecture').trim()).toBe(arch);
      expect(ask('dpkg-deb', '--field', file, 'Version').trim()).toBe(version);
      const lines = ask('dpkg-deb', '--contents', file).trimEnd().split('\n');
      const kinds = lines
        .map((line) => line.split(/\s+/))
        .map(([mode, owner, , , , name]) => {
          return `${mode} ${owner} ${name!.endsWith('/bin/shadowscan') ? 'program' : name!.endsWith('/') ? 'folder' : 'file'}`;
        });
      expect([...new Set(kinds)].toSorted()).toEqual([
        '-rw-r--r-- root/root file',
        '-rwxr-xr-x root/root program',
        'drwx------ root/root folder',
        'drwxr-xr-x root/root folder',
        'lrwxrwxrwx root/root program',
      ]);
      const closed = lines.filter((line) => line.startsWith('drwx------'));
      expect(closed.map((line) => line.split(/\s+/)[5])).toEqual(['./var/lib/shadowscan/']);
      expect(lines.some((line) => line.endsWith(' ./var/lib/shadowscan-public/'))).toBe(true);
      expect(lines.at(-1)).toMatch(/ \.\/usr\/bin\/shadowscan -> \/opt\/shadowscan\/bin\/shadowscan$/);
    });

    test.each(['x86_64', 'aarch64'])('rpm for %s: the same files, owners and modes', (arch) => {
      const file = `shadowscan-${version}-1.${arch}.rpm`;
      const query = '[%{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME} %{FILENAMES}\n]';
      const lines = ask('rpm', '-qp', '--qf', query, file).trimEnd().split('\n');
      const files = lines.filter((line) => !line.startsWith('d'));
      expect(files.map((line) => line.split(' ')[2]!.slice(1)).toSorted()).toEqual(insideRpm);
      expect(lines.filter((line) => line.startsWith('d')).map((line) => line.split(' ')[2])).toEqual([
        '/opt/shadowscan',
        '/opt/shadowscan/bin',
        '/usr/share/doc/shadowscan',
        '/var/lib/shadowscan',
        '/var/lib/shadowscan-public',
      ]);
      expect(lines.filter((line) => !/^(?:[d-]rw[x-]r-[x-]r-[x-]|lrwxrwxrwx) root:root /.test(line))).toEqual(
        ['drwx------ root:root /var/lib/shadowscan'],
      );
      expect(ask('rpm', '-qp', '--qf', '%{ARCH} %{VERSION}', file)).toBe(`${arch} ${version}`);
      const scripts = ask('rpm', '-qp', '--scripts', file);
      expect(scripts).toContain('systemctl daemon-reload');
      expect(scripts).toContain('systemctl disable --now shadowscan.timer');
    });

    test.skipIf(process.geteuid?.() !== 0)(
      'a deb is installed and removed, and nothing stays but what scans kept',
      () => {
        const root = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-root-'));
        folders.push(root);
        for (const name of ['info', 'updates', 'triggers'])
          fs.mkdirSync(path.join(root, 'var/lib/dpkg', name), { recursive: true });
        for (const name of ['status', 'available'])
          fs.writeFileSync(path.join(root, 'var/lib/dpkg', name), '');
        // Scripts run outside of the root, which has no shell; they are told of it.
        const dpkg = (...args: string[]) => {
          const given = [
            `--root=${root}`,
            '--force-script-chrootless',
            '--force-depends',
            '--force-architecture',
            ...args,
          ];
          const { status, stderr } = spawnSync('dpkg', given, { encoding: 'utf8' });
          expect(status, stderr).toBe(0);
          return listed(root).filter((name) => !/^var\/(?:lib\/dpkg|log)\//.test(name));
        };
        for (const arch of ['amd64', 'arm64']) {
          expect(dpkg('--install', path.join(dist, `shadowscan_${version}_${arch}.deb`))).toEqual(inside);
          expect(fs.statSync(path.join(root, 'var/lib/shadowscan')).mode & 0o777).toBe(0o700);
          expect(fs.statSync(path.join(root, 'var/lib/shadowscan-public')).mode & 0o777).toBe(0o755);
          fs.writeFileSync(path.join(root, 'var/lib/shadowscan/state.db'), '');
          expect(dpkg('--remove', 'shadowscan')).toEqual(['var/lib/shadowscan/state.db']);
          expect(dpkg('--purge', 'shadowscan')).toEqual([]);
          expect(fs.readdirSync(root)).toEqual(['var']);
        }
      },
    );

    test.skipIf(process.geteuid?.() !== 0)('an rpm is unpacked and removed whole', () => {
      const root = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-root-'));
      folders.push(root);
      const rpm = (...args: string[]): string[] => {
        const { status, stderr } = spawnSync('rpm', [`--root=${root}`, '--nodeps', '--noscripts', ...args], {
          encoding: 'utf8',
        });
        expect(status, stderr).toBe(0);
        return listed(root).filter((name) => !/(?:^|\/)(?:rpm|\.rpmdb)\//.test(name));
      };
      for (const arch of ['x86_64', 'aarch64']) {
        expect(
          rpm('--install', '--ignorearch', path.join(dist, `shadowscan-${version}-1.${arch}.rpm`)),
        ).toEqual(insideRpm);
        expect(rpm('--erase', 'shadowscan')).toEqual([]);
        expect(fs.existsSync(path.join(root, 'opt/shadowscan'))).toBe(false);
      }
    });
  },
);
