/** Allowlist files: what is understood, and what each mistake says. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { isUsageError } from '../../src/model/usage-error.ts';

function parse(text: string | Buffer): ReturnType<typeof parseAllowlist> {
  return parseAllowlist(Buffer.from(text as string), 'list.yaml');
}

/** What a list is refused with. */
function refusal(text: string | Buffer): string {
  try {
    parse(text);
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return error.message;
  }
  return 'accepted';
}

const head = 'version: 1\nname: test\n';
const one = (line: string): string => `${head}approve:\n  - { ${line} }\n`;

test('YAML and JSON are read alike', () => {
  const yaml = `${head}owner: sec@example.com\napprove:\n  - package: npm:some-mcp\n    version: ^1\n    expires: 2027-01-31\ndeny:\n  - url: "https://*.evil.example/*"\n`;
  const json = JSON.stringify({
    version: '1',
    name: 'test',
    owner: 'sec@example.com',
    approve: [{ package: 'npm:some-mcp', version: '^1', expires: '2027-01-31' }],
    deny: [{ url: 'https://*.evil.example/*' }],
  });
  expect(parse(yaml)).toEqual(parse(json));
  expect(parse(JSON.stringify(JSON.parse(json), null, '\t'))).toEqual(parse(yaml));
  expect(parse(`\uFEFF${head}`)).toMatchObject({ version: '1', approve: [], deny: [] });
});

describe('every subject can be written', () => {
  test.each([
    'package: "npm:@scope/name", version: ">=1 <2"',
    'package: "pypi:name", version: ">=1.0,<2"',
    'package: "pypi:name", version: 1.0.post1',
    'package: "npm:name", version: ^1, allowUnpinned: true',
    'url: "https://mcp.example.com/{tenant}/mcp"',
    'url: "https://*.example.com/*"',
    'url: "http://localhost:3000/mcp"',
    'command: /opt/corp/mcp, args: ["--port=*"]',
    'command: "C:\\\\Corp\\\\mcp.exe"',
    'command: corp-mcp',
    'image: docker.io/mcp/fetch, tag: "1.2"',
    'image: registry.example.com:5000/team/mcp',
    'agent: some-agent, version: "1.2"',
    'extension: publisher.name',
  ])('%s', (line) => {
    expect(refusal(one(line))).toBe('accepted');
  });
});

