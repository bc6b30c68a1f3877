/** The bulk scan finds in large texts what the scan of one text finds in a line, wherever chunks are cut. */
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/secrets/secret.ts';
import { isInRun, runBytes } from '../../src/secrets/bulk/runs.ts';
import { reachOf } from '../../src/secrets/bulk/pattern-reach.ts';
import { createNeedles } from '../../src/secrets/bulk/needles.ts';
import { createWordSearch } from '../../src/secrets/bulk/words.ts';
import { expand } from '../recipe.ts';
import { closed, secrets, shapes } from './kit.ts';

const scan = secrets.bulk('a salt');

/** Texts of the secrets in a text, each as often as it is there. */
function bulk(text: string, size = 1 << 20, overlap = 1 << 15): string[] {
  const bytes = Buffer.from(text);
  const found: string[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    const from = Math.max(0, at - overlap);
    const chunk = bytes.subarray(from, Math.min(bytes.length, at + size + overlap));
    const owned = { start: at - from, end: Math.min(chunk.length, at - from + size) };
    for (const hit of scan(Buffer.from(chunk), owned))
      found.push(chunk.toString('utf8', hit.at, hit.at + hit.info.length));
  }
  return found;
}

const whole = (text: string): string[] => secrets.scan(closed(text)).map(({ secret }) => Secret.open(secret));
const filler = 'The quick brown fox of 日本 jumps over `the.lazy.dog(…)` again.\n'.repeat(40);

describe('what it finds', () => {
  test.each(shapes.filter(({ names }) => names.length === 0).map((shape) => [shape.id, shape] as const))(
    '%s as the scan of one text does',
    (_, shape) => {
      for (const [nth, recipe] of [...shape.matches, ...shape.clean].entries()) {
        for (const around of ['X', 'say `X` twice', '{"text":"a\\nX\\nb"}', 'export TOOL=X;']) {
          const line = around.replace('X', () => expand(recipe, nth + 1));
          expect(bulk(`${filler}${line}\n${filler}`), line).toEqual(whole(line));
        }
      }
    },
  );

  test.each([
    ['assignment', 'export ACME_API_KEY={a32}'],
    ['quoted assignment', 'ACME_SECRET="{a32}"'],
    ['JSON', '{"acme_token": "{a40}"}'],
    ['JSON inside JSON', String.raw`{"content":"{\"clientSecret\": \"{a40}\"}"}`],
    ['header', '> Authorization: Bearer {a40}'],
    ['scheme alone', 'curl said Bearer {a40} was refused'],
    ['URL', 'postgres://app:{a14}@db.example.com:5432/app'],
    ['query', 'GET https://example.com/v1?access_token={a32}&page=2'],
    ['short password', 'DB_PASSWORD="{a9}x7"'],
    ['password in JSON', '{"password": "{a16}x7"}'],
    ['setx', 'setx ACME_API_KEY "{h32}"'],
    ['fish', 'set -gx ACME_API_KEY {h32}'],
    ['environment of a language', "ENV['ACME_TOKEN'] = '{h40}'"],
    ['hash of a language', "$ENV{ACME_TOKEN} = '{h40}';"],
    ['constant', "define('ACME_TOKEN', '{h40}');"],
    ['typed constant', 'const ACME_TOKEN: &str = "{h40}";'],
    ['attributes', '<add key="AcmeApiKey" value="{a40}" />'],
    ['record', '- name: ACME_API_KEY\n  value: "{U}"'],
    ['record in JSON text', String.raw`{"m":"- name: ACME_API_KEY\n  value: {h32}"}`],
    ['property list', '<key>ACME_API_KEY</key>\n<string>{h32}</string>'],
    ['table', '| `ACME_API_KEY`      | `{h32}` |'],
    ['sign of make', 'ACME_API_KEY ?= {h32}'],
    ['said', 'Set **ACME_API_KEY** to `{h32}` there'],
    ['escaped quotes', String.raw`{"c":"\u0022ACME_API_KEY\u0022:\u0022{h32}\u0022"}`],
    ['quotes of a page', '&quot;ACME_API_KEY&quot;: &quot;{h32}&quot;'],
    ['variable of a plan', 'variable "acme_token" {\n  type = string\n  default = "{h40}"\n}'],
    ['line of JSON text', String.raw`{"m":"as said:\ntoken: {a32}"}`],
    ['variable in JSON text', String.raw`{"m":"as said:\n\tsecret={a32}"}`],
    ['sentence in JSON text', String.raw`{"m":"as said:\ntoken is {a32}"}`],
    ['sign that adds', 'ACME_API_KEY+={h32}'],
    ['a long record', '- name: ACME_API_KEY\n  value: {h32}\n  other: x'],
  ])('%s', (_, recipe) => {
    const line = expand(recipe, 7).replace('x7', '!x7');
    expect(whole(line), line).toHaveLength(1);
    expect(bulk(`${filler}${line}\n${filler}`)).toEqual(whole(line));
  });

  test.each([
    ['a reference', 'export API_KEY=$(pass show acme/api-key-of-production)'],
    ['ids', expand('{"uuid":"{U}","parentUuid":"{U}","commit":"{h40}"}')],
    ['numbers of tokens', '{"input_tokens":1234567890123456,"cache_read_input_tokens":12}'],
    ['code', 'const token = createTokenReader(options.sourceTextWithoutComments);'],
    ['the name of a secret in a record', '- name: ACME_API_KEY\n  value: the-name-of-a-secret-2'],
    ['words behind a name', 'the token parser-of-2026-version-3 is new, said key-management-v2-final'],
    ['a path', 'PASSWORD_FILE=/run/secrets/database-password-of-the-application'],
  ])('not %s', (_, line) => {
    expect(bulk(`${filler}${line}\n${filler}`)).toEqual([]);
  });

  test('not what the providers of models write for themselves', () => {
    const token = expand('ghp_{a36}');
    expect(bulk(`{"signature":"${token}"}`)).toEqual([]);
    expect(bulk(String.raw`{\"encrypted_content\": \"${token}\"}`)).toEqual([]);
    expect(bulk(`src="data:image/png;base64,${expand('{b60}')}/${token}"`)).toEqual([]);
    expect(bulk(`{"text":"${token}"}`)).toEqual([token]);
  });
});

