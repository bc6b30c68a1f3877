/** Secrets without a provider's form: passwords, URLs, credentials in files of tools, keys, cookies. */
import { expand } from '../../recipe.ts';
import { type Case, choose } from './case.ts';

type Made = { how?: Case['how']; name?: string; text: string | string[]; secret: string };
type Maker = (make: (recipe: string) => string, key: string) => Made;

const json = JSON.stringify;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Passwords as people and generators make them. */
const passwords = [
  '{a16}',
  '{w20}',
  '{a12}',
  'Tr0ub4dor&{d2}',
  'kx7{a3}-Qm{a4}',
  '{A8}!{d3}',
  '{a9}#{a3}',
  'correct-{l6}-horse-{d2}',
];
const randoms = [
  '{a20}',
  '{a24}',
  '{a32}',
  '{a40}',
  '{a64}',
  '{h32}',
  '{h40}',
  '{h64}',
  '{w43}',
  '{U}',
  '{l36}',
  '{u32}',
  '{b40}',
  '{b43}=',
];

const databases: Maker[] = [
  'postgresql://app:%@db.internal:5432/prod',
  'postgres://app:%@10.0.3.7/app?sslmode=require',
  'mysql://root:%@mysql.example.com:3306/shop',
  'mongodb+srv://svc:%@cluster0.ab1cd.mongodb.net/?retryWrites=true',
  'redis://:%@cache.example.com:6379/0',
  'rediss://default:%@eu1-x.upstash.io:6379',
  'amqps://svc:%@mq.example.com/vhost',
  'postgresql+asyncpg://app:%@db/prod',
  'https://ci:%@git.example.com/team/repo.git',
  'ftp://deploy:%@ftp.example.com/www',
  'clickhouse://default:%@ch.example.com:9440/default',
  'smtp://mailer:%@smtp.example.com:587',
].map((url) => (make, key) => {
  const secret = make(choose(key, ['{a16}', '{a20}', '{w24}', '{a12}', 'Vx{d2}{a8}']));
  const full = url.replace('%', secret);
  return choose<Made>(`${key} at`, [
    { text: full, how: 'env', name: 'DATABASE_URL', secret },
    { text: full, how: 'field', name: 'connection', secret },
    { text: `DATABASE_URL="${full}"\n`, secret },
    { text: json({ args: ['-y', 'server', full] }), secret },
    { text: ['-y', '@acme/server', full], how: 'argv', secret },
    { text: `connecting to ${full} ...`, secret },
  ]);
});

const passwordFields: Maker[] = [
  'DB_PASSWORD',
  'POSTGRES_PASSWORD',
  'SMTP_PASS',
  'REDIS_PASSWORD',
  'password',
  'MYSQL_PWD',
  'adminPassword',
  'PGPASSWORD',
  'SSH_PASSPHRASE',
  'mailPassword',
].map((name) => (make, key) => {
  const secret = make(choose(key, passwords));
  return choose<Made>(`${key} at`, [
    { how: 'env', name, text: secret, secret },
    { how: 'field', name, text: secret, secret },
    { how: 'argv', text: ['connect', '--password', secret], secret },
    {
      how: 'env',
      name: 'MSSQL',
      text: `Server=db;Database=x;User Id=sa;Password=${secret};Encrypt=true`,
      secret,
    },
  ]);
});

const namedFields: Maker[] = [
  'API_KEY',
  'ACME_API_KEY',
  'SERVICE_TOKEN',
  'CLIENT_SECRET',
  'AUTH_TOKEN',
  'SIGNING_SECRET',
  'ACCESS_TOKEN',
  'JWT_SECRET',
  'ENCRYPTION_KEY',
  'WEBHOOK_SECRET',
  'SESSION_SECRET',
  'BEARER_TOKEN',
  'PRIVATE_TOKEN',
  'APP_SECRET',
  'MCP_API_KEY',
  'AUTHKEY',
  'OPENAIKEY',
  'ACME_SESSION',
  'DB_CONN_STR',
].map((name) => (make, key) => {
  const secret = make(choose(key, randoms));
  const lower = name.toLowerCase();
  const dollar = '$';
  return choose<Made>(`${key} at`, [
    { how: 'env', name, text: secret, secret },
    { how: 'env', name, text: `"${secret}"`, secret },
    { how: 'env', name, text: `${dollar}{${name}:-${secret}}`, secret },
    { how: 'env', name: 'X', text: `${dollar}{${name}:-${secret}}`, secret },
    { text: `${name}=${secret}\n`, secret },
    { text: json({ [lower]: secret, expires: 1 }), secret },
    { text: json({ text: `a\n${name}=${secret}\nb` }), secret },
    { how: 'argv', text: [`--${lower.replaceAll('_', '-')}=${secret}`], secret },
    { how: 'argv', text: ['-e', `${name}=${secret}`], secret },
    { how: 'argv', text: ['sh', '-c', `${name}=${secret} exec server`], secret },
  ]);
});

