/** The one address of the `yaml` library, loaded when the first YAML is read. */
import { createRequire } from 'node:module';

export type { Alias, CST, Document, LineCounter, Node, Pair, Scalar, YAMLMap } from 'yaml';

const require = createRequire(import.meta.url);

/** The library itself; loaded once. */
export function yamlLibrary(): typeof import('yaml') {
  return require('yaml') as typeof import('yaml');
}
