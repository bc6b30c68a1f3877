/** Names and values as they stand in MCP configurations: what is a secret and what must not be one. */
import { describe, expect, test } from 'vitest';
import type { FieldKind } from '../../src/secrets/engine.ts';
import { expand } from '../recipe.ts';
import { closed, secrets } from './kit.ts';

type Row = [name: string, value: string, kind?: FieldKind];
const judge = ([name, value, kind = 'env']: Row) => secrets.judge(name, closed(value), kind);

const references: Row[] = [
  ['API_KEY', '${API_KEY}'],
  ['API_KEY', '${env:API_KEY}'],
  ['API_KEY', '${input:api-key}'],
  ['API_KEY', '{env:API_KEY}'],
  ['API_KEY', '{file:~/.key}'],
  ['API_KEY', '$API_KEY'],
  ['API_KEY', '%API_KEY%'],
  ['TOKEN', '${{ secrets.X }}'],
  ['TOKEN', 'op://vault/item/field'],
  ['API_KEY', '${API_KEY:-}'],
  ['API_KEY', '${API_KEY:?not set}'],
  ['API_KEY', '{{API_KEY}}'],
  ['API_KEY', '$(cat ~/.key)'],
  ['API_KEY', 'os.environ["API_KEY"]'],
  ['API_KEY', 'os.environ/API_KEY'],
  ['SECRET', 'process.env.SECRET'],
  ['TOKEN', 'keychain:mcp/github'],
  ['TOKEN', '@TOKEN@'],
  ['TOKEN', '${user_config.access_token}'],
  ['API_KEY', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/api-AbCdEf'],
  ['api_key_env', 'MY_SECRET1'],
  ['API_KEY', 'OPENAI_API_KEY'],
  ['DB_PASSWORD', '${DB_PASSWORD}'],
  ['Authorization', 'Bearer ${TOKEN}', 'header'],
  ['DATABASE_URL', 'postgres://app:${DB_PASSWORD}@db/prod'],
  ['DATABASE_URL', 'postgres://app:$DB_PASSWORD@db/prod'],
  ['URL', 'https://x.example/mcp?api_key=${KEY}'],
];

const placeholders: Row[] = [
  ['GITHUB_PERSONAL_ACCESS_TOKEN', '<YOUR_TOKEN>'],
  ['API_KEY', 'your-api-key-here'],
  ['OPENAI_API_KEY', 'sk-...'],
  ['API_KEY', 'this is where you put the key'],
  ['API_KEY', 'seu-token-aqui'],
  ['API_KEY', '你的 API 金鑰'],
  ['API_KEY', '粘贴'],
  ['API_KEY', 'votre_cle_api'],
  ['API_KEY', 'ваш_ключ'],
  ['API_KEY', 'DUMMY'],
  ['API_KEY', 'changeme'],
  ['API_KEY', 'none'],
  ['API_KEY', 'null'],
  ['API_KEY', 'true'],
  ['API_KEY', 'test'],
  ['API_KEY', 'YOUR_API_KEY'],
  ['API_KEY', 'xxxxxxxxxxxxxxxx'],
  ['API_KEY', 'ghp_' + 'x'.repeat(36)],
  ['API_KEY', '[API KEY]'],
  ['API_KEY', 'sk-1234567890abcdef'],
  ['API_KEY', 'abc123'],
  ['OPENAI_API_KEY', 'ollama'],
  ['OPENAI_API_KEY', 'lm-studio'],
  ['OPENAI_API_KEY', 'not-needed'],
  ['API_KEY', 'a1b2c3d4e5f6g7h8i9j0'],
  ['NOTION_TOKEN', 'ntn_****'],
  ['SLACK_BOT_TOKEN', 'xoxb-your-bot-token'],
  ['API_KEY', 'insert_key'],
  ['OPENAPI_MCP_HEADERS', '{"Authorization": "Bearer ntn_****", "Notion-Version": "2022-06-28" }'],
  ['AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE'],
  ['REDIS_PWD', '<redis_password>'],
  ['DB_PASSWORD', 'your_password'],
  ['AWS_SECRET_ACCESS_KEY', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'],
  ['API_KEY', '********'],
  ['MONGODB_URI', 'mongodb+srv://<username>:<password>@cluster0.mongodb.net'],
  ['TOKEN', 'my-secret-token'],
  ['Authorization', 'Bearer <token>', 'header'],
  ['Authorization', 'Bearer YOUR_API_KEY', 'header'],
  ['API_KEY', '00000000-0000-0000-0000-000000000000'],
  ['API_KEY', 'fake-key-for-testing'],
  ['JWT_SECRET', 'dev-secret'],
  ['SESSION_SECRET', 'keyboard cat'],
  ['GITHUB_TOKEN', 'ghp_your_token_here'],
  ['TOKEN', 'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9'],
  ['API_KEY', 'some_secret_key_12345'],
  ['SLACK_MCP_API_KEY', 'my-$$e-$ecret'],
  ['MCP_API_KEY', 'the-secret-you-received'],
];

const harmless: Row[] = [
  ['LOG_LEVEL', 'debug'],
  ['DATABASE_URL', 'postgresql://localhost/mydb'],
  ['NODE_ENV', 'production'],
  ['MEMORY_FILE_PATH', '/Users/x/memory.json'],
  ['AWS_PROFILE', 'default'],
  ['TOKENIZERS_PARALLELISM', 'false'],
  ['MAX_TOKENS', '4096'],
  ['SSH_PUBLIC_KEY', expand('{a40}')],
  ['CLIENT_ID', expand('{a40}')],
  ['NEXT_PUBLIC_MAPS_KEY', expand('{a40}')],
  ['GOOGLE_APPLICATION_CREDENTIALS', '/home/x/key.json'],
  ['GOOGLE_CREDENTIALS', './credentials.json'],
  ['AUTH', 'oauth'],
  ['AUTH_TYPE', 'oauth-personal'],
  ['PRIVATE_KEY', '~/.ssh/id_rsa'],
  ['PRIVATE_KEY_PATH', expand('{a40}')],
  ['key', 'ctrl+shift+p', 'field'],
  ['SLACK_TEAM_ID', 'T01234567'],
  ['TOKEN_URL', 'https://auth.example.com/oauth/token'],
  ['TOKEN_TTL', '3600s'],
  ['OAUTH_CALLBACK_PORT', '3334'],
  ['APPLE_KEY_ID', 'A1B2C3D4E5'],
  ['Content-Type', 'application/json', 'header'],
  ['X-Request-Id', expand('{U}'), 'header'],
  ['integrity', expand('sha512-{b86}=='), 'field'],
  ['PASSWORD_HASH', expand('{a53}')],
  ['ETH_TOKEN', expand('0x{h40}')],
  ['csrf_token', expand('{a40}'), 'field'],
  ['continuationToken', expand('{a40}'), 'field'],
  ['issueKey', 'PROJ-1234567', 'field'],
  ['GIT_COMMIT', expand('{h40}')],
  ['MONKEY', expand('{a40}')],
  ['COMPASS', expand('{a40}')],
  ['KEYBOARD', expand('{a40}')],
];

describe('what is no secret', () => {
  test.each([...references, ...placeholders, ...harmless])('%s: %s', (...row) => {
    expect(judge(row as Row).map((one) => one.info.type)).toEqual([]);
  });
});

/** Values that count in good part under a secret name: samples, test keys, and poor secrets. */
const counting: [Row, string][] = [
  [['API_KEY', 'CANARYi123456789'], 'generic-secret'],
  [['API_KEY', 'abcdef1234567890XYZdefgh'], 'generic-secret'],
  [['API_KEY', 'sk-test-1234567890abcdef'], 'generic-secret'],
  [['API_KEY', 's3cr3t-1234567890'], 'generic-secret'],
  [['API_KEY', 'CANARY-b-1234567890-secret'], 'generic-secret'],
  [['DB_PASSWORD', 'Orchid123456'], 'password'],
  [['DATABASE_URL', 'postgres://app:Orchid1234567@db/x'], 'url-password'],
  [['URL', 'https://x.example/sse?token=Orchid12345678901'], 'generic-secret'],
  [['Authorization', 'Bearer Orchidabcdefghijkl1234567890', 'header'], 'auth-header'],
  [['Authorization', `Basic ${Buffer.from('bob:Orchid1234567').toString('base64')}`, 'header'], 'basic-auth'],
  [['GITHUB_TOKEN', expand('ghp_{n36}')], 'github-pat-classic'],
  [['GITHUB_TOKEN', ['ghp_', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('')], 'github-pat-classic'],
  [['NOTE', expand('ghp_{n36}')], 'github-pat-classic'],
];

describe('what counts in part', () => {
  test.each(counting)('%j is %s, medium, and hardly sure', (row, type) => {
    const found = judge(row);
    expect(found.map((one) => [one.info.type, one.severity, one.confidence])).toEqual([
      [type, 'medium', 'low'],
    ]);
  });

  test.each<Row>([
    ['API_KEY', '1234567890'],
    ['API_KEY', 'sk-1234567890abcdefghij'],
    ['API_KEY', expand('sk-{n36}')],
    ['API_KEY', '12345678-1234-1234-1234-123456789012'],
    ['API_KEY', '0123456789abcdef0123456789ABCDEF'],
    ['API_KEY', 'abcabcabcabc'],
    ['key', 'Orchid123456', 'field'],
    ['GITHUB_TOKEN', 'ghp_' + 'a'.repeat(36)],
    ['GITHUB_TOKEN', 'ghp_' + '0'.repeat(36)],
    ['GITHUB_TOKEN', 'ghp_' + 'example'.repeat(5) + '1'],
    ['GITHUB_TOKEN', 'ghp_' + 'xxxx1234'.repeat(4) + 'xxxx'],
    ['GITHUB_TOKEN', 'ghp_' + 'yourtokengoeshere'.repeat(2) + '12'],
  ])('%s: %s is none', (...row) => {
    expect(judge(row).map((one) => one.info.type)).toEqual([]);
  });

  test("in free text only a provider's own shape is told", () => {
    expect(secrets.scan(closed('API_KEY=Orchid123456789'))).toEqual([]);
    const [found] = secrets.scan(closed(`token ${expand('ghp_{n36}')} x`));
    expect([found?.severity, found?.confidence]).toEqual(['medium', 'low']);
  });
});

test('no placeholder is reported as high or above, whatever its name', () => {
  for (const name of ['API_KEY', 'DB_PASSWORD', 'token', 'Authorization']) {
    for (const [, value] of placeholders) {
      for (const kind of ['env', 'header', 'field', 'query', 'option'] as const) {
        const bad = secrets
          .judge(name, closed(value), kind)
          .filter((one) => /high|critical/.test(one.severity));
        expect(bad, `${name} ${value}`).toEqual([]);
      }
    }
  }
});

test('a sign within a word makes no placeholder of a password', () => {
  for (const value of ['$uper$ecretX9', 'Orbit$velvet$7']) {
    expect(judge(['DB_PASSWORD', value]).map((one) => one.info.type)).toEqual(['password']);
  }
  expect(judge(['API_KEY', `my-$$e-${expand('{a20}')}`]).map((one) => one.severity)).toEqual(['high']);
});

test('such placeholders are hidden all the same', () => {
  for (const value of ['my-$$e-$ecret', 'the-secret-you-received']) {
    expect(secrets.argv(['--api-key', value].map(closed)).shown).toEqual(['--api-key', '…']);
  }
});

describe('words glued together', () => {
  const made = expand('{a32}');

  test.each([
    ['BW_SESSION', 'generic-secret'],
    ['COLLABORATOR_LOGIN_TICKET', 'generic-secret'],
    ['PGPASSWORD', 'password'],
    ['PGPASS', 'password'],
    ['REDISPASSWORD', 'password'],
    ['SMTPPASS', 'password'],
    ['OPENAIKEY', 'generic-secret'],
    ['GITHUBTOKEN', 'generic-secret'],
    ['MYTOKEN', 'generic-secret'],
    ['ACME_MCPAPIKEY', 'generic-secret'],
    ['APPCLIENTSECRET', 'generic-secret'],
    ['VAULT_SECRET_ID', 'generic-secret'],
  ])('%s is a secret', (name, type) => {
    expect(judge([name, made]).map((one) => [one.info.type, one.severity])).toEqual([[type, 'high']]);
  });

  test.each(['secret-id', 'cred', 'oauth', 'hmac', 'totp'])('--%s is one', (name) => {
    expect(secrets.judge(name, closed(made), 'option')).toHaveLength(1);
    expect(secrets.argv([`--${name}`, 'Hunter2hunter2'].map(closed)).shown).toEqual([`--${name}`, '…']);
  });

  test.each<Row>([
    ['MAXTOKENS', made],
    ['CSRFTOKEN', made],
    ['nextpagetoken', made, 'field'],
    ['PUBLICAPIKEY', made],
    ['TOKENIZER', made],
    ['PGPASSFILE', made],
    ['SECRETARY', made],
    ['MONKEY', made],
    ['COMPASS', made],
    ['USE_OAUTH', made],
    ['OAUTH_CLIENT_METADATA', made],
    ['SESSION', made],
    ['TICKET', made],
    ['GITHUBTOKEN', 'your-token'],
    ['PGPASSWORD', '${PGPASSWORD}'],
    ['SECRET_ID', 'arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/api-AbCdEf'],
    ['SECRET_ID', 'prod/database/main'],
  ])('%s: %s is none', (...row) => {
    expect(judge(row).map((one) => one.info.type)).toEqual([]);
  });

  test('in the fields of programs only a convincing value is one, and hardly sure', () => {
    expect(judge(['githubtoken', made, 'field']).map((one) => one.confidence)).toEqual(['low']);
    expect(judge(['githubtoken', 'correct-horse1', 'field'])).toEqual([]);
  });
});

test('the id of an access key is for information, the key itself is critical', () => {
  const grade = (row: Row) => judge(row).map((one) => [one.info.type, one.severity, one.confidence]);
  const id = expand('AKIA{B32U16}');
  const info = [['aws-access-key-id', 'info', 'low']];
  expect(grade(['AWS_ACCESS_KEY_ID', id])).toEqual(info);
  expect(grade(['AWS_KEY', id])).toEqual(info);
  const secret = expand('{b40}');
  expect(grade(['AWS_SECRET_ACCESS_KEY', secret])).toEqual([['aws-secret-access-key', 'critical', 'high']]);
  const pair = secrets.scan(closed(`aws_access_key_id = ${id}\naws_secret_access_key = ${secret}\n`));
  expect(pair.map((one) => [one.info.type, one.severity])).toEqual([
    ['aws-access-key-id', 'info'],
    ['aws-secret-access-key', 'critical'],
  ]);
  expect(secrets.argv(['run', id].map(closed)).shown[1]).not.toContain(id.slice(2, 8));
});

const token = expand('{a32}');
const basic = (pair: string): string => Buffer.from(pair).toString('base64');
/** Row, then type, severity, field. */
const real: [Row, string, string, string][] = [
  [['API_KEY', expand('{U}')], 'generic-secret', 'high', 'API_KEY'],
  [['API_KEY', expand('{h32}')], 'generic-secret', 'high', 'API_KEY'],
  [['openaiApiKey', token, 'field'], 'generic-secret', 'high', 'openaiApiKey'],
  [['SERVICE_API_KEY_2', token], 'generic-secret', 'high', 'SERVICE_API_KEY_2'],
  [['API_KEY', ` "${token}" `], 'generic-secret', 'high', 'API_KEY'],
  [['API_KEY_PROD', token], 'generic-secret', 'high', 'API_KEY_PROD'],
  [['key', token, 'field'], 'generic-secret', 'medium', 'key'],
  [['API_KEY', `\${API_KEY:-${token}}`], 'generic-secret', 'high', 'API_KEY'],
  [['GH', `\${GITHUB_TOKEN:-${expand('ghp_{crc30}')}}`], 'github-pat-classic', 'critical', 'GH'],
  [['DB_PASSWORD', 'Tr0ub4dor&3'], 'password', 'high', 'DB_PASSWORD'],
  [['DB_PASSWORD', 'kx7!q'], 'password', 'medium', 'DB_PASSWORD'],
  [['DB_PASSWORD', 'password'], 'weak-password', 'low', 'DB_PASSWORD'],
  [['DATABASE_URL', 'postgresql://user:password@localhost/db'], 'weak-password', 'low', 'DATABASE_URL'],
  [['DATABASE_URL', 'postgresql://postgres:postgres@localhost/db'], 'weak-password', 'low', 'DATABASE_URL'],
  [['DATABASE_URL', `postgres://app:${expand('{a16}')}@db:5432/x`], 'url-password', 'high', 'DATABASE_URL'],
  [['REDIS_URL', `redis://:${expand('{a20}')}@r.example.com`], 'url-password', 'high', 'REDIS_URL'],
  [['MSSQL', `Server=db;User Id=sa;Password=${expand('{a12}')};`], 'password', 'high', 'Password'],
  [['Authorization', `Bearer ${token}`, 'header'], 'auth-header', 'high', 'Authorization'],
  [['authorization', `token ${expand('{h40}')}`, 'header'], 'auth-header', 'high', 'authorization'],
  [
    ['Authorization', `Basic ${basic(`bob:${expand('{a14}')}`)}`, 'header'],
    'basic-auth',
    'high',
    'Authorization',
  ],
  [['value', `Bearer ${token}`, 'field'], 'auth-header', 'high', 'value'],
  [['x-api-key', token, 'header'], 'generic-secret', 'high', 'x-api-key'],
  [['Cookie', `session=${token}; theme=dark`, 'header'], 'cookie', 'high', 'Cookie'],
  [['HEADERS', JSON.stringify({ Authorization: `Bearer ${token}` })], 'auth-header', 'high', 'Authorization'],
  [['HEADERS', `api-key=${expand('{h40}')}`], 'generic-secret', 'high', 'api-key'],
  [['URL', `https://api.example.com/mcp?api_key=${token}`], 'generic-secret', 'high', 'api_key'],
  [
    ['URL', `https://mcp.example.com/?tavilyApiKey=${expand('tvly-{a32}')}`],
    'tavily-api-key',
    'high',
    'tavilyApiKey',
  ],
  [['SESSION_TOKEN', expand('{jwt}')], 'jwt', 'high', 'SESSION_TOKEN'],
  [['WALLET_PRIVATE_KEY', expand('0x{h64}')], 'ethereum-private-key', 'critical', 'WALLET_PRIVATE_KEY'],
];

describe('what is a secret', () => {
  test.each(real)('%s is %s, %s, in %s', (row, type, severity, field) => {
    const found = judge(row);
    expect(found.map((one) => [one.info.type, one.severity])).toEqual([[type, severity]]);
    expect(['URL', 'GH', 'SESSION_TOKEN', field]).toContain(found[0]!.field);
  });

  test('the secret is exactly the literal, without quotes, scheme and default syntax', () => {
    const rows: Row[] = [
      ['API_KEY', ` "${token}" `],
      ['API_KEY', `\${API_KEY:-${token}}`],
      ['Authorization', `Bearer ${token}`, 'header'],
      ['URL', `https://x.example/?api_key=${token}&a=b`],
      ['URL', `postgres://u:${token}@h/db`],
      ['H', JSON.stringify({ api_key: token })],
      ['H', JSON.stringify(JSON.stringify({ api_key: token }))],
    ];
    for (const row of rows) {
      const found = judge(row);
      expect(found, row[1].replace(token, 'T')).toHaveLength(1);
      expect(found[0]!.secret.equals(closed(token)), row[1].replace(token, 'T')).toBe(true);
    }
  });

  test('a document in a field is read as text, not as pairs to be believed', () => {
    const prose = 'How to sign in\n\nPASSWORD: choose one, as in password=Winter-2024\n'.repeat(3);
    expect(secrets.judge('content', closed(prose), 'field')).toEqual([]);
    expect(secrets.judge('content', closed(`${prose}api_key: "${token}"`), 'field')).toHaveLength(1);
  });
});

describe('certain', () => {
  test('whatever a program wrote there is a secret', () => {
    const short = secrets.certain('access_token', closed('opaque-thing'), 'oauth-token');
    expect([short?.info.type, short?.severity, short?.confidence]).toEqual(['oauth-token', 'high', 'high']);
    expect(secrets.certain('token', closed(expand('gho_{crc30}')), 'oauth-token')?.info.type).toBe(
      'github-oauth-token',
    );
    expect(secrets.certain('token', closed(expand('{jwt}')))?.severity).toBe('high');
    // What the field says tells more than that it is a JWT, and less than a provider's own shape.
    const typed = secrets.certain('token', closed(expand('{jwt}')), 'acme-token')!;
    expect([typed.info.type, typed.info.provider]).toEqual(['acme-token', null]);
    expect(secrets.certain('token', closed(expand('{jwt}')))?.info.type).toBe('jwt');
    expect(secrets.certain('token', closed(expand('{supajwt}')), 'acme-token')?.info.type).toBe(
      'supabase-service-key',
    );
    expect(secrets.certain('token', closed('FAKE-access-token-for-tests'))).not.toBeNull();
  });

  test('but where people write it, words are none', () => {
    const by = (name: string, value: string, writer: 'person' | 'program') =>
      secrets.certain(name, closed(value), 'model-provider-key', writer)?.severity;
    for (const word of [
      'ollama',
      'lm-studio',
      'sk-local',
      'not-needed',
      'set-me',
      'letmein',
      'sk-no-key-required',
    ])
      expect(by('apiKey', word, 'person'), word).toBeUndefined();
    expect(by('apiKey', 'opaque-thing', 'program')).toBe('high');
    expect(by('apiKey', expand('{a24}'), 'person')).toBe('high');
    expect(by('password', 'correct-horse', 'person')).toBe('high');
    expect(by('headers', 'Authorization: Bearer ${TOKEN}', 'person')).toBeUndefined();
    expect(by('headers', `Authorization: Bearer ${expand('{a24}')}`, 'person')).toBe('high');
  });

  test('but for nothing, references and obvious placeholders', () => {
    for (const text of [
      '',
      ' ',
      'null',
      '${TOKEN}',
      '<token>',
      'your-token',
      'xxxxxxxx',
      '...',
      '{env:TOKEN}',
    ]) {
      expect(secrets.certain('access_token', closed(text), 'oauth-token'), text).toBeNull();
    }
  });
});

const of = (name: string, text: string): string | null =>
  secrets.judge(name, closed(text), 'env')[0]!.info.fingerprint;

describe('fingerprints', () => {
  test('are keyed, equal for equal secrets, and withheld from what can be guessed', () => {
    expect(of('API_KEY', token)).toMatch(/^hmac-sha256:[0-9a-f]{64}$/);
    expect(of('API_KEY', token)).toBe(of('OTHER_TOKEN', token));
    expect(of('API_KEY', token)).not.toBe(of('API_KEY', expand('{a32}', 2)));
    expect(of('DB_PASSWORD', 'kx7!q')).toBeNull();
    expect(of('DB_PASSWORD', 'password')).toBeNull();
  });
});
