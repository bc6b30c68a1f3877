/** Copies that releases of the bridge have left: which counts, what goes, and what is left alone. */
import { expect, test } from 'vitest';
import { type StoreFile, importStore } from '../../src/migrate/launcher/import-store.ts';
import { Secret } from '../../src/secrets/secret.ts';

const a = 'a'.repeat(32);
const b = 'b'.repeat(32);
const file = (folder: string, name: string, content: string, writtenAt = 1000): StoreFile => ({
  path: `/s/${folder}${folder && '/'}${name}`,
  folder,
  name,
  content: new Secret(content),
  writtenAt,
});
const same = new Map([[a, a]]);
const valuesOf = (files: StoreFile[], wanted = same): Record<string, string>[] =>
  importStore('/s', files, wanted).entries.map(({ values }) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, Secret.open(value)])),
  );

test('every copy and leftover of a prefix goes, and nothing of another', () => {
  const files = [
    file('', `${a}_tokens.json`, '{"n":1}'),
    file('mcp-remote-0.1.36', `${a}_tokens.json`, '{"n":2}', 2000),
    file('mcp-remote-0.1.36', `${a}_debug.log`, 'text'),
    file('mcp-remote-0.1.36', `${a}_code_verifier.txt`, 'text'),
    file('mcp-remote-v1', `${a}_tokens.json`, '{"n":3}', 3000),
    file('mcp-remote-v1', `${a}_tokens.json.12.34.tmp`, '{"n":4}', 4000),
    file('mcp-remote-v1', `${a}_lock.json`, '{}', 5000),
    file('mcp-remote-v1', `${b}_tokens.json`, '{"n":5}', 6000),
    file('mcp-remote-v1', 'notes.txt', 'mine'),
  ];
  const { entries, origins, remove, unreadable } = importStore('/s', files, same);
  expect(entries).toEqual([
    {
      id: `mcp-auth-${a}`,
      kind: 'files',
      binding: { config: '/s', pointer: a, command: null },
      values: { 'tokens.json': new Secret('{"n":3}') },
      createdAt: '1970-01-01T00:00:03.000Z',
    },
  ]);
  expect(valuesOf(files)).toEqual([{ 'tokens.json': '{"n":3}' }]);
  // What undo puts back: every copy where it was, without locks, logs and parts of files.
  expect(origins).toEqual([
    {
      id: `mcp-auth-${a}-origin`,
      kind: 'files',
      binding: { config: '/s', pointer: 'mcp-remote-v1', command: null },
      values: {
        '/tokens.json': new Secret('{"n":1}'),
        'mcp-remote-0.1.36/tokens.json': new Secret('{"n":2}'),
        'mcp-remote-0.1.36/code_verifier.txt': new Secret('text'),
        'mcp-remote-v1/tokens.json': new Secret('{"n":3}'),
      },
      createdAt: '1970-01-01T00:00:03.000Z',
    },
  ]);
  expect(remove).toEqual(
    files
      .slice(0, 7)
      .map(({ path }) => path)
      .toSorted(),
  );
  expect(unreadable).toEqual([]);
});

test('the tokens that end last count, with the registration that they were given to', () => {
  const older = [
    file('mcp-remote-0.1.49', `${a}_tokens.json`, '{"expires_at":1}', 9000),
    file('mcp-remote-0.1.49', `${a}_client_info.json`, '{"client_id":"older"}', 9000),
  ];
  const newer = [
    file('mcp-remote-v1', `${a}_tokens.json`, '{"expires_at":2}', 1000),
    file('mcp-remote-v1', `${a}_client_info.json`, '{"client_id":"newer"}', 1000),
  ];
  const expected = [{ 'tokens.json': '{"expires_at":2}', 'client_info.json': '{"client_id":"newer"}' }];
  expect(valuesOf([...older, ...newer])).toEqual(expected);
  expect(valuesOf([...newer, ...older])).toEqual(expected);
});

test('tokens count before a registration alone, and a file that is half written does not', () => {
  const files = [
    file('mcp-remote-v1', `${a}_tokens.json`, '{"access_token":"ha', 9000),
    file('mcp-remote-v1', `${a}_client_info.json`, '{"client_id":"b"}', 9000),
    file('mcp-remote-0.3.1', `${a}_tokens.json`, '{"n":1}', 1000),
  ];
  expect(valuesOf(files)).toEqual([{ 'tokens.json': '{"n":1}' }]);
  expect(importStore('/s', files.slice(0, 1), same)).toEqual({
    entries: [],
    origins: [],
    remove: [],
    unreadable: [a],
  });
});

test('a prefix that changes is kept under the next one', () => {
  const files = [file('mcp-remote-v1', `${a}_tokens.json`, '{}')];
  const { entries, remove } = importStore('/s', files, new Map([[a, b]]));
  expect(entries.map(({ id, binding }) => [id, binding.pointer])).toEqual([[`mcp-auth-${b}`, a]]);
  expect(remove).toEqual([`/s/mcp-remote-v1/${a}_tokens.json`]);
});

test('without files there is nothing to do', () => {
  expect(importStore('/s', [], same)).toEqual({ entries: [], origins: [], remove: [], unreadable: [] });
});
