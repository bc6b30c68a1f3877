/**
 * Recipes for texts that look like tokens: `ghp_{a36}` -> `ghp_` and 36 random letters and digits. They keep
 * anything that looks live out of the repository. Equal recipe and seed give equal text.
 *
 * `{h40}` hex, `{H8}` capital hex, `{a}` letters and digits, `{w}` those with `_-`, `{d}` digits, `{u}` capitals and
 * digits, `{l}` small letters and digits, `{A}` letters, `{b}` base64, `{B}` small base32, `{B32U16}` capital
 * base32, `{bech58}` Bech32 capitals, `{n36}` counting (`123...abc`), `{U}` UUID, `{crc30}` so many random and 6 of base-62 CRC-32, `{jwt}`,
 * `{supajwt}` and `{anonjwt}` (role claims), `{b64userpass}`; with the checksum or structure of their issuer `{ghpat}`,
 * `{glroute}`, `{vercel}`, `{glsa}`, `{glc}`, `{cflt}`, `{sntrys}`, `{ops}`, `{pypi}`, `{discord}`, `{age}`.
 */
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

const digits = '0123456789';
const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const alphabets: Record<string, string> = {
  h: `${digits}abcdef`,
  H: `${digits}ABCDEF`,
  a: digits + lower + upper,
  w: `${digits}${lower}${upper}_-`,
  d: digits,
  u: digits + upper,
  l: digits + lower,
  A: lower + upper,
  b: `${digits}${lower}${upper}+/`,
  B: `${lower}234567`,
  B32U: `${upper}234567`,
  bech: 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L',
};

type Random = (below: number) => number;

/** A small generator of random numbers (mulberry32), seeded by text. */
function randomOf(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0);
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

function pick(kind: string, count: number, random: Random): string {
  const alphabet = alphabets[kind]!;
  return Array.from({ length: count }, () => alphabet[random(alphabet.length)]!).join('');
}

/** A number in a base of up to 62, padded to `width` places. */
function based(value: number, alphabet: string, width: number): string {
  let text = '';
  for (let rest = value; rest > 0; rest = Math.floor(rest / alphabet.length))
    text = alphabet[rest % alphabet.length] + text;
  return text.padStart(width, alphabet[0]!);
}

const base62 = digits + upper + lower;
const withCrc = (body: string): string => body + based(crc32(body), base62, 6);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function jwt(random: Random, claims: Record<string, unknown>): string {
  const payload = {
    sub: pick('d', 8, random),
    iat: 1_700_000_000,
    exp: 1_900_000_000,
    jti: pick('h', 16, random),
    ...claims,
  };
  return `${encoded({ alg: 'HS256', typ: 'JWT' })}.${encoded(payload)}.${pick('w', 43, random)}`;
}

function base32(bytes: Buffer, count: number): string {
  let bits = '';
  for (const byte of bytes) bits += byte.toString(2).padStart(8, '0');
  return Array.from(
    { length: count },
    (_, at) => alphabets['B']![Number.parseInt(bits.slice(at * 5, at * 5 + 5), 2)]!,
  ).join('');
}

function littleEndian(body: string): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(crc32(body));
  return bytes;
}

/** A Bech32 text with its checksum, after BIP 173. */
function bech32(human: string, data: string): string {
  const values = Array.from(data, (char) => alphabets['bech']!.indexOf(char));
  const codes = Array.from(human.toLowerCase(), (char) => char.charCodeAt(0));
  const start = [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values];
  const sum =
    [...start, 0, 0, 0, 0, 0, 0].reduce((before, value) => {
      const next = ((before & 0x1ffffff) << 5) ^ value;
      const mixed = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
      return mixed.reduce((all, one, bit) => (((before >>> 25) >> bit) & 1 ? all ^ one : all), next);
    }, 1) ^ 1;
  const check = Array.from({ length: 6 }, (_, at) => alphabets['bech']![(sum >> (5 * (5 - at))) & 31]!);
  return `${human}1${data}${check.join('')}`;
}

const composed: Record<string, (random: Random) => string> = {
  U: (random) => [8, 4, 4, 4, 12].map((count) => pick('h', count, random)).join('-'),
  jwt: (random) => jwt(random, {}),
  supajwt: (random) => jwt(random, { iss: 'supabase', ref: pick('l', 20, random), role: 'service_role' }),
  anonjwt: (random) => jwt(random, { iss: 'supabase', ref: pick('l', 20, random), role: 'anon' }),
  ghpat(random) {
    const start = `github_pat_${pick('a', 22, random)}_${pick('a', 43, random)}`;
    const check = base32(createHash('sha256').update(start).digest(), 8);
    return start + check + pick('a', 8, random);
  },
  glroute(random) {
    const start = `glpat-${pick('w', 44, random)}.01.1${pick('l', 1, random)}`;
    return start + based(crc32(start), digits + lower, 7);
  },
  glsa(random) {
    const start = `glsa_${pick('a', 32, random)}`;
    return `${start}_${littleEndian(start).toString('hex')}`;
  },
  cflt(random) {
    const body = pick('b', 54, random);
    return `cflt${body}${littleEndian(body).toString('base64').slice(0, 6)}`;
  },
  sntrys(random) {
    const claims = { iat: 1_700_000_000, url: 'https://sentry.io', region_url: 'https://us.sentry.io' };
    const body = Buffer.from(JSON.stringify({ ...claims, org: pick('l', 8, random) })).toString('base64');
    return `sntrys_${body}_${pick('b', 43, random)}`;
  },
  glc(random) {
    const claims = { o: pick('d', 7, random), n: 'stack', k: pick('a', 24, random), m: { r: 'eu' } };
    return `glc_${Buffer.from(JSON.stringify(claims)).toString('base64')}`;
  },
  ops(random) {
    const claims = { signInAddress: 'my.1password.com', secretKey: pick('u', 40, random) };
    return `ops_${Buffer.from(JSON.stringify({ ...claims, muk: pick('w', 160, random) })).toString('base64')}`;
  },
  pypi(random) {
    const field = (tag: number, text: string): Buffer =>
      Buffer.concat([Buffer.from([tag, text.length]), Buffer.from(text)]);
    const parts = [Buffer.from([2]), field(1, 'pypi.org'), field(2, pick('h', 36, random))];
    return `pypi-${Buffer.concat([...parts, Buffer.from(pick('a', 90, random))]).toString('base64url')}`;
  },
  discord: (random) =>
    `${Buffer.from(pick('d', 18, random).replace(/^./, '7')).toString('base64url')}.${pick('w', 6, random)}.${pick('w', 38, random)}`,
  age: (random) => bech32('AGE-SECRET-KEY-', pick('bech', 52, random)),
  vercel: (random) => `vcp_${withCrc(pick('a', 50, random))}`,
  b64userpass: (random) => Buffer.from(`deploy:${pick('a', 20, random)}`).toString('base64'),
};

/** Expands every `{...}` of a recipe; what is no placeholder stays as it is. */
export function expand(recipe: string, seed = 1): string {
  const random = randomOf(`${seed}:${recipe}`);
  return recipe.replace(
    /\{(B32U|bech|crc|[hHawdulAbBn])(\d{1,4})\}|\{([A-Za-z0-9]+)\}/g,
    (all, kind?: string, count?: string, name?: string) => {
      if (name !== undefined) return composed[name]?.(random) ?? all;
      if (kind === 'n')
        return `1234567890${lower}`.repeat(Math.ceil(Number(count) / 36)).slice(0, Number(count));
      if (kind === 'crc') return withCrc(pick('a', Number(count), random));
      return pick(kind!, Number(count), random);
    },
  );
}