const headers: Maker[] = ['Bearer', 'Basic', 'Token', 'cookie', 'key', 'json', 'escaped'].map(
  (form) => (make, key) => {
    const token = make(choose(key, ['{a32}', '{w43}', '{h40}', '{a48}']));
    if (form === 'Basic') {
      const secret = base64(`deploy:${make('{a18}')}`);
      return choose<Made>(key, [
        { how: 'header', name: 'Authorization', text: `Basic ${secret}`, secret },
        { text: `curl -H "Authorization: Basic ${secret}" https://api.example.com`, secret },
        { text: json({ auths: { 'registry.example.com': { auth: secret } } }), secret },
      ]);
    }
    if (form === 'cookie')
      return {
        how: 'header',
        name: 'Cookie',
        text: `session=${token}; theme=dark`,
        secret: `session=${token}; theme=dark`,
      };
    if (form === 'key')
      return {
        how: 'header',
        name: choose(key, ['X-Api-Key', 'Ocp-Apim-Subscription-Key', 'X-Figma-Token', 'xi-api-key']),
        text: token,
        secret: token,
      };
    if (form === 'json')
      return {
        how: 'env',
        name: 'OPENAPI_MCP_HEADERS',
        text: json({ Authorization: `Bearer ${token}`, 'Notion-Version': '2022-06-28' }),
        secret: token,
      };
    if (form === 'escaped')
      return {
        text: json({ cmd: `curl -H 'Authorization: Bearer ${token}' https://x.example` }),
        secret: token,
      };
    return choose<Made>(key, [
      { how: 'header', name: 'Authorization', text: `${form} ${token}`, secret: token },
      { text: `Authorization: ${form} ${token}`, secret: token },
      { how: 'field', name: 'value', text: `${form} ${token}`, secret: token },
    ]);
  },
);

const files: Maker[] = [
  (make) => ({
    text: `//registry.example.com/:_authToken=${make('{U}')}\nalways-auth=true\n`,
    secret: make('{U}'),
  }),
  (make) => ({ text: `machine api.example.com login me password ${make('{a20}')}\n`, secret: make('{a20}') }),
  (make) => ({ text: `https://bob:${make('{a24}')}@git.example.com\n`, secret: make('{a24}') }),
  (make) => ({
    text: `[default]\naws_access_key_id = X\naws_secret_access_key = ${make('{b40}')}\n`,
    secret: make('{b40}'),
  }),
  (make) => ({
    text: `[pypi]\nusername = __token__\npassword = ${make('{pypi}')}\n`,
    secret: make('{pypi}'),
  }),
  (make) => ({ text: `users:\n- name: dev\n  user:\n    token: ${make('{w40}')}\n`, secret: make('{w40}') }),
  (make) => ({
    text: `DefaultEndpointsProtocol=https;AccountName=x;AccountKey=${make('{b86}==')};EndpointSuffix=core.windows.net`,
    secret: make('{b86}=='),
  }),
  (make) => ({
    text: `[Interface]\nPrivateKey = ${make('{b43}=')}\nAddress = 10.0.0.2/32\n`,
    secret: make('{b43}='),
  }),
  (make) => ({
    text: json({ refresh_token: make('1//0{w60}'), token_type: 'Bearer', expires_in: 3599 }),
    secret: make('1//0{w60}'),
  }),
  (make) => ({
    how: 'env',
    name: 'WP_APPLICATION_PASSWORD',
    text: wordpress(make('{a24}')),
    secret: wordpress(make('{a24}')),
  }),
  (make) => ({ text: `WP_APP_PASSWORD="${wordpress(make('{a24}'))}"\n`, secret: wordpress(make('{a24}')) }),
  (make) => ({
    how: 'env',
    name: 'GMAIL_APP_PASSWORD',
    text: wordpress(make('{l16}')),
    secret: wordpress(make('{l16}')),
  }),
  (make) => ({ how: 'env', name: 'FOO_SA_JSON', text: base64(account(make)), secret: base64(account(make)) }),
  (make) => ({
    text: `<server><id>x</id><password>${make('{a16}7')}</password></server>`,
    secret: make('{a16}7'),
  }),
  (make) => ({
    how: 'field',
    name: 'appPassword',
    text: wordpress(make('{a24}')),
    secret: wordpress(make('{a24}')),
  }),
  (make) => ({ text: `curl -u me:${make('{a16}')} https://api.example.com`, secret: make('{a16}') }),
  (make) => ({
    how: 'env',
    name: 'GCP_SA_JSON',
    text: account(make),
    secret: pem(make).replaceAll('\n', '\\n'),
  }),
  (make) => ({ text: account(make), secret: pem(make).replaceAll('\n', '\\n') }),
  (make) => ({ text: `key:\n${pem(make)}\n`, secret: pem(make) }),
  (make) => ({ text: json({ note: json({ key: pem(make) }) }), secret: pem(make).replaceAll('\n', '\\\\n') }),
  (make) => ({ how: 'env', name: 'MNEMONIC', text: phrase, secret: phrase + make('') }),
  (make) => ({ text: `Set-Cookie: sid=${make('{w43}')}; HttpOnly`, secret: `sid=${make('{w43}')}` }),
  (make) => ({
    text: `https://hooks.slack.com/services/T${make('{u8}')}/B${make('{u10}')}/${make('{a24}')}`,
    secret: `T${make('{u8}')}/B${make('{u10}')}/${make('{a24}')}`,
  }),
  (make) => ({
    text: `https://discord.com/api/webhooks/${make('{d18}')}/${make('{w68}')}`,
    secret: `${make('{d18}')}/${make('{w68}')}`,
  }),
  (make) => ({
    text: `"url": "https://mcp.zapier.com/api/mcp/s/${make('{w60}')}/mcp"`,
    secret: make('{w60}'),
  }),
];