test('a command is found behind a word that leads to another one of it', () => {
  for (const between of [0, 300, 900, 1_700, 1_800, 1_860, 1_880, 2_000, 4_000]) {
    const line = expand(`mysqlpass ${'.'.repeat(between)} mysql -u root -p{a14}4x app`, 3);
    expect(bulk(line), String(between)).toEqual(whole(line.slice(-60)));
  }
});

test('a token is found once, wherever the chunks are cut', () => {
  const [one, other] = [expand('ghp_{crc30}'), expand('sk-ant-api03-{w93}AA')];
  const text = `é${filler.slice(0, 700)} ${one} ü ${filler.slice(0, 500)} KEY=${other}\n${filler.slice(0, 900)}`;
  for (let size = 500; size < 640; size += 1)
    expect(bulk(text, size, 400).toSorted()).toEqual([one, other].toSorted());
});

test('equal secrets have equal digests, under the key of the run alone', () => {
  const text = Buffer.from(`a ${expand('ghp_{a36}')} b ${expand('ghp_{a36}')} c ${expand('ghp_{a36}', 2)}`);
  const all = { start: 0, end: text.length };
  const digests = scan(text, all).map(({ same }) => same);
  expect(new Set(digests).size).toBe(2);
  expect(digests[0]).toBe(digests[1]);
  expect(secrets.bulk('another')(text, all)[0]!.same).not.toBe(digests[0]);
});

test('what comes of it holds no secret', () => {
  const token = expand('ghp_{a36}');
  const text = Buffer.from(`MY_TOKEN=${token}`);
  const [hit] = scan(text, { start: 0, end: text.length });
  expect(JSON.stringify(hit)).not.toContain(token.slice(6, 14));
});

test('how long a match is at least, and of which bytes', () => {
  const reach = (source: string) => reachOf(source, isInRun);
  expect(reach('ghp_[A-Za-z0-9]{36}(?![A-Za-z0-9])')).toEqual({ only: true, least: 40 });
  expect(reach('a(?:bc|d{2,4}|ef+)[\\w.-]{3}')).toEqual({ only: true, least: 6 });
  expect(reach('(?<=x)a{2}b?')).toEqual({ only: true, least: 2 });
  for (const open of ['a b', 'a.b', '[^a]b', 'a\\sb', 'a"', '[ -~]', '\\p{L}', 'é', '(?i:a)'])
    expect(reach(open).only, open).toBe(false);
});

test('all shapes but a few are found in runs', () => {
  const { words } = createNeedles(shapes.filter(({ names }) => names.length === 0));
  expect(words.length).toBeLessThan(16);
  expect(runBytes).toBeGreaterThan(8);
});

test('words are found wherever they stand', () => {
  const words = ['PRIVATE KEY', 'password', 'passphrase', 'curl '];
  const search = createWordSearch(words);
  const text = Buffer.from('curl passpassword passphrasePRIVATE KEYpasswordcurl  PRIVATE KE');
  const found: [number, string][] = [];
  search(text, (at, nth) => found.push([at, words[nth]!]));
  const expected = words.flatMap((word) =>
    [...text.toString().matchAll(new RegExp(word, 'g'))].map((match) => [match.index, word]),
  );
  expect(found.toSorted()).toEqual(expected.toSorted());
});
