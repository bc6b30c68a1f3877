/**
 * Regular expressions over whole addresses, as far as they are made of what an export writes: text, and any
 * label, any segment or any rest of a path. What an expression of another make means is not guessed.
 */

/** Any label of a host, any segment of a path, and any number of segments at its end. */
export const anyLabel = '[a-z0-9_-]+';
export const anySegment = '[A-Za-z0-9_~-][A-Za-z0-9._~-]*';
export const anyRest = `(?:/(?:${anySegment})?)*`;

/** `https://a\.example/mcp/?` as `https://a.example/mcp`, with `*` for what may differ; null for all else. */
export function wildcardsOf(expression: string): string | null {
  const deep = expression.endsWith(anyRest);
  const body = deep ? expression.slice(0, -anyRest.length) : expression.replace(/\/\?$/, '');
  const [, head = '', path = ''] = /^([^/]*:\/\/[^/]*)(.*)$/s.exec(body) ?? [];
  // A wildcard where a path begins is a segment's, else a label's: the other one would mean more.
  const text = head.replaceAll(anyLabel, '<any>') + path.replaceAll(anySegment, '<any>');
  const plain = text.replace(/\\[^A-Za-z0-9]/g, '');
  if (head === '' || /[\\^$.*+?()[\]{}|]/.test(plain)) return null;
  return `${text.replace(/\\(.)/g, '$1').replaceAll('<any>', '*')}${deep ? '/*' : ''}`;
}
