/** The policy part of Windows' registry: layouts of `reg query` as Windows prints them, and what they mean. */
import { describe, expect, test } from 'vitest';
import { policyOf } from '../../src/cli/policy.ts';
import { policyKey, readRegistryPolicy, registryValues } from '../../src/host/policy-registry.ts';
import type { Printed, Program } from '../../src/host/run-program.ts';

const crlf = (lines: string[]): string => `\r\n${lines.join('\r\n')}\r\n`;
const above = crlf([
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft',
  'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\shadowscan',
]);
const values = crlf([
  policyKey,
  '    allowlist    REG_SZ    https://lists.example.com/allowlist.yaml',
  '    failOn    REG_SZ    medium',
  '    localWaivers    REG_DWORD    0x0',
  '    offline    REG_DWORD    0x1',
  '    timeLimit    REG_DWORD    0x78',
  '    skip    REG_MULTI_SZ    account-personal\\0package-unpinned',
  '    sinks    REG_SZ    [{"name":"soc","kind":"splunk-hec","url":"https://hec.example.com:8088","credential":{"keychain":"soc"}}]',
  '',
  `${policyKey}\\publicKeys`,
  `    1    REG_SZ    RWQ${'A'.repeat(53)}`,
  '    2    REG_SZ    C:\\Program Files\\shadowscan\\next.pub',
  '',
]);

/** A registry that answers with these texts, one after another. */
function answers(...texts: (string | null)[]) {
  const asked: Program[] = [];
  const run = (program: Program): Printed => {
    asked.push(program);
    const text = texts[asked.length - 1] ?? null;
    return text === null ? { text: '', refused: 'unreadable' } : { text, refused: null };
  };
  return { asked, run };
}

test("is read by the OS's own program, with no environment but its own", () => {
  const { asked, run } = answers(above, values);
  expect(readRegistryPolicy(run)).toMatchObject({ values: { failOn: 'medium' } });
  expect(asked.map(({ path, args }) => [path, args])).toEqual([
    ['C:\\Windows\\System32\\reg.exe', ['query', 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies', '/reg:64']],
    ['C:\\Windows\\System32\\reg.exe', ['query', policyKey, '/s', '/reg:64']],
  ]);
  for (const { env, folder } of asked) {
    expect(Object.values(env ?? {}).every((value) => /^C:(\\Windows|$)/.test(value))).toBe(true);
    expect(folder).toBe('C:\\Windows\\System32');
  }
});

test('that is not there is none, and one that cannot be read is not taken for none', () => {
  expect(
    readRegistryPolicy(answers(crlf(['HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies\\Microsoft'])).run),
  ).toEqual({
    values: null,
  });
  // A key whose name only begins like it.
  expect(readRegistryPolicy(answers(crlf([`${policyKey}-old`])).run)).toEqual({ values: null });
  expect(readRegistryPolicy(answers(null).run)).toEqual({ refused: 'unreadable' });
  expect(readRegistryPolicy(answers(above, null).run)).toEqual({ refused: 'unreadable' });
});

describe('its values', () => {
  test('are those of a policy, yes and no as numbers, lists in each of their forms', async () => {
    const { source, settings } = await policyOf(registryValues(values, policyKey));
    expect(source).toBe(policyKey);
    expect(settings).toEqual({
      allowlist: 'https://lists.example.com/allowlist.yaml',
      failOn: 'medium',
      localWaivers: false,
      offline: true,
      timeLimit: 120,
      skip: ['account-personal', 'package-unpinned'],
      sinks: [
        {
          name: 'soc',
          kind: 'splunk-hec',
          url: 'https://hec.example.com:8088',
          credential: { keychain: 'soc' },
        },
      ],
      publicKeys: [`RWQ${'A'.repeat(53)}`, 'C:\\Program Files\\shadowscan\\next.pub'],
    });
  });

  test.each([
    ['    failOn    REG_SZ    loud', /Policies\\shadowscan:1:\d+: /],
    ['    failon    REG_SZ    low', /failon/],
    ['    offline    REG_DWORD    0x2', /offline|boolean/],
    ['    offline    REG_BINARY    01', /Policies\\shadowscan:1:\d+: /],
    ['    allowlist    REG_SZ    lists.yaml', /absolute path/],
    ['    skip    REG_SZ    [x', /Policies\\shadowscan:1:\d+: /],
  ])('%s is refused', async (line, why) => {
    await expect(policyOf(registryValues(crlf([policyKey, line]), policyKey))).rejects.toThrow(why);
  });

  test('with blanks in them stay whole, and empty ones are empty', () => {
    const text = crlf([policyKey, '    a    REG_SZ    x    y  z', '    b    REG_SZ    ', '    c    REG_SZ']);
    expect(registryValues(text, policyKey)).toEqual({ a: 'x    y  z', b: '', c: '' });
  });
});
