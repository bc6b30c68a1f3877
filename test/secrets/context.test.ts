/**
 * What users of other scanners complain about, class by class and both ways: the line that must stay quiet, and
 * its neighbour that must not.
 */
import { describe, expect, test } from 'vitest';
import type { FieldKind } from '../../src/secrets/engine.ts';
import { expand } from '../recipe.ts';
import { closed, secrets } from './kit.ts';

type Line = string | [name: string, value: string, kind?: FieldKind] | { argv: string[] };

const token = expand('{a32}');
const pat = expand('ghp_{crc30}');
const blob = expand('{b60}');

/** Type and severity of what is found in a line. */
function found(line: Line): string[] {
  const all =
    typeof line === 'string'
      ? secrets.scan(closed(line))
      : Array.isArray(line)
        ? secrets.judge(line[0], closed(line[1]), line[2] ?? 'env')
        : secrets.argv(line.argv.map(closed)).found;
  return all.map(({ info, severity }) => `${info.type} ${severity}`);
}

const quiet: Record<string, Line[]> = {
  'references of every client': [
    '${API_KEY}',
    '${env:API_KEY}',
    '${input:key}',
    '{env:API_KEY}',
    '{file:~/.key}',
    '%API_KEY%',

    '{{API_KEY}}',
    '${{ secrets.KEY }}',
    '@API_KEY@',
    '$API_KEY',
    'op://vault/item/field',
    '$(pass show x)',
  ].flatMap((value): Line[] => [
    ['API_KEY', value],
    `API_KEY="${value}"`,
    { argv: ['--api-key', value] },
    { argv: ['-e', `API_KEY=${value}`] },
    ['Authorization', `Bearer ${value}`, 'header'],
  ]),
  'defaults that are empty or no secret': [
    ['API_KEY', '${API_KEY:-}'],
    ['API_KEY', '${API_KEY:-your-key-here}'],
    ['LOG_LEVEL', `\${LOG_LEVEL:-${token}}`],
  ],
  'placeholders in many languages': [
    'your-api-key',
    '<token>',
    'xxxxxxxx',
    'sk-...',
    'sk-your-key',
    'CHANGE_ME',
    'seu-token-aqui',
    'tu_clave_api',

    'votre-clé-ici',
    'dein-token',
    '你的API密钥',
    '粘贴',
    'ваш_токен',
    'あなたのキー',
    '여기에_토큰',
    'AIzaSyYourKeyHere',
    'this-is-not-a-real-key',
    'my_api_key',
    '[REDACTED]',
    'key_12345',
  ].flatMap((value): Line[] => [['API_KEY', value], `export API_KEY=${value}`, { argv: ['--token', value] }]),
  'samples of documentation': [
    'aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    ['AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE'],
  ],
  'UUIDs in fields of ids': [
    ['id', expand('{U}'), 'field'],
    ['sessionId', expand('{U}'), 'field'],
    ['CODEX_SESSION', expand('{U}')],
    `request ${expand('{U}')} took 3 ms`,
  ],
  'digests and integrity': [
    `"integrity": "sha512-${expand('{b86}')}=="`,
    `commit ${expand('{h40}')}`,
    ['checksum', expand('{h64}'), 'field'],
    ['PASSWORD_HASH', `$2b$12$${expand('{a53}')}`],
  ],
  'images and other blobs': [
    `data:image/png;base64,${expand('{b400}')}`,
    `{"signature":"${expand('{b300}')}"}`,
    `${blob}/AKIA${expand('{B32U16}')}+${blob}`,
  ],
  'code that fetches or names one': [
    'const token = process.env.TOKEN;',
    'password = getPassword(user)',
    'import { chain_Key } from "./keys"',
    'preferredTokenSigningKeyThumbprint = cert.thumbprint',
    '<Token>{children}</Token>',
    'the token is undefined, and the password was wrong',
    'set -o vi; setx PATH "C:\\\\bin"',
    'name: API_KEY, required: true',
  ],
  'names of variables instead of values': [
    ['api_key_env', 'MY_SECRET1'],
    ['API_KEY', 'OPENAI_API_KEY'],
  ],
  'names that only look secret': [
    ['MAX_TOKENS', '4096000000000000000000'],
    ['CACHE_KEY', token],
    ['secretArn', token, 'field'],
    ['KEYBOARD', token],
    ['csrf_token', token, 'field'],
    ['token_endpoint', 'https://auth.example.com/token', 'field'],
  ],
  'references of code, templates and vaults': [
    ['API_KEY', 'enc2:AbCdEf0123456789=='],
    ['API_KEY', '$_ENV["KEY"]'],
    ['DB_PASSWORD', '$VAULT:token'],
    ['DB_PASSWORD', '@/run/secrets/token'],
    ['DB_PASSWORD', '1password://vault/item'],
    ['DB_PASSWORD', '$[variables.TOKEN]'],
  ],
  'names of types and resources': [
    `"Vendor::IAM::AccessKey": "${expand('{h16}')}"`,
    ['Vendor::AppSync::ApiKey', expand('{h16}'), 'field'],
  ],
  'keys that are public by name or encoding': [
    ['SUPublicEDKey', `${expand('{b43}')}=`, 'field'],
    ['RSA_PUBLIC_SIGNING_KEY', expand('{b60}')],
    ['key', `MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A${expand('{b300}')}`, 'field'],
    ['VAPID_KEY', `MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE${expand('{b86}')}==`],
    ['password', `AgB${expand('{b400}')}==`, 'field'],
  ],
  'names that programmers give': [
    '#define salsa20_256_set_key vendor_salsa20_256_set_key',
    '#define ed25519_sha512_private_key vendor_ed25519_sha512_private_key',
    ['MODEL_KEY', 'claude-3-5-sonnet-20241022'],
    ['S3_KEY', `exports/RHEL5-${expand('{l12}')}.ova`],
  ],
  'tokens of locks, pages and requests': [
    `"LockToken":"${expand('{U}')}"`,
    `aws waf update --change-token ${expand('{U}')} --updates x`,
    ['requestToken', expand('{U}'), 'field'],
  ],
  'samples with EXAMPLE in them': [
    ['SecretAccessKey', `${expand('{a8}')}EXAMPLE${expand('{a17}')}`, 'field'],
    ['DeviceKey', `us-west-2_${expand('{h8}')}-EXAMPLE11111`, 'field'],
  ],
  'a prefix inside of a digest': [`version.py,sha256=qaN-fw_htIgKUVXoAuAEVgKxQu3tZ9qE2eiKk,160`],
  'settings and labels': [
    ['STORAGE_CONNECTION_STRING', 'DefaultEndpointsProtocol=https'],
    ['password', 'Password', 'field'],
  ],
  'connection strings without a credential': [
    ['DATABASE_URL', 'postgres://app@db.internal/prod'],
    'jdbc:postgresql://db/app?user=app',
    ['MSSQL', 'Server=db;Database=x;Trusted_Connection=True;'],
  ],
  'parameters that are none': [
    `https://auth.example.com/authorize?client_id=${token}&state=${token}&code_challenge=${token}`,
    `[![coverage](https://codecov.io/gh/acme/x/branch/main/graph/badge.svg?token=${expand('{a10}')})](https://x.example)`,
    { argv: ['--project-id', token] },
    { argv: ['--key', '/etc/ssl/private/key.pem'] },
  ],
};

