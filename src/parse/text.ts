/** A file without form: its whole text is one scalar. It records no lines; a selector can ask for them. */
import type { Decoded } from '../model/tree.ts';
import { textScalar } from './growth.ts';

/** Decodes text that makes no claim about its form, so that nothing in it can be wrong. */
export function decodeText(text: string): Decoded {
  return { tree: textScalar(text, { line: 1, column: 1 }), flaws: [] };
}
