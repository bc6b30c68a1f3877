/** The one address of `jsonc-parser`. */
export { createScanner, parseTree } from 'jsonc-parser';
export type { JSONScanner, Node as JsonNode, ParseError } from 'jsonc-parser';
