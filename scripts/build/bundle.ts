/** The program as one CommonJS file, which is what Node's single executables start fastest from. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build, type OnLoadResult, type Plugin } from 'esbuild';
import type { Addon } from './addons.ts';

export type Bundle = {
  project: string;
  /** Module below `src/cli` that it begins with. */
  entry: string;
  outfile: string;
  rules: string;
  version: string;
  addons: Addon[];
  /** What a single binary begins with. */
  start: string;
};

/** Replaces `pattern`, which must be there: a library or source that has changed must not slip through. */
function replaced(file: string, text: string, pattern: RegExp, by: string): string {
  if (!pattern.test(text))
    throw new Error(`${file}: does not look as the build expects it (${pattern.source})`);
  return text.replace(pattern, () => by);
}

/** Lazy loading of libraries in a form that the bundler follows; it stays lazy in the bundle. */
function withPlainRequire(text: string): string {
  return text
    .replace(/^import \{ createRequire \} from 'node:module';$/m, '')
    .replace(/^const require = createRequire\(import\.meta\.url\);$/m, '')
    .replaceAll('createRequire(import.meta.url)(', 'require(');
}

/** CommonJS cannot wait at the top level: the body behind the imports becomes a function. */
function withoutTopLevelAwait(file: string, text: string): string {
  if (!/^(?: {2})?await /m.test(text)) return text;
  const [imports] = /^(?:(?:#!.*|\/\*[^]*?\*\/|import [^;]*;|)\r?\n)+/.exec(text) ?? [];
  if (imports === undefined) throw new Error(`${file}: does not begin with its imports`);
  return `${imports}void (async () => {\n${text.slice(imports.length)}\n})();\n`;
}

function addonModule(project: string, addon: Addon, text: string): string {
  const loader = JSON.stringify(path.join(project, 'scripts', 'build', 'load-addon.ts'));
  const load = `require(${loader}).loadAddon(${JSON.stringify(addon.name)})`;
  if (addon.name === 'better-sqlite3') return `exports.getBinding = () => ${load};`;
  return replaced(addon.module, text, /^var keytar = loadNativeAddon\(\);$/m, `var keytar = ${load};`);
}

/** A second thread begins as the program itself does: with the file beside it, or with what is inside. */
function threadStart(start: string): string {
  return `
    import path from 'node:path';
    import { isSea } from 'node:sea';
    export const threadStart = () => isSea()
      ? { code: ${JSON.stringify(start)}, isCode: true }
      : { code: path.join(__dirname, 'shadowscan.cjs'), isCode: false };`;
}

function adapt(bundle: Bundle): Plugin {
  const source = (...names: string[]): string => path.join(bundle.project, 'src', ...names);
  const locales = path.join(bundle.project, 'node_modules', 'zod', 'v4', 'locales', 'index.js');
  const contents = (file: string): OnLoadResult | null => {
    const js = (text: string): OnLoadResult => ({
      contents: text,
      loader: 'js',
      resolveDir: path.dirname(file),
    });
    const rules = JSON.stringify(bundle.rules);
    if (file === source('rules-source.ts'))
      return js(`export const rulesSource = () => JSON.parse(${rules});`);
    if (file === source('version.ts')) return js(`export const version = ${JSON.stringify(bundle.version)};`);
    if (file === source('host', 'thread-start.ts'))
      return js(threadStart(readFileSync(bundle.start, 'utf8')));
    const addon = bundle.addons.find(({ module }) => module === file);
    if (addon !== undefined) return js(addonModule(bundle.project, addon, readFileSync(file, 'utf8')));
    // Error messages in one language are enough; loading the others would be part of every start.
    if (file === locales) return js("export { default as en } from './en.js';");
    if (!file.startsWith(source() + path.sep)) return null;
    let text = withPlainRequire(readFileSync(file, 'utf8'));
    if (text.includes('createRequire'))
      throw new Error(`${file}: loads a library in a form that the build does not know`);
    if (file === source('cli', 'main.ts')) text = withoutTopLevelAwait(file, text);
    return { contents: text, loader: 'ts', resolveDir: path.dirname(file) };
  };
  return {
    name: 'adapt',
    setup(on) {
      on.onLoad({ filter: /\.[jt]s$/ }, ({ path: file }) => contents(file));
    },
  };
}

/** Writes what a delivery begins with, before it comes to the program: `start` or `start-file`. */
export async function bundleStart(name: string, outfile: string): Promise<void> {
  const entryPoints = [path.join(import.meta.dirname, `${name}.ts`)];
  await build({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node22' });
}

/** Writes the bundle. Returns the addons that it really uses; a warning of the bundler is an error. */
export async function buildBundle(bundle: Bundle): Promise<Addon[]> {
  const digests = JSON.stringify(Object.fromEntries(bundle.addons.map(({ name, sha256 }) => [name, sha256])));
  const result = await build({
    absWorkingDir: bundle.project,
    entryPoints: [path.join(bundle.project, 'src', 'cli', bundle.entry)],
    outfile: bundle.outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    mainFields: ['module', 'main'],
    // Not minified: the place of an internal error is told by its line, and the code cache saves more.
    minifySyntax: true,
    legalComments: 'linked',
    metafile: true,
    logLevel: 'silent',
    define: {
      'import.meta.dirname': '__dirname',
      ADDON_DIGESTS: JSON.stringify(digests),
    },
    plugins: [adapt(bundle)],
  });
  const [warning] = result.warnings;
  if (warning !== undefined) throw new Error(`${warning.location?.file ?? 'bundle'}: ${warning.text}`);
  const inputs = new Set(
    Object.keys(result.metafile.inputs).map((input) => path.join(bundle.project, input)),
  );
  return bundle.addons.filter((addon) => inputs.has(addon.module));
}