describe('quiet', () => {
  test.each(Object.entries(quiet))('%s', (_, lines) => {
    for (const line of lines) expect(found(line), JSON.stringify(line)).toEqual([]);
  });
});

const loud: Record<string, [Line, string][]> = {
  'a literal default': [
    [['API_KEY', `\${API_KEY:-${token}}`], 'generic-secret high'],
    [['X', `\${GITHUB_TOKEN:-${pat}}`], 'github-pat-classic critical'],
    [`api_key: \${API_KEY:-${token}}`, 'generic-secret high'],
  ],
  'a token that holds the word of a placeholder': [
    [['API_KEY', `${expand('{a24}')}your`], 'generic-secret high'],
  ],
  'a UUID in a field of a secret': [
    [['EXA_API_KEY', expand('{U}')], 'exa-api-key high'],
    [['token', expand('{U}'), 'field'], 'generic-secret high'],
    [{ argv: ['--api-key', expand('{U}')] }, 'generic-secret high'],
  ],
  'hex in a field of a secret': [[['secret', expand('{h40}'), 'field'], 'generic-secret high']],
  'a token beside a blob': [[`{"data":"${blob}","token":"${pat}"}`, 'github-pat-classic critical']],
  'code with a literal': [
    [`const apiKey = "${token}";`, 'generic-secret high'],
    [`os.environ["API_KEY"] = "${token}"`, 'generic-secret high'],
    [`process.env['API_KEY'] = '${token}'`, 'generic-secret high'],
  ],
  'public halves, for information': [
    [['SOME_KEY', expand('pk_live_{a24}')], 'stripe-publishable-key info'],
    [['SUPABASE_ANON_KEY', expand('{anonjwt}')], 'supabase-anon-key info'],
    [['SENTRY_DSN', `https://${expand('{h32}')}@o1.ingest.sentry.io/1`], 'sentry-dsn info'],
    [['AWS_ACCESS_KEY_ID', expand('AKIA{B32U16}')], 'aws-access-key-id info'],
  ],
  'test keys, low': [[['STRIPE_KEY', expand('sk_test_51{a97}')], 'stripe-test-key low']],
  'weak passwords, low here and medium elsewhere': [
    [['DB_PASSWORD', 'postgres'], 'weak-password low'],
    [['DATABASE_URL', 'postgres://u:password@localhost/db'], 'weak-password low'],
    [['DATABASE_URL', 'postgres://postgres:postgres@db:5432/x'], 'weak-password low'],
    [['DATABASE_URL', 'mysql://root:root@db.corp.com/x'], 'weak-password medium'],
    [['DATABASE_URL', 'mysql://app:password@db.corp.com/x'], 'weak-password medium'],
  ],
  'settings with a password': [
    [['MSSQL', `Server=db;User Id=sa;Password=${token}&x;Encrypt=true`], 'password high'],
    [['DSN', `host=db user=app password=${token} dbname=x`], 'password high'],
  ],
  'header lines inside of JSON': [
    [['HEADERS', JSON.stringify({ Authorization: `Bearer ${token}` })], 'auth-header high'],
    [JSON.stringify({ cmd: `curl -H "X-Api-Key: ${token}" https://x.example` }), 'generic-secret high'],
  ],
  'escaped text': [
    [`"log\\n${pat}\\nend"`, 'github-pat-classic critical'],
    [`{"a":"{\\"t\\":\\"${pat}\\"}"}`, 'github-pat-classic critical'],
    [`"\\tAPI_KEY=${token}\\n"`, 'generic-secret high'],
  ],
  'options and variables of commands': [
    [{ argv: ['-e', `API_KEY=${token}`] }, 'generic-secret high'],
    [{ argv: ['--api-key', token] }, 'generic-secret high'],
    [`npx -y server --api-key ${token} --verbose`, 'generic-secret high'],
    [JSON.stringify({ args: ['--api-key', token] }), 'generic-secret high'],
    [`set -gx API_KEY ${token}`, 'generic-secret high'],
    [`aws configure set aws_secret_access_key ${expand('{b40}')}`, 'aws-secret-access-key critical'],
    [`sshpass -p ${expand('{a14}')} ssh root@h`, 'command-password high'],
  ],
  'records of a name and a value': [
    [JSON.stringify([{ name: 'API_KEY', value: token, isSecret: true }]), 'generic-secret high'],
    [`- name: API_KEY\n  value: ${token}\n`, 'generic-secret high'],
    [`<key>API_KEY</key>\n<string>${token}</string>`, 'generic-secret high'],
    [`<apiKey>${token}</apiKey>`, 'generic-secret high'],
    [`<add key="ApiKey" value="${token}" />`, 'generic-secret high'],
  ],
  'quotes as pages and serialisers write them': [
    [`{"c":"{\\u0022API_KEY\\u0022:\\u0022${token}\\u0022}"}`, 'generic-secret high'],
    [`<pre>{&quot;API_KEY&quot;: &quot;${token}&quot;}</pre>`, 'generic-secret high'],
  ],
  'what a language puts between a name and its value': [
    [`$ENV{API_KEY} = '${token}';`, 'generic-secret high'],
    [`API_KEY ?= ${token}`, 'generic-secret high'],
    [`variable "api_key" {\n  type = string\n  default = "${token}"\n}`, 'generic-secret high'],
    [`config :app, secret_key_base: "${token}"`, 'generic-secret high'],
    [`ALTER ROLE app WITH PASSWORD '${token}';`, 'password high'],
    [`gh secret set API_KEY --body "${token}"`, 'generic-secret high'],
  ],
  'lines of password files and statements': [
    [`db.example.org:5432:app:app:${token}`, 'pgpass-password high'],
    [`CREATE USER app IDENTIFIED BY '${token}';`, 'sql-password high'],
    [`docker login -u bot -p ${token} registry.example.com`, 'command-password high'],
  ],
  'a weak password under the name of a token': [[['API_KEY', 'P@ssw0rd'], 'weak-password low']],
  'what people say': [
    [`Set **API_KEY** to \`${token}\` there`, 'generic-secret high'],
    [`my api key is: ${token}`, 'generic-secret high'],
    [`the token is ${token} for now`, 'generic-secret high'],
    [`API key: ${token}`, 'generic-secret high'],
  ],
  URLs: [
    [`https://ci:${token}@git.example.com/x.git`, 'url-password high'],
    [`https://mcp.example.com/mcp?tavilyApiKey=${token}`, 'generic-secret high'],
    [`https://mcp.example.com/mcp?token=${encodeURIComponent(expand('{b40}+/='))}`, 'generic-secret high'],
  ],
  'names that hint': [
    [['ACME_SESSION', token], 'generic-secret medium'],
    [['ACME_CONN_STR', token], 'generic-secret high'],
    [['ACME_SA_JSON', Buffer.from(`{"type":"${token}"}`).toString('base64')], 'generic-secret high'],
  ],
  'application passwords': [
    [['WP_APP_PASSWORD', token.slice(0, 24).match(/.{4}/g)!.join(' ')], 'password high'],
    [['MAIL_PASSWORD', expand('{l16}').match(/.{4}/g)!.join(' ')], 'password high'],
  ],
  'letters that no language would write': [
    [['DATABASE_URL', `postgres://app:${'DeFYB'}${'Dtzizqo'}@db.corp.com/x`], 'url-password high'],
  ],
};

