/** JSON Web Tokens, read without verifying them: whether a text is one, and what its claims say. */

/** Characters of a segment that is decoded; access tokens of large tenants reach a few thousand. */
const segmentChars = 65_536;

export type JwtParts = {
  header: Record<string, unknown>;
  payload: Record<string, unknown>;
  payloadText: string;
};

function decode(segment: string): { json: Record<string, unknown>; text: string } | null {
  if (segment.length > segmentChars || !/^[A-Za-z0-9_-]+=*$/.test(segment)) return null;
  const text = Buffer.from(segment, 'base64url').toString('utf8');
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null || Array.isArray(json)) return null;
    return { json: json as Record<string, unknown>, text };
  } catch {
    return null;
  }
}

/** Header and payload of a signed token; null when the text is not one. */
export function readJwt(text: string): JwtParts | null {
  const [first, second, third, ...more] = text.split('.', 5);
  if (first === undefined || second === undefined || third === undefined || more.length > 0) return null;
  const header = decode(first);
  if (header === null || typeof header.json['alg'] !== 'string') return null;
  const payload = decode(second);
  return payload && { header: header.json, payload: payload.json, payloadText: payload.text };
}

/** Whether a text begins like a token but breaks off: samples often show the header alone. */
export function isCutOffJwt(text: string): boolean {
  if (!text.startsWith('ey')) return false;
  const [first = '', ...rest] = text.split('.', 5);
  return rest.join('').length < 20 && typeof decode(first)?.json['alg'] === 'string';
}

/** Whether the payload has every one of these claims. */
export function hasClaims(text: string, claims: Record<string, string>): boolean {
  const jwt = readJwt(text);
  return jwt !== null && Object.entries(claims).every(([name, value]) => jwt.payload[name] === value);
}
