/**
 * Paths as URIs. Everything but letters, digits and a few signs is percent-encoded, so that no name of a file
 * can end a URI, add a query to it or act on who reads it.
 */

/** A path's segments, encoded; what is no text (lone surrogates) becomes the replacement character. */
function encoded(path: string): string {
  return path
    .replaceAll('\\', '/')
    .split('/')
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join('/');
}

const drive = /^[A-Za-z]:(?=[\\/]|$)/;

/**
 * `file:///home/a/b`, `file:///C:/b`, `file://server/share/b`; a name that is no absolute path (standard
 * input, a registry key) is relative.
 */
export function fileUri(path: string): string {
  const letter = drive.exec(path)?.[0];
  if (letter !== undefined) return `file:///${letter}${encoded(path.slice(2))}`;
  if (/^\\\\[^\\/?.]/.test(path)) return `file:${encoded(path)}`;
  return path.startsWith('/') ? `file://${encoded(path.replace(/^\/+/, '/'))}` : relativeUri(path);
}

/** A path below some base, without leading separators. */
export function relativeUri(path: string): string {
  return encoded(path.replace(/^[\\/]+/, ''));
}
