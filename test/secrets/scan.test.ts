/** Free text: logs, transcripts, shell lines. What is found, where, and what prose and code must not set off. */
import { describe, expect, test } from 'vitest';
import { expand } from '../recipe.ts';
import { closed, secrets } from './kit.ts';

const token = expand('{a36}');
const scan = (text: string) => secrets.scan(closed(text));
const summary = (text: string) => scan(text).map((one) => `${one.info.type} ${one.field}`);

describe('scan finds', () => {
  test.each([
    ['an assignment', `export SERVICE_API_KEY=${token}`, 'generic-secret SERVICE_API_KEY'],
    ['a quoted one', `secret_key = "${token}"`, 'generic-secret secret_key'],
    ['JSON', `{"accessToken": "${token}", "expires": 1}`, 'generic-secret accessToken'],
    ['JSON in JSON', JSON.stringify({ text: `{"accessToken":"${token}"}` }), 'generic-secret accessToken'],
    ['after an escaped newline', `"log\\nAPI_KEY=${token}\\nend"`, 'generic-secret API_KEY'],
    ['a header', `> Authorization: Bearer ${token}`, 'auth-header Authorization'],
    ['a curl header', `curl -H "X-Api-Key: ${token}" https://api.example.com`, 'generic-secret X-Api-Key'],
    ['a scheme alone', `sent Bearer ${token}, got 200`, 'auth-header text'],
    ['a credential URL', `cloning https://bot:${token}@git.example.com/x.git`, 'url-password password'],
    [
      'a query value',
      `GET https://api.example.com/?access_token=${token} 200`,
      'generic-secret access_token',
    ],
    ['a default', `url: \${API_KEY:-${token}}`, 'generic-secret API_KEY'],
    ['a password variable', 'DB_PASSWORD=Tr0ub4dor&3x', 'password DB_PASSWORD'],
    ['registry auth', `//registry.example.com/:_authToken=${expand('{U}')}`, 'generic-secret _authToken'],
    ['docker auth', `"auth": "${expand('{b64userpass}')}"`, 'basic-auth auth'],
  ])('%s', (_, text, expected) => {
    expect(summary(text)).toEqual([expected]);
  });

  test('each secret once, with its first place and how often', () => {
    const other = expand('{a36}', 5);
    const found = scan(`a\nAPI_KEY=${token}\n\nTOKEN=${other}\nAPI_KEY=${token}\n`);
    expect(found.map((one) => [one.count, one.line, one.offset])).toEqual([
      [2, 2, 10],
      [1, 4, 54],
    ]);
  });
});

describe('scan does not take for a secret', () => {
  test.each([
    ['prose', 'The token is a key to the secret; password: see the wiki. Bearer tokens are opaque.'],
    [
      'code',
      'const token = process.env.TOKEN; password = getPassword(user); apiKey := strings.TrimSpace(key)',
    ],
    ['types', 'token: string; password: SecretStr; key: Optional[str] = None; apiKey?: string'],
    ['a call', 'auth = hashlib.sha256(password1234567890abc)'],
    [
      'digests',
      `"integrity": "${expand('sha512-{b86}==')}", "commit": "${expand('{h40}')}", "etag": "${expand('{h32}')}"`,
    ],
    [
      'ids',
      `"id": "${expand('{U}')}", "session_id": "${expand('{U}')}", "tool_use_id": "toolu_${expand('{a24}')}"`,
    ],
    ['counts', '"max_tokens": 4096, "input_tokens": "12345", "cache_key": "user-profile-v2"'],
    ['an image', `"image_url": "data:image/png;base64,${expand('{b400}')}"`],
    ['signatures of blocks', `"signature": "${expand('{b400}')}"`],
    [
      'base64 with prefixes inside',
      Array.from({ length: 40 }, (_, seed) => expand('{b60}/AKIA{B32U16}+{b40}/BSA{a28}/', seed)).join(''),
    ],
    ['a public key', expand('-----BEGIN PUBLIC KEY-----\n{b300}\n-----END PUBLIC KEY-----')],
    [
      'talk of a key',
      'it begins with -----BEGIN RSA PRIVATE KEY----- and ends with -----END RSA PRIVATE KEY-----',
    ],
    ['weak passwords in examples', 'postgresql://user:password@localhost/db and PASSWORD=changeme'],
    ['an ARN', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/mssql/readonly-AbCdEf'],
    ['placeholders', 'export API_KEY=your-api-key-here TOKEN=<token> SECRET=xxxxxxxxxxxxxxxxxxxx'],
    ['references', 'curl -H "Authorization: Bearer $TOKEN" -u "me:${PASSWORD}" https://me:$PW@example.com'],
  ])('%s', (_, text) => {
    expect(summary(text)).toEqual([]);
  });
});

describe('show', () => {
  test('leaves ordinary names, commands and paths alone', () => {
    for (const text of [
      'filesystem',
      '/Users/alice/Library/Application Support/Code/User/mcp.json',
      'C:\\Users\\bob\\mcp.json',
      'npx -y @modelcontextprotocol/server-github',
      '/mcpServers/github/env/GITHUB_TOKEN',
      'https://mcp.linear.app/sse',
      '--token',
      'vscode-remote://ssh-remote%2Bhost/home/x',
      'name: value',
      '',
    ]) {
      expect(secrets.show(text)).toBe(text);
      expect(secrets.show(closed(text))).toBe(text);
    }
  });

  test('masks what is known, in a name as in a command', () => {
    const pat = expand('ghp_{crc30}');
    expect(secrets.show(`server ${pat}`)).toBe(`server ${pat.slice(0, 6)}…`);
    expect(secrets.show(`https://me:${token}@h.example/?token=${token}`)).toBe(
      `https://…:${token.slice(0, 2)}…@h.example/?token=${token.slice(0, 2)}…`,
    );
    expect(secrets.show('postgres://u:password@h/db')).toBe('postgres://…:…@h/db');
  });

  test('cuts long text, and no secret in two', () => {
    const pat = expand('ghp_{crc30}');
    const shown = secrets.show(`${'a '.repeat(1010)}${pat}${' b'.repeat(50_000)}`);
    expect(shown.length).toBeLessThanOrEqual(2_049);
    expect(shown).toContain('ghp_');
    expect(shown).not.toContain(pat.slice(4, 12));
  });
});

describe('plain', () => {
  test('gives short text for comparison, and nothing of a secret', () => {
    expect(secrets.plain(closed('oauth-personal'))).toBe('oauth-personal');
    expect(secrets.plain(closed(expand('ghp_{crc30}')))).toBeNull();
    expect(secrets.plain(closed('a'.repeat(257)))).toBeNull();
  });
});
