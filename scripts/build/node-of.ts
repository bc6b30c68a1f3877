/**
 * The Node executable of a platform: the one in `node_modules` where npm has installed it, else the same
 * package, of the version and with the digest that the lockfile pins, by `npm pack` into `.build/node`. npm
 * installs only what fits the machine, and a build for another needs just this one file.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Target } from './platforms.ts';

export type NodeFile = {
  file: string;
  /** Such as `26.10.0`. */
  version: string;
};

type Locked = { version: string; integrity: string };

function locked(project: string, name: string): Locked {
  const lock = JSON.parse(readFileSync(path.join(project, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, Partial<Locked>>;
  };
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined)
    throw new Error(`package-lock.json: pins no ${name}; npm install --package-lock-only`);
  return { version, integrity };
}

/** Throws when bytes are not those of a `sha512-` digest in base64. */
export function verify(name: string, bytes: Buffer, integrity: string): void {
  const found = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  if (found !== integrity)
    throw new Error(`${name}: what npm has fetched is not what package-lock.json pins (${integrity})`);
}

/** The executable, fetched when it has to be. Throws when it cannot be had or is not the pinned one. */
export function nodeOf(project: string, target: Target): NodeFile {
  const { version, integrity } = locked(project, target.package);
  const installed = path.join(project, 'node_modules', target.package);
  if (existsSync(path.join(installed, target.executable))) {
    const manifest = JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8')) as Locked;
    if (manifest.version !== version)
      throw new Error(`${target.package} ${manifest.version} is installed, ${version} is pinned; run npm ci`);
    return { file: path.join(installed, target.executable), version };
  }
  const name = `${target.package}-${version}`;
  const kept = path.join(project, '.build', 'node', name);
  const file = path.join(kept, 'package', target.executable);
  const archive = path.join(kept, `${name}.tgz`);
  if (!existsSync(archive)) {
    mkdirSync(path.dirname(kept), { recursive: true });
    const fresh = mkdtempSync(`${kept}-`);
    try {
      // A shell on Windows, where npm is a script.
      const npm = ['pack', '--silent', '--pack-destination', fresh, `${target.package}@${version}`];
      execFileSync('npm', npm, {
        stdio: ['ignore', 'ignore', 'inherit'],
        shell: process.platform === 'win32',
      });
      rmSync(kept, { recursive: true, force: true });
      renameSync(fresh, kept);
    } finally {
      rmSync(fresh, { recursive: true, force: true });
    }
  }
  // Each time: between two builds the file lies in a folder that anything may have written to.
  verify(name, readFileSync(archive), integrity);
  execFileSync('tar', ['-xzf', archive, '-C', kept], { stdio: ['ignore', 'ignore', 'inherit'] });
  chmodSync(file, 0o755);
  return { file, version };
}