describe('told', () => {
  test.each(Object.entries(loud))('%s', (_, lines) => {
    for (const [line, expected] of lines) expect(found(line), JSON.stringify(line)).toEqual([expected]);
  });
});

test('words in groups are no application password', () => {
  expect(found(['MAIL_PASSWORD', 'some word goes here'])).toEqual([]);
  expect(found(['MAIL_PASSWORD', 'abcd efgh ijkl mnop'])).toEqual([]);
});

test('what is bare on a command line is hidden, if nothing tells whose it is', () => {
  for (const recipe of ['{a16}', '{a24}', '{h32}', '{U}', '{w43}']) {
    expect(secrets.argv(['run', expand(recipe)].map(closed)).shown, recipe).toEqual(['run', '…']);
  }
  for (const word of [
    'my-server-name',
    'kubernetes-dashboard',
    'server.example.com',
    'v1.2.3-beta.4',
    'claude-sonnet-4',
  ]) {
    expect(secrets.argv(['run', word].map(closed)).shown).toEqual(['run', word]);
  }
});

test('a percent sign in a query ends no token', () => {
  const ops = expand('{ops}');
  const [one] = secrets.judge('URL', closed(`https://x.example/?token=${encodeURIComponent(ops)}`), 'env');
  expect([one?.info.type, one?.info.length]).toEqual([
    'onepassword-service-token',
    encodeURIComponent(ops).length,
  ]);
});

test('a finding says what it rests on', () => {
  const reasons = (line: [string, string, FieldKind]) =>
    secrets.judge(line[0], closed(line[1]), line[2]).map((one) => one.reasons);
  expect(reasons(['GITHUB_TOKEN', pat, 'env'])).toEqual([['shape', 'checksum', 'name']]);
  expect(reasons(['NOTE', expand('ghp_{a36}'), 'env'])).toEqual([['shape', 'wrong-checksum']]);
  expect(reasons(['API_KEY', token, 'env'])).toEqual([['name', 'entropy']]);
  expect(reasons(['API_KEY', 'abcdef1234567890XYZdefgh', 'env'])).toEqual([['name', 'typed']]);
  expect(reasons(['Authorization', `Bearer ${token}`, 'header'])).toEqual([['name', 'entropy', 'position']]);
});
