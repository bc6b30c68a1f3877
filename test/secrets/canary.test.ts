/** Random secrets through every door of the kit: eight characters of one in a row never come out. */
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { expand } from '../recipe.ts';
import { closed, secrets, shapes } from './kit.ts';

const window = 8;

/** Everything that could be printed or serialised of a result. */
function printed(result: unknown): string {
  const text = `${JSON.stringify(result)}\n${inspect(result, { depth: 20, showHidden: true })}`;
  // The id of a shape may be a word of its public prefix.
  return text.replace(/type"?: ["'][a-z0-9-]+["']/g, '').replace(/"type":"[a-z0-9-]+"/g, '');
}

function expectHidden(result: unknown, secret: string): void {
  const text = printed(result);
  for (let at = 0; at + window <= secret.length; at++) {
    expect(text.includes(secret.slice(at, at + window)), `characters ${at}-${at + window} came out`).toBe(
      false,
    );
  }
}

const kinds = ['{a12}9x', '{a32}', '{h40}', '{b44}', '{w64}', '{U}', '{u26}7', '{jwt}', '{a200}'];

describe.each(kinds)('%s', (recipe) => {
  const all = [11, 12, 13].map((seed) => expand(recipe, seed));

  test('in values, headers and documents', () => {
    for (const secret of all) {
      const basic = Buffer.from(`bob:${secret}`).toString('base64');
      expectHidden(secrets.judge('API_KEY', closed(secret), 'env'), secret);
      expectHidden(secrets.judge('DB_PASSWORD', closed(secret), 'env'), secret);
      expectHidden(secrets.judge('Authorization', closed(`Bearer ${secret}`), 'header'), secret);
      expectHidden(secrets.judge('Authorization', closed(`Basic ${basic}`), 'header'), basic);
      expectHidden(secrets.judge('URL', closed(`postgres://u:${secret}@h/db`), 'env'), secret);
      expectHidden(secrets.judge('H', closed(JSON.stringify({ api_key: secret })), 'env'), secret);
      expectHidden(secrets.certain('token', closed(secret), 'oauth-token'), secret);
      expectHidden(secrets.scan(closed(`x\nAPI_KEY=${secret}\nAuthorization: Bearer ${secret}`)), secret);
      expectHidden(secrets.words(closed(`run --token ${secret}`)), secret);
      expectHidden(secrets.assignment(closed(`A=${secret}`)), secret);
    }
  });

  test('on command lines and in URLs', () => {
    for (const secret of all) {
      const lines = [
        ['--api-key', secret],
        [`--api-key=${secret}`],
        ['--password', secret],
        ['-e', `API_KEY=${secret}`],
        ['--header', `Authorization: Bearer ${secret}`],
        [`--header=X-Api-Key:${secret}`],
        ['--config', JSON.stringify({ token: secret })],
        [`https://u:${secret}@h.example/x`],
        [`https://h.example/x?api_key=${secret}`],
        ['-u', `me:${secret}`],
        ['-c', `TOKEN=${secret} run && curl -H "Authorization: Bearer ${secret}" https://h.example`],
      ];
      for (const line of lines) expectHidden(secrets.argv(line.map(closed)), secret);
      expectHidden(secrets.url(closed(`https://u:${secret}@h.example/x?token=${secret}`)), secret);
      expectHidden(secrets.show(`https://u:${secret}@h.example/x?token=${secret}`), secret);
    }
  });
});

test('a known shape never comes out, wherever it stands, not even by its public prefix', () => {
  for (const shape of shapes.filter((one) => one.names.length === 0)) {
    for (const recipe of shape.matches) {
      const token = expand(recipe, 21);
      const [found] = secrets.scan(closed(token)).filter((one) => one.info.type === shape.id);
      // What the shape calls the secret may be a part of the match only.
      const start = found!.offset!;
      const secret = token.slice(start, start + found!.info.length);
      const doors = [
        secrets.show(token),
        secrets.show(`a ${token} b`),
        secrets.plain(closed(token)),
        secrets.scan(closed(token)),
        secrets.argv([closed('--x'), closed(token)]),
        secrets.url(closed(`${token} `)),
        secrets.certain('x', closed(token)),
        secrets.judge('NOTE', closed(token), 'field'),
        secrets.judge(token, closed('x'), 'env'),
        secrets.judge(token, closed(token), 'field'),
      ];
      for (const door of doors) expectHidden(door, secret);
    }
  }
});

test('a Secret shows nothing of itself', () => {
  const secret = closed(expand('{a32}'));
  expect(
    [`${secret}`, JSON.stringify(secret), inspect(secret), inspect({ secret }, { showHidden: true })].join(),
  ).not.toMatch(/[A-Za-z0-9]{9}/);
});
