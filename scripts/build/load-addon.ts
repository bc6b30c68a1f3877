/**
 * Part of the built program, not of the build: how it loads a native addon. Beside a bundle the addon is a
 * file; a single binary carries it inside, and an operating system loads only files, so it is unpacked into
 * a fresh folder that nobody else can enter, loaded, and removed at once. It runs when the first addon is
 * needed, and leaves nothing behind but on Windows, which does not remove a library that is in use.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { getRawAsset, isSea } from 'node:sea';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { noteSideEffect } from '../../src/host/side-effects.ts';

/** JSON of name -> SHA-256 of the addon's bytes, put here by the build. */
declare const ADDON_DIGESTS: string;

const loaded = new Map<string, unknown>();

function open(file: string): unknown {
  const module = { exports: {} };
  process.dlopen(module, file);
  return module.exports;
}

/**
 * Whether nobody else could exchange a folder that is made in this one: it belongs to root or to the user,
 * and others cannot write to it, or only to what is theirs.
 */
function isSafe(folder: string): boolean {
  const user = process.geteuid?.();
  if (user === undefined) return true;
  try {
    const stat = statSync(folder);
    return (stat.uid === 0 || stat.uid === user) && ((stat.mode & 0o022) === 0 || (stat.mode & 0o1000) !== 0);
  } catch {
    return false;
  }
}

/** Where to unpack, in order; a second choice is needed where programs may not run from the first. */
function places(): string[] {
  const besideProgram = path.dirname(process.execPath);
  const user = process.geteuid?.();
  // Root does not let the environment choose.
  const chosen = user === 0 ? [] : [tmpdir()];
  const usual = user === undefined ? [] : ['/tmp', '/var/tmp', `/run/user/${user}`];
  return [...new Set([...chosen, ...usual, besideProgram])].filter(isSafe);
}

function unpackAndOpen(name: string, bytes: Buffer): unknown {
  let failure: unknown = new Error('no safe folder');
  for (const place of places()) {
    let folder: string | null = null;
    try {
      // Made with mode 0700.
      folder = mkdtempSync(path.join(place, 'shadowscan-'));
      const file = path.join(folder, `${name}.node`);
      noteSideEffect('unpacked a native addon to a temporary folder and removed it');
      writeFileSync(file, bytes, { flag: 'wx', mode: 0o500 });
      return open(file);
    } catch (error) {
      failure = error;
    } finally {
      removed(folder);
    }
  }
  throw new Error(`the native addon ${name} cannot be loaded`, { cause: failure });
}

function removed(folder: string | null): void {
  try {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  } catch {
    // In use, on Windows.
  }
}

/** The exports of an addon by name. Throws when it is not what was built, or cannot be loaded. */
export function loadAddon(name: string): unknown {
  if (loaded.has(name)) return loaded.get(name);
  const file = path.join(__dirname, 'addons', `${name}.node`);
  const digests = JSON.parse(ADDON_DIGESTS) as Record<string, string>;
  const inside = isSea();
  const bytes = inside ? Buffer.from(getRawAsset(name)) : readFileSync(file);
  if (createHash('sha256').update(bytes).digest('hex') !== digests[name]) {
    throw new Error(`the native addon ${name} is not the one that was built in`);
  }
  const addon = inside ? unpackAndOpen(name, bytes) : open(file);
  loaded.set(name, addon);
  return addon;
}
