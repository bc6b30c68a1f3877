/**
 * One spelling for each remote server, so that two spellings of the same place compare equal and two places
 * never do. The query, the fragment and the user of an URL are no part of it.
 */
import { hasVariableInUrl } from './variable.ts';

export type NormalUrl = { url: string; host: string; doubts: ('userinfo' | 'variable')[] };

const schemes = new Set(['http', 'https', 'ws', 'wss']);
/** Characters that URL readers drop or turn around, each in its own way. */
const misread = /[\s\\\u0000-\u001f\u007f]/;

/** Octets that need no escape are written plainly, all others in upper case; so are braces of templates. */
function plainPath(path: string): string {
  // The sign that stands for a masked secret stays as it is shown.
  return path.replaceAll('%E2%80%A6', '…').replace(/%([0-9a-fA-F]{2})/g, (octet, hex: string) => {
    const char = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9._~{}-]/.test(char) ? char : octet.toUpperCase();
  });
}

/**
 * The normal form of an URL that may be shown: lower-case scheme and host, punycode, no default port, no
 * dot or slash at the end, `..` resolved. Null when it is no http(s) or ws(s) URL, or when readers could
 * disagree about its host (an escape, a variable or a backslash in it).
 */
export function normaliseUrl(shown: string): NormalUrl | null {
  const text = shown.trim();
  const [, scheme = '', authority = '', path = ''] = /^([a-z]+):\/\/([^/?#]*)([^?#]*)/i.exec(text) ?? [];
  const place = authority.slice(authority.lastIndexOf('@') + 1);
  if (!schemes.has(scheme.toLowerCase()) || misread.test(text)) return null;
  if (place === '' || place.includes('%') || hasVariableInUrl(place)) return null;
  const whole = `${scheme}://${place}${path}`;
  if (!URL.canParse(whole)) return null;
  const url = new URL(whole);
  const host = url.hostname.replace(/\.$/, '');
  if (host === '' || host.startsWith('.') || host.endsWith('.') || host.includes('..')) return null;
  const doubts: NormalUrl['doubts'] = [];
  if (authority !== place) doubts.push('userinfo');
  if (hasVariableInUrl(path)) doubts.push('variable');
  const port = url.port === '' ? '' : `:${url.port}`;
  return {
    url: `${url.protocol}//${host}${port}${plainPath(url.pathname).replace(/\/+$/, '')}`,
    host,
    doubts,
  };
}
