/** Command lines and URLs: what is shown of them, and the secrets in them. */
import { describe, expect, test } from 'vitest';
import { expand } from '../recipe.ts';
import { closed, secrets } from './kit.ts';

const token = expand('{a32}');
const masked = `${token.slice(0, 2)}…`;
const read = (...args: string[]) => {
  const { shown, found } = secrets.argv(args.map(closed));
  return { shown, found: found.map((one) => [one.index, one.field, one.info.type]) };
};

const url = (text: string) => {
  const { shown, found } = secrets.url(closed(text));
  return [shown, ...found.map((one) => `${one.info.type} ${one.severity} ${one.field}`)];
};

describe('argv', () => {
  test.each([
    [
      'an option and its value',
      ['--api-key', token],
      ['--api-key', masked],
      [1, 'api-key', 'generic-secret'],
    ],
    ['an option with =', [`--api-key=${token}`], [`--api-key=${masked}`], [0, 'api-key', 'generic-secret']],
    [
      'camel case',
      ['--oauth2Bearer', token],
      ['--oauth2Bearer', masked],
      [1, 'oauth2Bearer', 'generic-secret'],
    ],
    [
      'a header',
      ['--header', `Authorization: Bearer ${token}`],
      ['--header', `Authorization: Bearer ${masked}`],
      [1, 'Authorization', 'auth-header'],
    ],
    [
      'a header without blank',
      ['-H', `Authorization:Bearer ${token}`],
      ['-H', `Authorization:Bearer ${masked}`],
      [1, 'Authorization', 'auth-header'],
    ],
    [
      'a header with =',
      [`--header=X-Api-Key: ${token}`],
      [`--header=X-Api-Key: ${masked}`],
      [0, 'X-Api-Key', 'generic-secret'],
    ],
    [
      'a variable after -e',
      ['-e', `API_KEY=${token}`],
      ['-e', `API_KEY=${masked}`],
      [1, 'API_KEY', 'generic-secret'],
    ],
    [
      'a variable glued to -e',
      [`-eAPI_KEY=${token}`],
      [`-eAPI_KEY=${masked}`],
      [0, 'API_KEY', 'generic-secret'],
    ],
    [
      'a variable in --env=',
      [`--env=API_KEY=${token}`],
      [`--env=API_KEY=${masked}`],
      [0, 'API_KEY', 'generic-secret'],
    ],
    [
      'a bare variable',
      [`API_KEY=${token}`, 'node'],
      [`API_KEY=${masked}`, 'node'],
      [0, 'API_KEY', 'generic-secret'],
    ],
    [
      'inline JSON',
      ['--config', `{"apiKey":"${token}"}`],
      ['--config', `{"apiKey":"${masked}"}`],
      [1, 'apiKey', 'generic-secret'],
    ],
    [
      'a URL',
      [`https://x.example/sse?token=${token}`],
      [`https://x.example/sse?token=${masked}`],
      [0, 'token', 'generic-secret'],
    ],
    [
      'a connection string',
      [`postgres://u:${token}@h/db`],
      [`postgres://…:${masked}@h/db`],
      [0, 'password', 'url-password'],
    ],
    ['user and password', ['-u', `bob:${token}`], ['-u', `bob:${masked}`], [1, 'u', 'password']],
    [
      'a line of shell',
      ['-c', `export API_KEY=${token} && run`],
      ['-c', `export API_KEY=${masked} && run`],
      [1, 'API_KEY', 'generic-secret'],
    ],
  ] as const)('%s', (_, args, shown, found) => {
    expect(read(...args)).toEqual({ shown, found: [found] });
  });

  test.each([
    [['--access-token', expand('sbp_{h40}')], 'access-token'],
    [['-e', `GRAFANA_TOKEN=${expand('glsa_{a32}_{h8}')}`], 'GRAFANA_TOKEN'],
    [['-e', `DATABASE_URL=postgres://u:${token}@h/db`], 'DATABASE_URL'],
    [[`-eCI_TOKEN=${expand('glpat-{w20}')}`], 'CI_TOKEN'],
    [['--header', `Authorization: Bearer ${expand('ghp_{crc30}')}`], 'Authorization'],
    [['-H', 'X-Api-Key', token], 'X-Api-Key'],
    [['-e', 'API_ACCESS_TOKEN', token], 'API_ACCESS_TOKEN'],
    [['--db', `postgres://u:${token}@h/db`], 'db'],
    [['run', `postgres://u:${token}@h/db`], 'password'],
    [['run', `https://${token}@h.example/x`], 'token'],
    [['-c', `npx foo --api-key ${token}`], 'api-key'],
    [['-c', `API_KEY=${token} npx foo`], 'API_KEY'],
    [['-c', `bash -c "npx foo --client-secret ${token} x"`], 'client-secret'],
    [[`{"a":{"clientSecret":"${token}"}}`], 'clientSecret'],
  ])('%j: the field is what a person would call it, %s', (args, field) => {
    expect(read(...args).found.map((one) => one[1])).toEqual([field]);
  });

  test('a known shape is found anywhere', () => {
    const pat = expand('ghp_{crc30}');
    expect(read('run', `x,${pat};y`, pat).found).toEqual([
      [1, 'args', 'github-pat-classic'],
      [2, 'args', 'github-pat-classic'],
    ]);
  });

  test.each([
    [['-y', '@scope/pkg@1.2.3', '--stdio']],
    [['--token', '${TOKEN}']],
    [['--api-key', '--verbose']],
    [['--key', './server.key']],
    [['--max-tokens', '4096']],
    [['--api-key', '<your-key>']],
    [['--user', '1000:1000']],
    [['run', '-i', '--rm', '-e', 'API_KEY', 'mcp/github:latest']],
    [['C:\\Program Files\\node.exe', 'C:/x.js']],
    [['--header', 'Authorization: Bearer ${TOKEN}']],
    [['-u', 'script.py']],
    [['mcp/github@sha256:' + expand('{h64}')]],
    [['--url', 'https://mcp.example.com/v1/sse']],
  ])('%s stays as it is', (args) => {
    expect(read(...args)).toEqual({ shown: args, found: [] });
  });

  test('a short password is hidden although it is hardly worth a report', () => {
    expect(read('--token', 'ab1').shown).toEqual(['--token', '…']);
  });
});