const phrase = 'ribbon velvet copper island morning puzzle garden tunnel winter basket orange falcon';
const wordpress = (letters: string): string => letters.match(/.{4}/g)!.join(' ');
const pem = (make: (recipe: string) => string): string =>
  `-----BEGIN PRIVATE KEY-----\n${`MIIE${make('{b300}')}`.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----`;
const account = (make: (recipe: string) => string): string =>
  json({
    type: 'service_account',
    project_id: 'x',
    private_key_id: make('{h40}'),
    private_key: `${pem(make)}\n`,
    client_email: 'x@y.iam.gserviceaccount.com',
  });

const said: Maker[] = ['api key', 'access token', 'API key', 'secret key', 'token', 'client secret'].map(
  (name) => (make, key) => {
    const secret = make(choose(key, ['{a32}', '{a40}', '{h40}', '{w43}']));
    return {
      text: choose(`${key} at`, [
        `my ${name} is ${secret}`,
        `the ${name} is: ${secret}, keep it`,
        `${name}: ${secret}`,
        json({ role: 'user', content: `use this ${name}: ${secret}\n` }),
        `${name} = "${secret}"`,
      ]),
      secret,
    };
  },
);

const commands: Maker[] = [
  (make) => ({ text: `sshpass -p '${make('{a14}4')}' ssh root@host`, secret: make('{a14}4') }),
  (make) => ({ text: `mysql -h db -u root -p${make('{a14}4')} app`, secret: make('{a14}4') }),
  (make) => ({ text: `redis-cli -h cache -a ${make('{a24}')} ping`, secret: make('{a24}') }),
  (make) => ({ text: `aws configure set aws_secret_access_key ${make('{b40}')}`, secret: make('{b40}') }),
  (make) => ({
    text: `npm config set //registry.example.com/:_authToken ${make('{U}')}`,
    secret: make('{U}'),
  }),
  (make) => ({
    text: `git clone https://oauth2:${make('{a26}')}@git.example.com/x.git`,
    secret: make('{a26}'),
  }),
  (make) => ({
    text: `curl -X POST -d '{"password":"${make('{a14}4b')}"}' https://x.example`,
    secret: make('{a14}4b'),
  }),
  (make) => ({
    text: `curl -d 'client_id=x&client_secret=${make('{a40}')}' https://x.example`,
    secret: make('{a40}'),
  }),
  (make) => ({ text: `PGPASSWORD=${make('{a14}4')} psql -h db`, secret: make('{a14}4') }),
  (make) => ({ text: `jdbc:mysql://db:3306/x?user=root&password=${make('{a16}')}`, secret: make('{a16}') }),
  (make) => ({ text: `spring.datasource.password=${make('{a16}')}`, secret: make('{a16}') }),
  (make) => ({
    text: `Endpoint=sb://x.servicebus.windows.net/;SharedAccessKeyName=Root;SharedAccessKey=${make('{b43}=')}`,
    secret: make('{b43}='),
  }),
];

const kinds: [string, Maker[], number][] = [
  ['what people say', said, 10],
  ['command line', commands, 6],
  ['password in a URL', databases, 8],
  ['password in a field', passwordFields, 10],
  ['random value under a name', namedFields, 12],
  ['header', headers, 12],
  ['file of a tool', files, 5],
];

/** Cases of every kind. */
export function genericCases(): Case[] {
  return kinds.flatMap(([kind, makers, times]) =>
    makers.flatMap((maker, nth) =>
      Array.from({ length: times }, (_, seed): Case => {
        const made = maker((recipe) => expand(recipe, seed + 31 * nth), `${kind} ${nth} ${seed}`);
        return {
          class: kind,
          how: made.how ?? 'text',
          name: made.name ?? '',
          text: [made.text].flat(),
          secret: made.secret,
        };
      }),
    ),
  );
}
