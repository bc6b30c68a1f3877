/**
 * The program as ECMAScript modules that share nothing twice: one for each command and each other thing that
 * is imported when it is needed, and those that several of them have in common. `packs.ts` makes the files
 * that are delivered of them.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type Metafile, type OnLoadResult, type Plugin } from 'esbuild';
import type { Addon } from './addons.ts';

export type Bundle = {
  project: string;
  version: string;
  addons: Addon[];
};

/** Replaces `pattern`, which must be there: a library or source that has changed must not slip through. */
function replaced(file: string, text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text))
    throw new Error(`${file}: does not look as the build expects it (${pattern.source})`);
  return text.replace(pattern, () => by);
}

/** What a library is called among the packs. */
export const packOf = (library: string): string => library.replace(/^@[^/]+\//, '');

/** Lazy loading of libraries: each is a pack of its own, but those that load an addon with us. */
function withPlainRequire(text: string, addons: Addon[], libraries: Set<string>): string {
  return text
    .replace(/^import \{ createRequire \} from 'node:module';$/m, '')
    .replace(/^const require = createRequire\(import\.meta\.url\);$/m, '')
    .replaceAll('createRequire(import.meta.url)(', 'require(')
    .replaceAll(/\brequire\('([^':]+)'\)/g, (all, library: string) => {
      if (addons.some(({ module }) => module.includes(`/${library}/`))) return all;
      libraries.add(library);
      return `require('pack:${packOf(library)}')`;
    });
}

function addonModule(project: string, addon: Addon, text: string): string {
  const loader = JSON.stringify(path.join(project, 'scripts', 'build', 'load-addon.ts'));
  const load = `require(${loader}).loadAddon(${JSON.stringify(addon.name)})`;
  if (addon.name === 'better-sqlite3') return `exports.getBinding = () => ${load};`;
  return replaced(addon.module, text, /^var keytar = loadNativeAddon\(\);$/m, `var keytar = ${load};`);
}

/** A second thread begins as the program itself does: with the file beside it, or with what is inside. */
const threadStart = `
    import path from 'node:path';
    import { getAsset, isSea } from 'node:sea';
    export const threadStart = () => isSea()
      ? { code: getAsset('start', 'utf8'), isCode: true }
      : { code: path.join(__dirname, 'shadowscan.cjs'), isCode: false };`;

function adapt(bundle: Bundle, libraries: Set<string>): Plugin {
  const source = (...names: string[]): string => path.join(bundle.project, 'src', ...names);
  const locales = path.join(bundle.project, 'node_modules', 'zod', 'v4', 'locales', 'index.js');
  const purlTexts = path.join(bundle.project, 'node_modules', 'packageurl-js', 'src', 'strings.js');
  const command = path.join(bundle.project, 'node_modules', 'commander', 'lib', 'command.js');
  const contents = (file: string): OnLoadResult | null => {
    const js = (text: string): OnLoadResult => ({
      contents: text,
      loader: 'js',
      resolveDir: path.dirname(file),
    });
    if (file === source('rules-source.ts'))
      return js("export const rulesSource = () => require('pack:rules.json');");
    if (file === source('selftest-source.ts'))
      return js("export const selftestSource = () => require('pack:selftest.json');");
    if (file === source('version.ts')) return js(`export const version = ${JSON.stringify(bundle.version)};`);
    if (file === source('host', 'thread-start.ts')) return js(threadStart);
    const addon = bundle.addons.find(({ module }) => module === file);
    if (addon !== undefined) return js(addonModule(bundle.project, addon, readFileSync(file, 'utf8')));
    // Its commands could be programs; ours are not, and what starts one would be part of every start.
    if (file === command) {
      const starts = /^import childProcess from 'node:child_process';$/m;
      return js(replaced(file, readFileSync(file, 'utf8'), starts, 'const childProcess = {};'));
    }
    // To make a collator takes as long as a small scan. What it puts in order are the numbers of a purl's parts.
    if (file === purlTexts) {
      const collator = /^const \{ compare: localeCompare \} = new Intl\.Collator\(\)$/m;
      const plain = 'const localeCompare = (a, b) => (a < b ? -1 : a > b ? 1 : 0)';
      return js(replaced(file, readFileSync(file, 'utf8'), collator, plain));
    }
    // Error messages in one language are enough; loading the others would be part of every start.
    if (file === locales) return js("export { default as en } from './en.js';");
    if (!file.startsWith(source() + path.sep)) return null;
    const text = withPlainRequire(readFileSync(file, 'utf8'), bundle.addons, libraries);
    if (text.includes('createRequire'))
      throw new Error(`${file}: loads a library in a form that the build does not know`);
    return { contents: text, loader: 'ts', resolveDir: path.dirname(file) };
  };
  return {
    name: 'adapt',
    setup(on) {
      on.onResolve({ filter: /^pack:/ }, ({ path: name }) => ({ path: name, external: true }));
      on.onLoad({ filter: /\.[jt]s$/ }, ({ path: file }) => contents(file));
    },
  };
}

/** Modules by name, what each imports, and the libraries that are loaded apart from them. */
export type Modules = {
  text: Map<string, string>;
  outputs: Metafile['outputs'];
  libraries: string[];
  /** Files that went in, below the project. */
  inputs: string[];
};

/** Bundles the program. Returns the addons that it really uses too; a warning of the bundler is an error. */
export async function bundleModules(bundle: Bundle): Promise<Modules & { addons: Addon[] }> {
  const libraries = new Set<string>();
  const digests = JSON.stringify(Object.fromEntries(bundle.addons.map(({ name, sha256 }) => [name, sha256])));
  const result = await build({
    absWorkingDir: bundle.project,
    entryPoints: [path.join(bundle.project, 'src', 'cli', 'main.ts')],
    outdir: path.join(bundle.project, '.build'),
    write: false,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node22',
    mainFields: ['module', 'main'],
    chunkNames: '[name]-[hash]',
    // Not minified: the place of an internal error is told by its line, and the code cache saves more.
    minifySyntax: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'silent',
    define: {
      'import.meta.dirname': '__dirname',
      ADDON_DIGESTS: JSON.stringify(digests),
    },
    plugins: [adapt(bundle, libraries)],
  });
  const [warning] = result.warnings;
  if (warning !== undefined) throw new Error(`${warning.location?.file ?? 'bundle'}: ${warning.text}`);
  const inputs = new Set(
    Object.keys(result.metafile.inputs).map((input) => path.join(bundle.project, input)),
  );
  const scripts = result.outputFiles.filter((file) => file.path.endsWith('.js'));
  return {
    text: new Map(scripts.map((file) => [path.basename(file.path), file.text])),
    outputs: Object.fromEntries(
      Object.entries(result.metafile.outputs).map(([file, output]) => [path.basename(file), output]),
    ),
    libraries: [...libraries],
    inputs: Object.keys(result.metafile.inputs),
    addons: bundle.addons.filter((addon) => inputs.has(addon.module)),
  };
}
