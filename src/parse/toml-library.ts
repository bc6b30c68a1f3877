/** The one address of `toml-eslint-parser`, loaded when the first TOML is read. */
import { createRequire } from 'node:module';

export type { AST } from 'toml-eslint-parser';

const require = createRequire(import.meta.url);

/** The library itself; loaded once. */
export function tomlLibrary(): typeof import('toml-eslint-parser') {
  return require('toml-eslint-parser') as typeof import('toml-eslint-parser');
}
