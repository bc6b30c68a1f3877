/**
 * `node scripts/packaging/packages.ts [--target linux-x64,linux-arm64] [--dist DIR]`: `.deb` and `.rpm` of the
 * binaries in `dist/` or another folder, by Debian's `dpkg-deb` and `rpmbuild`, with manual page, completions and systemd units. The timer is
 * installed and not switched on: who scans when is the fleet's decision. Packages are not signed here.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { globSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { writeSums } from '../build/bill.ts';
import { type Target, targets } from '../build/platforms.ts';
import { version } from '../../src/version.ts';

const project = path.join(import.meta.dirname, '..', '..');
// Folders get their modes from it, whoever builds.
process.umask(0o022);
const { values } = parseArgs({ options: { target: { type: 'string' }, dist: { type: 'string' } } });
const dist = path.resolve(values.dist ?? path.join(project, 'dist'));
/** Where packages are put together. */
const work =
  values.dist === undefined ? path.join(project, '.build', 'packages') : path.join(dist, '.packages');
const { description, license } = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8')) as {
  description: string;
  license: string;
};
const summary = 'scanner for AI agents and MCP servers on endpoints';
/** Of all files in packages, so that equal files make equal packages. */
const env = {
  ...process.env,
  SOURCE_DATE_EPOCH: process.env['SOURCE_DATE_EPOCH'] ?? '1767225600',
  LC_ALL: 'C',
};
const architectures = {
  x64: { deb: 'amd64', rpm: 'x86_64' },
  arm64: { deb: 'arm64', rpm: 'aarch64' },
};

const completions = {
  bash: 'usr/share/bash-completion/completions/shadowscan',
  zsh: 'usr/share/zsh/vendor-completions/_shadowscan',
  fish: 'usr/share/fish/vendor_completions.d/shadowscan.fish',
};

/** Debian's zsh looks there; that of Fedora, RHEL and SUSE where zsh itself does (their packages of zsh, 2026-11). */
const zshOfRpm = 'usr/share/zsh/site-functions/_shadowscan';

/** Where units keep what scans find, and what everybody may know of it; with the modes of install.sh. */
const folders = { 'var/lib/shadowscan': 0o700, 'var/lib/shadowscan-public': 0o755 };

function run(command: string, args: string[], cwd = project): string {
  return execFileSync(command, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What both kinds of package hold. */
function stage(binary: string, root: string): void {
  rmSync(root, { recursive: true, force: true });
  const put = (file: string, bytes: string | Buffer, mode = 0o644): void => {
    const at = path.join(root, file);
    mkdirSync(path.dirname(at), { recursive: true, mode: 0o755 });
    writeFileSync(at, bytes);
    chmodSync(at, mode);
  };
  put('opt/shadowscan/bin/shadowscan', readFileSync(binary), 0o755);
  mkdirSync(path.join(root, 'usr', 'bin'), { recursive: true });
  symlinkSync('/opt/shadowscan/bin/shadowscan', path.join(root, 'usr', 'bin', 'shadowscan'));
  const manual = readFileSync(path.join(import.meta.dirname, 'shadowscan.1'));
  put('usr/share/man/man1/shadowscan.1.gz', gzipSync(manual, { level: 9 }));
  put('usr/share/doc/shadowscan/copyright', readFileSync(path.join(project, 'LICENSE')));
  put('usr/share/doc/shadowscan/shadowscan.cdx.json', readFileSync(`${binary}.cdx.json`));
  const program = path.join(project, 'src', 'cli', 'main.ts');
  for (const [shell, file] of Object.entries(completions))
    put(file, run(process.execPath, [program, 'completion', shell]));
  for (const unit of ['shadowscan.service', 'shadowscan.timer'])
    put(`lib/systemd/system/${unit}`, readFileSync(path.join(project, 'scripts', 'mdm', 'systemd', unit)));
  for (const [folder, mode] of Object.entries(folders)) {
    mkdirSync(path.join(root, folder), { recursive: true });
    chmodSync(path.join(root, folder), mode);
  }
}

const scripts = (name: string): string =>
  readFileSync(path.join(import.meta.dirname, 'linux', `${name}.sh`), 'utf8');

/** Times of a tree, which both builders take over. */
function settle(root: string): void {
  run('find', [root, '-exec', 'touch', '--no-dereference', '--date', `@${env.SOURCE_DATE_EPOCH}`, '{}', '+']);
}

function makeDeb({ arch }: Target, root: string): string {
  const name = architectures[arch].deb;
  const control = path.join(root, 'DEBIAN');
  mkdirSync(control);
  writeFileSync(
    path.join(control, 'control'),
    `Package: shadowscan\nVersion: ${version}\nArchitecture: ${name}\nSection: admin\nPriority: optional\n` +
      `Depends: libc6 (>= 2.28), libstdc++6 (>= 8), libatomic1\nRecommends: libsecret-1-0\n` +
      `Maintainer: shadowscan <root@localhost>\nDescription: ${summary}\n ${description}\n`,
  );
  for (const script of ['postinst', 'prerm', 'postrm']) {
    writeFileSync(path.join(control, script), scripts(script));
    chmodSync(path.join(control, script), 0o755);
  }
  settle(root);
  const file = path.join(dist, `shadowscan_${version}_${name}.deb`);
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, file]);
  rmSync(control, { recursive: true });
  return file;
}

