/** Decode steps, expiry, domains, words of shell lines, assignments. */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { closed, secrets } from './kit.ts';

const text = (secret: Secret | null): string | null => secret && Secret.open(secret);
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

const domain = (value: string): string | null => secrets.domain(closed(value));
const words = (line: string): (string | null)[] | null => secrets.words(closed(line))?.map(text) ?? null;

describe('steps', () => {
  test.each([
    ['base64', Buffer.from('{"a":"ü"}').toString('base64'), '{"a":"ü"}'],
    ['base64', Buffer.from('{"a":"??>"}').toString('base64url'), '{"a":"??>"}'],
    ['base64', 'not base64!', null],
    ['base64', '', null],
    ['base64', '/////w==', null],
    ['trim', '  x y \n', 'x y'],
    ['jwt', `${encoded({ alg: 'none' })}.${encoded({ sub: 'x' })}.`, '{"sub":"x"}'],
    ['jwt', 'a.b.c', null],
    ['jwt', `${encoded({ alg: 'none' })}.${encoded([1])}.x`, null],
    ['jwt', `${encoded({})}.${encoded({})}.x`, null],
    ['uri', 'file:///c%3A/Users/x', 'c:/Users/x'],
    ['uri', 'file:///home/u/a%20b', '/home/u/a b'],
    ['uri', 'file://localhost/home/u', '/home/u'],
    ['uri', 'file://server/share/x', '//server/share/x'],
    ['uri', 'vscode-remote://wsl%2Bubuntu/home/u', '//wsl+ubuntu/home/u'],
    ['uri', '/home/u', '/home/u'],
    ['uri', 'https://x.example/y', null],
    ['uri', 'untitled:Untitled-1', null],
    ['uri', 'file:///bad%ZZ', '/bad%ZZ'],
  ] as const)('%s %s', (step, from, to) => {
    expect(text(secrets.step(step, closed(from)))).toBe(to);
  });
});

test('a secret tells its expiry as a token alone, since a time would tell a password that is a number', () => {
  for (const text of ['1763000000', '1763000000123', '2027-01-15', '2027-01-15T10:00:00Z'])
    expect(secrets.ownExpiry(closed(text)), text).toBeNull();
  expect(secrets.ownExpiry(closed(expand('{jwt}')))).toBe('2030-03-17T17:46:40.000Z');
});

describe('expiry', () => {
  const at = '2026-11-20T03:15:00.000Z';
  const seconds = Date.parse(at) / 1000;

  test('reads seconds, milliseconds, finer units, digits, ISO text and JWTs', () => {
    for (const value of [seconds, seconds * 1e3, seconds * 1e6, seconds * 1e9]) {
      expect(secrets.expiry(value)).toBe(at);
      expect(secrets.expiry(closed(String(value)))).toBe(at);
    }
    expect(secrets.expiry(closed('2026-11-20T03:15:00Z'))).toBe(at);
    expect(secrets.expiry(closed('2026-11-20T04:15:00+01:00'))).toBe(at);
    expect(secrets.expiry(closed('2026-11-20 03:15:00.000'))).toBe(at);
    expect(secrets.expiry(closed(`${encoded({ alg: 'x' })}.${encoded({ exp: seconds })}.sig`))).toBe(at);
  });

  test('durations, nonsense and tokens without a time are none', () => {
    for (const value of [3600, 0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e30])
      expect(secrets.expiry(value)).toBeNull();
    for (const value of ['', '3600', 'soon', '2026-99-99', expand('{a40}'), 'Infinity', '9'.repeat(400)]) {
      expect(secrets.expiry(closed(value)), value).toBeNull();
    }
    expect(secrets.expiry(closed(`${encoded({ alg: 'x' })}.${encoded({ exp: 'never' })}.sig`))).toBeNull();
  });
});

test('domain keeps the domain alone', () => {
  expect(domain('Ann.Bee+x@Mail.Example.COM')).toBe('mail.example.com');
  for (const none of [
    '',
    'ann',
    'ann@',
    '@example.com',
    'a b@example.com',
    'ann@localhost',
    'a@b@example.com',
  ]) {
    expect(domain(none), none).toBeNull();
  }
});

describe('words', () => {
  test('takes one simple command apart and expands nothing', () => {
    expect(
      words(`npx -y mcp-remote "https://x.example/a b" --header 'Authorization: Bearer $T' *.js`),
    ).toEqual([
      'npx',
      '-y',
      'mcp-remote',
      'https://x.example/a b',
      '--header',
      'Authorization: Bearer $T',
      '*.js',
    ]);
    expect(words('A=1 run $HOME ${B:-c} "$D"')).toEqual(['A=1', 'run', '${HOME}', '${B:-c}', '${D}']);
    expect(words('run C:\\Users\\x\\a.exe "C:\\Program Files\\b.exe"')).toEqual([
      'run',
      'C:\\Users\\x\\a.exe',
      'C:\\Program Files\\b.exe',
    ]);
    expect(words("echo 'a; b | c `d` $(e)'")).toEqual(['echo', 'a; b | c `d` $(e)']);
  });

  test.each([
    'a && b',
    'a; b',
    'a | b',
    'a > f',
    'a $(b)',
    'a `b`',
    'a\nb',
    '',
    '   ',
    'a &',
    '(a)',
    '"it\'s" $(b) "it\'s"',
    'a ${}',
  ])('more or other than one command: %s', (line) => expect(words(line)).toBeNull());
});

test('assignment takes the name from the value', () => {
  const parts = secrets.assignment(closed('A_B=c=d\ne'));
  expect([parts?.name, text(parts?.value ?? null)]).toEqual(['A_B', 'c=d\ne']);
  for (const none of ['=x', '--a=b', 'a b=c', 'abc', '1=2'])
    expect(secrets.assignment(closed(none)), none).toBeNull();
});