describe('url', () => {
  test('passwords, lone tokens and secret query values', () => {
    expect(url(`https://bob:${token}@h.example/p?x=1#top`)).toEqual([
      `https://…:${masked}@h.example/p?x=1#top`,
      'url-password high password',
    ]);
    expect(url(`https://${token}@h.example/p`)).toEqual([
      `https://${masked}@h.example/p`,
      'url-token high token',
    ]);
    expect(url(`https://h.example/p?a=b&api_key=${token}&c=d`)).toEqual([
      `https://h.example/p?a=b&api_key=${masked}&c=d`,
      'generic-secret high api_key',
    ]);
    expect(url(`https://h.example/cb#access_token=${token}`)).toEqual([
      `https://h.example/cb#access_token=${masked}`,
      'generic-secret high access_token',
    ]);
    expect(url(`redis://:${token}@h:6379/0`)).toEqual([
      `redis://:${masked}@h:6379/0`,
      'url-password high password',
    ]);
  });

  test('a password may hold characters that should have been escaped', () => {
    expect(url('postgres://u:p4@ss-W0rd@h.example/db')[0]).toBe('postgres://…:…@h.example/db');
    expect(url('postgres://u:p4/ss#W0rd@h.example/db')[0]).toBe('postgres://…:…@h.example/db');
    expect(url('postgres://u:p4%2Fss%23W0rd@h.example/db')[0]).toBe('postgres://…:…@h.example/db');
  });

  test('passwords that everybody tries are weak', () => {
    expect(url('postgres://user:password@localhost/db')[1]).toBe('weak-password low password');
    expect(url('postgres://neo4j:neo4j@db.example.com/db')[1]).toBe('weak-password low password');
    expect(url('mysql://root:root@db:3306/x')[1]).toBe('weak-password low password');
  });

  test('secret webhook paths', () => {
    const path = expand('T{u8}/B{u10}/{a24}');
    expect(url(`https://hooks.slack.com/services/${path}`)[0]).not.toContain(path.slice(4, 12));
  });

  test.each([
    'https://mcp.example.com/sse',
    'https://h.example:8443/a@b?client_id=acme&state=xyz',
    'file:///c%3A/Users/x',
    'postgresql://localhost:5432/mydb',
    'git@github.com:org/repo.git',
    'git+ssh://git@git.example.com/team/project.git#v1.2.0',
    'http://[::1]:8080/p',
    'postgres://${USER}:${PASSWORD}@h/db',
    'https://h.example/?api_key=${KEY}',
    'https://h.example/?api_key=YOUR_KEY',
    'mongodb+srv://<user>:<password>@h.example',
    'https://medium.com/@someone/a-story',
  ])('%s has none', (text) => {
    expect(url(text)).toEqual([text]);
  });
});
