/**
 * Modules -> packs: the files of the program, each loaded when something in it is needed first. A pack is one
 * CommonJS script, which V8 starts fastest with what it had compiled before. What every call needs is in
 * `start`, what `exec` needs beyond it in `exec`, and with token files of the bridge in `bridge`, what every
 * command needs in `front`, what a scan needs beyond these in `scan`, all other modules in `rest`, and each library that is loaded late in a pack of its own.
 */
import path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { selftestSource } from '../../src/selftest-source.ts';
import { type Modules, packOf } from './bundle.ts';

/** Packs of modules in the order of need, with the modules of the program that they are made for. */
const wanted: [pack: string, sources: string[]][] = [
  ['start', ['src/cli/main.ts']],
  ['exec', ['src/cli/exec-main.ts']],
  ['bridge', ['src/cli/exec-bridge.ts']],
  ['front', ['src/cli/run-commands.ts']],
  ['scan', ['src/cli/scan.ts', 'src/host/serve-parts.ts']],
];
const remaining = 'rest';

/** The modules that begin with some sources, and all that these import at once. */
function closure({ outputs }: Modules, sources: string[]): Set<string> {
  const names = Object.keys(outputs).filter((name) => sources.includes(outputs[name]!.entryPoint ?? ''));
  if (names.length < sources.length) throw new Error(`not in the bundle: some of ${sources.join(', ')}`);
  const all = new Set(names);
  for (const name of all) {
    for (const one of outputs[name]!.imports)
      if (one.kind === 'import-statement' && !one.external) all.add(path.basename(one.path));
  }
  return all;
}

/** Module -> pack. */
function assigned(modules: Modules): Map<string, string> {
  const packs = new Map<string, string>();
  for (const [pack, sources] of wanted)
    for (const name of closure(modules, sources)) if (!packs.has(name)) packs.set(name, pack);
  for (const name of modules.text.keys()) if (!packs.has(name)) packs.set(name, remaining);
  return packs;
}

/** Finds modules among those at hand; what is in another pack is asked for by the name of both. */
function among({ text }: Modules, packs: Map<string, string>, own: string): Plugin {
  const stub = [...packs].filter(([, pack]) => pack === own).map(([name]) => JSON.stringify(name));
  const parts = stub.map((name) => `${name}: () => require(${name})`).join(',\n');
  return {
    name: 'among',
    setup(on) {
      on.onResolve({ filter: /\.js$/ }, ({ path: given }) => {
        const name = path.basename(given);
        const pack = packs.get(name);
        if (pack === undefined) return null;
        return pack === own
          ? { path: name, namespace: 'module' }
          : { path: `pack:${pack}/${name}`, external: true };
      });
      on.onResolve({ filter: /^stub$/ }, () => ({ path: 'stub', namespace: 'module' }));
      on.onLoad({ filter: /.*/, namespace: 'module' }, ({ path: name }) => ({
        contents: name === 'stub' ? `module.exports = {\n${parts}\n};` : text.get(name)!,
        loader: 'js',
      }));
    },
  };
}

/**
 * Everything beyond ASCII as an escape: files are read as one byte a character, which is fast, and the bundler
 * leaves patterns as they are.
 */
function plain(text: string): string {
  return text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A script as a function of what it needs. */
const wrapped = (text: string): string =>
  `(function (exports, require, module, __filename, __dirname) {${plain(text.replace(/^#!.*/, ''))}\n})`;

const common: BuildOptions = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node22',
  mainFields: ['module', 'main'],
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'silent',
  // A pack knows others by `require` alone.
  supported: { 'dynamic-import': false },
};

/** One script of what it begins with. Adds the files that it is made of to `inputs`. */
async function bundled(options: BuildOptions, inputs: Set<string>): Promise<string> {
  const { outputFiles, metafile } = await build({ ...common, ...options, metafile: true, write: false });
  for (const input of Object.keys(metafile.inputs)) inputs.add(input);
  return wrapped(outputFiles[0]!.text);
}

/** The packs and the rules by file name, the module in `start` that is the program, and what all is made of. */
export async function makePacks(
  project: string,
  modules: Modules,
  rules: string,
): Promise<{ files: Map<string, string>; main: string; inputs: Set<string> }> {
  const packs = assigned(modules);
  const inputs = new Set(modules.inputs);
  const files = new Map([
    ['rules.json', plain(rules)],
    ['selftest.json', plain(JSON.stringify(selftestSource()))],
  ]);
  for (const own of new Set(packs.values())) {
    const plugins = [among(modules, packs, own)];
    files.set(`${own}.js`, await bundled({ entryPoints: ['stub'], plugins, absWorkingDir: project }, inputs));
  }
  for (const library of modules.libraries) {
    const contents = `module.exports = require(${JSON.stringify(library)});`;
    const stdin = { contents, resolveDir: project };
    files.set(`${packOf(library)}.js`, await bundled({ stdin, absWorkingDir: project }, inputs));
  }
  const main = [...packs.keys()].find((name) => modules.outputs[name]?.entryPoint === wanted[0]![1][0]);
  if (main === undefined) throw new Error('the program has no beginning');
  return { files, main: `pack:${wanted[0]![0]}/${main}`, inputs };
}
