/** The native addons for a platform, as their packages ship them, and what their bytes must be. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `module` is the file of the package that looks for the addon; the bundle replaces that part of it. */
export type Addon = { name: string; file: string; sha256: string; module: string };

const packages = [
  {
    name: 'better-sqlite3',
    prebuild: (platform: string) => `better-sqlite3/prebuilds/${platform}.node`,
    module: 'better-sqlite3/lib/binding.js',
    without: 'databases are told as gaps, and --state does not work',
  },
  {
    name: 'keytar',
    prebuild: (platform: string) => `@github/keytar/prebuilds/${platform}/keytar.node`,
    module: '@github/keytar/lib/keytar.js',
    without: 'migrate and exec have no keychain',
  },
];

/** The addons for a platform and architecture in Node's words, without those that nobody ships for it. */
export function addonsOf(project: string, platform: string, arch: string): Addon[] {
  const modules = path.join(project, 'node_modules');
  return packages.flatMap(({ name, prebuild, module }) => {
    const file = path.join(modules, prebuild(`${platform}-${arch}`));
    if (!existsSync(file)) return [];
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    return [{ name, file, sha256, module: path.join(modules, module) }];
  });
}

/** The addons that are not among these, and what does not work without each. */
export function lackingAddons(offered: Addon[]): { name: string; without: string }[] {
  return packages.filter(({ name }) => !offered.some((addon) => addon.name === name));
}

/** Puts addons beside a bundle. */
export function copyAddons(addons: Addon[], folder: string): void {
  if (addons.length > 0) mkdirSync(folder, { recursive: true });
  for (const addon of addons) copyFileSync(addon.file, path.join(folder, `${addon.name}.node`));
}