function makeRpm({ arch }: Target, root: string, folder: string): string {
  const name = architectures[arch].rpm;
  mkdirSync(path.join(root, path.dirname(zshOfRpm)));
  renameSync(path.join(root, completions.zsh), path.join(root, zshOfRpm));
  const body = (script: string): string => scripts(script).replace(/^#!.*\n/, '');
  const files = globSync('**/*', { cwd: root, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => `/${path.relative(root, path.join(entry.parentPath, entry.name))}`)
    .toSorted();
  const empty = Object.entries(folders).map(
    ([at, mode]) => `%dir %attr(${mode.toString(8).padStart(4, '0')},root,root) /${at}\n`,
  );
  const spec = path.join(folder, 'shadowscan.spec');
  writeFileSync(
    spec,
    `%global debug_package %{nil}\n%global __os_install_post %{nil}\n%global _build_id_links none\n` +
      `%global use_source_date_epoch_as_buildtime 1\n%global clamp_mtime_to_source_date_epoch 1\n` +
      `%global _buildhost localhost\n` +
      `Name: shadowscan\nVersion: ${version}\nRelease: 1\nSummary: ${summary}\n` +
      `License: ${license}\nAutoReqProv: no\nRequires: glibc >= 2.28, libstdc++ >= 8, libatomic\n\n` +
      `%description\n${description}\n\n%install\ncp -a ${root}/. %{buildroot}/\n\n` +
      `%post -p /bin/sh\n${body('postinst')}\n%preun -p /bin/sh\n${body('prerm')}\n` +
      `%postun -p /bin/sh\n${body('postrm')}\n%files\n%defattr(-,root,root)\n%dir /opt/shadowscan\n` +
      `%dir /opt/shadowscan/bin\n%dir /usr/share/doc/shadowscan\n${empty.join('')}${files.join('\n')}\n`,
  );
  const build = ['-bb', '--quiet', '--target', `${name}-linux`, '--define', `_topdir ${folder}/rpm`];
  run('rpmbuild', [...build, '--define', '_binary_payload w6.gzdio', spec]);
  const file = path.join(dist, `shadowscan-${version}-1.${name}.rpm`);
  copyFileSync(path.join(folder, 'rpm', 'RPMS', name, path.basename(file)), file);
  return file;
}

const linux = targets.filter(
  ({ os, name }) => os === 'linux' && existsSync(path.join(dist, `shadowscan-${name}`)),
);
const wanted = values.target?.split(',') ?? linux.map(({ name }) => name);
for (const name of wanted) {
  const target = linux.find((one) => one.name === name);
  if (target === undefined) throw new Error(`dist/ has no Linux binary ${name}; npm run build:binary first`);
  const folder = path.join(work, name);
  const root = path.join(folder, 'root');
  rmSync(folder, { recursive: true, force: true });
  stage(path.join(dist, `shadowscan-${name}`), root);
  for (const file of [makeDeb(target, root), makeRpm(target, root, folder)])
    console.log(path.relative(project, file));
}
if (values.dist !== undefined) rmSync(work, { recursive: true, force: true });
const delivered = globSync(['shadowscan-*-*', 'shadowscan_*.deb', '*.rpm'], { cwd: dist });
writeSums(
  dist,
  [...new Set(delivered)].map((file) => path.join(dist, file)),
);