describe('a mistake is told in one line with place and way out', () => {
  test.each<[string, string]>([
    ['pakage: "npm:x"', 'list.yaml:4:7: unknown key "pakage"; did you mean "package"?'],
    ['package: "npm:x", reson: y', 'list.yaml:4:25: unknown key "reson"; did you mean "reason"?'],
    ['package: "x"', 'list.yaml:4:16: approve[0].package: expected npm:NAME, pypi:NAME ...'],
    [
      'package: "npm:x", version: 1.20',
      'list.yaml:4:34: approve[0].version: expected text, found a number; put it in quotes',
    ],
    [
      'package: "npm:x", version: newest',
      'list.yaml:4:34: approve[0].version: expected a version or a range such as ^1.2.0',
    ],
    [
      'package: "npm:x@1.0.0"',
      'list.yaml:4:16: approve[0].package: the version goes into "version", not behind the name',
    ],
    ['package: "npm:@scope/*"', 'list.yaml:4:16: approve[0].package: expected the whole name of one package'],
    [
      'package: "npm:x", url: "https://x.example"',
      'list.yaml:4:5: approve[0]: expected exactly one of package, url, command, image, agent, extension, profile, setting, endpoint, account',
    ],
    [
      'reason: why',
      'list.yaml:4:5: approve[0]: expected exactly one of package, url, command, image, agent, extension, profile, setting, endpoint, account',
    ],
    [
      'url: mcp.example.com',
      'list.yaml:4:12: approve[0].url: expected a whole URL such as https://mcp.example.com/mcp',
    ],
    [
      'url: "https://*.com/mcp"',
      'list.yaml:4:12: approve[0].url: the wildcard takes in foreign hosts; fix at least the last two labels of the host',
    ],
    [
      'url: "https://*/mcp"',
      'list.yaml:4:12: approve[0].url: the wildcard takes in foreign hosts; fix at least the last two labels of the host',
    ],
    [
      'url: "https://user@x.example/"',
      'list.yaml:4:12: approve[0].url: must not hold a user name or password; remove it',
    ],
    [
      'url: "https://x.example/?a=1"',
      'list.yaml:4:12: approve[0].url: query and fragment are not compared; remove them',
    ],
    [
      'url: "https://x.example/${TENANT}"',
      'list.yaml:4:12: approve[0].url: must not hold a variable; write {name} for a part that varies',
    ],
    [
      'url: "https://x.example:*/"',
      'list.yaml:4:12: approve[0].url: cannot be read as an URL; wildcards are for host and path only',
    ],
    [
      'command: npx foo',
      'list.yaml:4:16: approve[0].command: expected an absolute path or a bare name; arguments go into "args"',
    ],
    [
      'command: ./server',
      'list.yaml:4:16: approve[0].command: expected an absolute path or a bare name; arguments go into "args"',
    ],
    [
      'image: "mcp/fetch:1"',
      'list.yaml:4:14: approve[0].image: expected registry and name without tag, such as docker.io/mcp/fetch',
    ],
    [
      'image: docker.io/mcp/fetch, digest: "sha256:00"',
      'list.yaml:4:43: approve[0].digest: expected sha256: and 64 hex digits',
    ],
    [
      'url: "https://x.example/", version: "1"',
      'list.yaml:4:43: approve[0].version: goes with package, agent, extension only; remove it',
    ],
    ['package: "npm:x", args: [a]', 'list.yaml:4:31: approve[0].args: goes with command only; remove it'],
    [
      'package: "npm:x", allowUnpinned: true',
      'list.yaml:4:40: approve[0].allowUnpinned: without "version" every version is approved anyway; remove it',
    ],
    ['extension: name', 'list.yaml:4:18: approve[0].extension: expected publisher.name'],
    [
      'agent: x, expires: 31.1.2027',
      'list.yaml:4:26: approve[0].expires: expected a date such as 2027-01-31',
    ],
    [
      'command: corp-mcp, sha256: "abc"',
      'list.yaml:4:34: approve[0].sha256: expected 64 hex digits in lower case',
    ],
    [
      'url: "https://x.example", level: ask',
      'list.yaml:4:40: approve[0].level: goes with setting only; remove it',
    ],
    [
      'package: "npm:x", accept: [anything]',
      'list.yaml:4:34: approve[0].accept[0]: expected one of launcher-folder, package-folder, working-folder, env-file, own-proxy, own-ca',
    ],
    [
      'account: "*"',
      'list.yaml:4:16: approve[0].account: approves every account; name a domain, organisation or plan',
    ],
    [
      'account: "ann@example.com"',
      'list.yaml:4:16: approve[0].account: expected a domain such as example.com, without @',
    ],
    [
      'endpoint: "a b"',
      'list.yaml:4:17: approve[0].endpoint: expected a host such as api.example.com or *.example.com, or a whole URL',
    ],
    [
      'agent: x, tools: { deny: [a] }',
      'list.yaml:4:24: approve[0].tools: goes with package, url, command, image only; remove it',
    ],
    ['agent: x, expires: 2027-02-30', 'list.yaml:4:26: approve[0].expires: there is no such date'],
  ])('%s', (line, message) => {
    expect(refusal(one(line))).toBe(message);
  });

  test('ids are unique over both sides', () => {
    const text = `${head}approve:\n  - { id: a, agent: x }\ndeny:\n  - { id: a, agent: y }\n`;
    expect(refusal(text)).toBe('list.yaml:6:11: deny[0].id: another entry has this id; choose a new one');
  });

  test('the first mistake of the file comes first, the others are counted', () => {
    const text = `${head}approve:\n  - { agent: x, nope: 1 }\n  - { agnet: y }\ndenny: []\n`;
    expect(refusal(text)).toMatch(/^list\.yaml:4:17: unknown key "nope"; .* \(and 2 more\)$/);
  });

  test('too wide a denial is the owner’s choice', () => {
    expect(refusal(`${head}deny:\n  - { url: "https://*.com/*" }\n`)).toBe('accepted');
  });

  test.each<[string, string]>([
    ['', 'list.yaml:1:1: expected a map, found nothing'],
    ['[]', 'list.yaml:1:1: expected a map, found a list'],
    ['version: 1\n', 'list.yaml:1:1: "name" is missing; add it'],
    ['name: x\nname: y\n', 'list.yaml:2:1: the same key occurs twice; keep one of them'],
    ['name: x\nversion: 1\napprove:\n\t- agent: x\n', 'list.yaml:4:1: a tab indents this line; use spaces'],
    ['name: "x\n', 'list.yaml:2:1: a closing quote, bracket or comma is missing'],
    ['name: !!js/function "x"\n', 'list.yaml:1:7: tags such as "!x" are not understood; remove it'],
    ['name: x\n---\nname: y\n', 'list.yaml:2:1: a second document begins here; keep one document per file'],
    [`${head}__proto__: { approve: [] }\n`, 'list.yaml:3:1: the key "__proto__" is not allowed; rename it'],
    [`${head}approve: nobody\n`, 'list.yaml:3:10: approve: expected a list, found text'],
    [`${head}expires: 2027-13-01\n`, 'list.yaml:3:10: expires: there is no such date'],
  ])('syntax: %j', (text, message) => {
    expect(refusal(text)).toBe(message);
  });

  test('what is no text or no end is refused, not hung on', () => {
    expect(refusal(Buffer.from([0x6e, 0xff, 0xfe, 0x00]))).toBe(
      'list.yaml: not UTF-8 text; save it as UTF-8',
    );
    expect(refusal('['.repeat(20_000))).toMatch(/^list\.yaml:1:\d+: /);
    const bomb = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
    for (let index = 1; index < 9; index += 1) {
      const [now, before] = ['abcdefghi'[index], 'abcdefghi'[index - 1]];
      bomb.push(`${now}: &${now} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`);
    }
    expect(refusal(bomb.join('\n'))).toBe('list.yaml:1:1: aliases expand to too much; write the values out');
  });

  test('no message repeats the text of the file', () => {
    expect(refusal('name: [secret-value-1234\n')).not.toContain('secret-value');
  });
});

test('the list in the README is one', () => {
  const readme = fs.readFileSync(path.join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
  const block = /```yaml\n(version: 1\nname: Example Corp\n[^]*?)```/.exec(readme)?.[1] ?? '';
  const whole = block
    .replaceAll('sha256:...', `sha256:${'ab'.repeat(32)}`)
    .replace('sha256: "..."', `sha256: "${'ab'.repeat(32)}"`);
  expect(parse(whole)).toMatchObject({ name: 'Example Corp', waivers: [{ check: 'package-unpinned' }] });
});
