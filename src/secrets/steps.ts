/** Decode steps of selectors: closed text in, closed text out, null where the step does not apply. */
import { readJwt } from './jwt.ts';
import { Secret } from './secret.ts';
import { percentDecoded } from './urls.ts';

export type StepName = 'base64' | 'jwt' | 'uri' | 'trim';

function fromBase64(text: string): string | null {
  const plain = text.replace(/\s+/g, '');
  if (plain === '' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(plain)) return null;
  const decoded = Buffer.from(plain, 'base64').toString('utf8');
  return decoded === '' || decoded.includes('\uFFFD') ? null : decoded;
}

/**
 * A local path from a `file:` URI. A URI of another machine (`scheme-remote://host/path`) or share becomes
 * `//host/path`, which no reader takes for a place on this one.
 */
function fromUri(text: string): string | null {
  const match = /^([a-z][a-z0-9+.-]{0,40}):\/\/([^/?#]*)([^?#]*)/i.exec(text.trim());
  if (match === null) return /^(?:\/|[A-Za-z]:[/\\])/.test(text) ? text : null;
  const [, scheme = '', authority = '', rest = ''] = match;
  const remote = /-remote$/i.test(scheme);
  if (!remote && scheme.toLowerCase() !== 'file') return null;
  const path = percentDecoded(rest);
  const host = percentDecoded(authority);
  if (remote || (host !== '' && host.toLowerCase() !== 'localhost')) return `//${host}${path}`;
  return path === '' ? null : path.replace(/^\/(?=[A-Za-z]:)/, '');
}

const steps: Record<StepName, (text: string) => string | null> = {
  base64: fromBase64,
  jwt: (text) => readJwt(text.trim())?.payloadText ?? null,
  uri: fromUri,
  trim: (text) => text.trim(),
};

/** Applies one step. */
export function stepOf(name: StepName, value: Secret): Secret | null {
  const text = steps[name](Secret.open(value));
  return text === null ? null : new Secret(text);
}

/** The domain of an e-mail address in lower case; null when the text is no address. */
export function domainOf(value: Secret): string | null {
  const text = Secret.open(value).trim();
  if (text.length > 320) return null;
  return /^[^\s@<>]+@([a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*)$/i.exec(text)?.[1]?.toLowerCase() ?? null;
}
