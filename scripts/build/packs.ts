/**
 * Modules -> packs: the files of the program, each loaded when something in it is needed first. A pack is one
 * CommonJS script, which V8 starts fastest with what it had compiled before. What every call needs is in
 * `front`, what a scan needs beyond it in `scan`, all other modules in `rest`, and each library that is
 * loaded late in a pack of its own.
 */
import path from 'node:path';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import { type Modules, packOf } from './bundle.ts';

/** Packs of modules in the order of need, with the modules of the program that they are made for. */
const wanted: [pack: string, sources: string[]][] = [
  ['front', ['src/cli/main.ts']],
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
 * Everything beyond ASCII as an escape: scripts are read as one byte a character, which is fast, and the bundler
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

/** One script of what it begins with. */
async function bundled(options: BuildOptions): Promise<string> {
  const { outputFiles } = await build({ ...common, ...options, write: false });
  return wrapped(outputFiles[0]!.text);
}

/** The packs by name, as scripts, and the module in `front` that is the program. */
export async function makePacks(
  project: string,
  modules: Modules,
): Promise<{ packs: Map<string, string>; main: string }> {
  const packs = assigned(modules);
  const scripts = new Map<string, string>();
  for (const own of new Set(packs.values())) {
    const plugins = [among(modules, packs, own)];
    scripts.set(own, await bundled({ entryPoints: ['stub'], plugins }));
  }
  for (const library of modules.libraries) {
    const contents = `module.exports = require(${JSON.stringify(library)});`;
    scripts.set(packOf(library), await bundled({ stdin: { contents, resolveDir: project } }));
  }
  const main = [...packs.keys()].find((name) => modules.outputs[name]?.entryPoint === wanted[0]![1][0]);
  if (main === undefined) throw new Error('the program has no beginning');
  return { packs: scripts, main: `pack:front/${main}` };
}
