/** The one address of `@humanwhocodes/momoa`, loaded when the first JSON5 is read. */
import { createRequire } from 'node:module';

export type { ValueNode } from '@humanwhocodes/momoa';

const require = createRequire(import.meta.url);

/** The library itself; loaded once. */
export function json5Library(): typeof import('@humanwhocodes/momoa') {
  return require('@humanwhocodes/momoa') as typeof import('@humanwhocodes/momoa');
}
