/**
 * Part of the built program, not of the build: how it loads its packs, each when something in it is needed
 * first, with what V8 had compiled of it when it was built. With another Node, V8 finds that it does not fit
 * and compiles anew.
 */
import { createRequire } from 'node:module';
import path from 'node:path';
import { Script } from 'node:vm';

/** Bytes of a file of the program by its name; null when there is none. */
export type ReadPart = (name: string) => Buffer | null;

const mark = 'pack:';

type Module = { exports: unknown };

/**
 * The `require` of the program: `pack:NAME/MODULE` and `pack:LIBRARY` from packs, anything else from Node. `file` is
 * where the program is, and `seen` is told of each script.
 */
export function packLoader(
  file: string,
  read: ReadPart,
  seen: (pack: string, script: Script) => void = () => undefined,
): (name: string) => unknown {
  const builtIn = createRequire(file);
  const loaded = new Map<string, Module>();
  const load = (pack: string): unknown => {
    const known = loaded.get(pack);
    if (known !== undefined) return known.exports;
    const source = read(`${pack}.js`);
    if (source === null) throw new Error(`${pack}.js is missing`);
    const cachedData = read(`${pack}.cache`) ?? undefined;
    const script = new Script(source.toString('latin1'), {
      filename: `${pack}.js`,
      ...(cachedData !== undefined && { cachedData }),
    });
    seen(pack, script);
    const module: Module = { exports: {} };
    loaded.set(pack, module);
    script.runInThisContext()(module.exports, require, module, file, path.dirname(file));
    return module.exports;
  };
  const require = (name: string): unknown => {
    if (!name.startsWith(mark)) return builtIn(name);
    const [pack, part] = name.slice(mark.length).split('/') as [string, string?];
    const exports = load(pack);
    return part === undefined ? exports : (exports as Record<string, () => unknown>)[part]!();
  };
  return require;
}
