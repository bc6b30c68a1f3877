/** Settings of receivers that cannot work: one clear line and exit code 2, before anything is scanned or sent. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sinksFor } from '../../src/cli/sinks.ts';
import type { Sink } from '../../src/model/sink.ts';

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-sinks-'));
fs.chmodSync(folder, 0o700);
fs.mkdirSync(path.join(folder, 'home'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

const canary = ['made', 'up', 'canary'].join('-');
const key = `whsec_${Buffer.from(canary.repeat(2)).toString('base64')}`;
const hook = { name: 'a', kind: 'webhook', url: 'https://siem.example/in', credential: { env: 'HOOK_KEY' } };

function ship(sinks: unknown, ...more: string[]): { status: number | null; stdout: string; stderr: string } {
  const file = path.join(folder, 'sinks.json');
  fs.writeFileSync(file, typeof sinks === 'string' ? sinks : JSON.stringify({ sinks }));
  const args = ['scan', '--home', path.join(folder, 'home'), '--platform', 'linux', '--exit-zero'];
  return spawnSync(process.execPath, [main, ...args, '--ship', file, ...more], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, HOOK_KEY: key, PLAIN_KEY: canary },
  });
}

const sentinel = {
  name: 'az',
  kind: 'sentinel',
  url: 'https://dce.example',
  rule: `dcr-${'0a'.repeat(16)}`,
  stream: 'Custom-Shadowscan_CL',
  tenant: 'example.org',
  client: '66666666-7777-4888-9999-000000000000',
  credential: { env: 'HOOK_KEY' },
};
const dog = { name: 'dd', kind: 'datadog', site: 'datadoghq.eu', credential: { env: 'HOOK_KEY' } };

const es = { name: 'es', kind: 'elastic', url: 'https://es.example/logs-a-b' };

const state = ['--state', path.join(folder, 'state')];
const at = (name: string): string => path.join(folder, name);
fs.writeFileSync(at('open.key'), canary, { mode: 0o644 });
fs.writeFileSync(at('two.key'), `${canary}\nx-evil: 1`, { mode: 0o600 });

test.each([
  ['no state', [hook], [], /goes with --state DIR/],
  ['no file', '{', state, /sinks\.json/],
  ['none', [], state, /sinks/],
  ['another kind', [{ ...hook, kind: 'ftp' }], state, /kind/],
  ['a key that nobody knows', [{ ...hook, tokn: 'x' }], state, /tokn/],
  ['http', [{ ...hook, url: 'http://siem.example/in' }], state, /expected an address with https/],
  [
    'a token in the address',
    [{ ...hook, url: `https://${canary}@siem.example/` }],
    state,
    /without user and query/,
  ],
  ['a query', [{ ...hook, url: `https://siem.example/?key=${canary}` }], state, /without user and query/],
  ['no credential', [{ ...hook, credential: undefined }], state, /"sinks\[0\].credential" is missing/],
  ['a credential written out', [{ ...hook, credential: canary }], state, /credential/],
  [
    'two places',
    [{ ...hook, credential: { env: 'A', file: '/x' } }],
    state,
    /exactly one of file, env, keychain/,
  ],
  ['a variable that is not set', [{ ...hook, credential: { env: 'NOT_SET' } }], state, /NOT_SET is not set/],
  ['a file that is not there', [{ ...hook, credential: { file: at('none') } }], state, /is not there/],
  ['a file that others read', [{ ...hook, credential: { file: at('open.key') } }], state, /chmod 600/],
  [
    'two lines',
    [{ ...hook, credential: { file: at('two.key') } }],
    state,
    /one line of printable characters/,
  ],
  [
    'a key of signatures of another form',
    [{ ...hook, credential: { env: 'PLAIN_KEY' } }],
    state,
    /must be whsec_ and the base64 of 24 to 64 bytes/,
  ],
  ['the header Host', [{ ...es, header: 'Host' }], state, /header: this header is none for credentials/],
  ['a header between hops', [{ ...es, header: 'Transfer-Encoding' }], state, /none for credentials/],
  ['no keychain', [{ ...hook, credential: { keychain: 'hec' } }], state, /the keychain cannot be used/],
  ['the same name twice', [hook, hook], state, /two sinks are named a/],
  [
    'syslog by https',
    [{ name: 's', kind: 'syslog', url: 'https://siem.example' }],
    state,
    /syslog goes by tls/,
  ],
  ['a file without a path', [{ name: 'f', kind: 'file' }], state, /a file has a path/],
  ['an authority that is not there', [{ ...hook, tls: { ca: at('none') } }], state, /is not there/],
  [
    'an authority that is none',
    [{ ...hook, tls: { ca: at('open.key') } }],
    state,
    /open\.key holds no certif/,
  ],
  [
    'an authority of syslog that is none',
    [{ name: 's', kind: 'syslog', url: 'tls://siem.example:6514', tls: { ca: at('open.key') } }],
    state,
    /open\.key holds no certificate in PEM/,
  ],
  ['a certificate without a key', [{ ...hook, tls: { certificate: at('none') } }], state, /go together/],
  ['Sentinel without a rule', [{ ...sentinel, rule: undefined }], state, /"sinks\[0\].rule" is missing/],
  ['another rule', [{ ...sentinel, rule: 'dcr-1/../x' }], state, /immutable id of a rule/],
  ['another stream', [{ ...sentinel, stream: 'Custom-x?y' }], state, /name of a stream/],
  ['another tenant', [{ ...sentinel, tenant: '../x' }], state, /id or domain of a tenant/],
  ['a client that is none', [{ ...sentinel, client: canary }], state, /app registration/],
  ['an authority by http', [{ ...sentinel, authority: 'http://login.example' }], state, /address with https/],
  ['another audience', [{ ...sentinel, audience: 'https://evil.example' }], state, /audience/],
  ['Sentinel without a secret', [{ ...sentinel, credential: undefined }], state, /credential/],
  ['a rule for another kind', [{ ...hook, rule: sentinel.rule }], state, /is for sentinel alone/],
  ['Elastic without a data stream', [{ ...es, url: 'https://es.example' }], state, /names no data stream/],
  ['Elastic with a slash', [{ ...es, url: 'https://es.example/' }], state, /names no data stream/],
  ['Elastic with _bulk', [{ ...es, url: 'https://es.example/_bulk' }], state, /names no data stream/],
  ['Elastic with _doc', [{ ...es, url: 'https://es.example/logs/_doc' }], state, /names no data stream/],
  ['Elastic with both', [{ ...es, index: 'logs-a-b' }], state, /names the data stream already/],
  [
    'Elastic with capitals',
    [{ ...es, url: 'https://es.example', index: 'Logs' }],
    state,
    /elastic wants small letters/,
  ],
  ['an index with a slash', [{ ...es, url: 'https://es.example', index: '../x' }], state, /expected letters/],
  ['an index for another kind', [{ ...hook, index: 'main' }], state, /is for splunk-hec, elastic alone/],
  ['acknowledgment for another kind', [{ ...es, acknowledge: true }], state, /is for splunk-hec alone/],
  ['a header for another kind', [{ ...hook, header: 'X-Key' }], state, /is for otlp, elastic alone/],
  [
    'a credential for a file',
    [{ name: 'f', kind: 'file', path: '/var/log/x', credential: { env: 'A' } }],
    state,
    /credential: is for webhook, /,
  ],
  ['a port that is none', [{ ...hook, url: 'https://siem.example:99999/in' }], state, /port from 1 to 65535/],
  [
    'a port of syslog that is none',
    [{ name: 's', kind: 'syslog', url: 'tls://siem.example:99999' }],
    state,
    /port from 1 to 65535/,
  ],
  ['a host that is none', [{ ...hook, url: 'https://[::1/in' }], state, /expected an address/],
  [
    'an authority with a port that is none',
    [{ ...sentinel, authority: 'https://login.example:99999' }],
    state,
    /port from 1 to 65535/,
  ],
  ['Datadog without a key', [{ ...dog, credential: undefined }], state, /credential/],
  ['Datadog with neither', [{ ...dog, site: undefined }], state, /datadog a site or a url/],
  ['Datadog with both', [{ ...dog, url: 'https://x.example' }], state, /datadog a site or a url/],
  ['a site that is an address', [{ ...dog, site: 'https://datadoghq.eu' }], state, /expected a site/],
  ['a site for another kind', [{ ...hook, url: undefined, site: 'datadoghq.eu' }], state, /datadog a site/],
])('%s', (_, sinks, more, says) => {
  const { status, stdout, stderr } = ship(sinks, ...more);
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(says);
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain(canary);
  expect(stderr).not.toContain(key);
  expect(fs.existsSync(at('state')) ? fs.readdirSync(at('state')) : []).toEqual([]);
});

test(
  'a receiver that is away changes the exit code only when it must be delivered',
  { timeout: 60_000 },
  () => {
    const away = [{ ...hook, url: 'http://localhost:9/' }];
    expect(ship(away, ...state)).toMatchObject({ status: 0 });
    const demanded = ship(away, ...state, '--require-delivery');
    expect(demanded.status).toBe(2);
    expect(demanded.stderr).toMatch(
      /^shadowscan: --ship: a has not taken \d+ events: nobody answers there; they wait\n$/,
    );
    expect(JSON.parse(demanded.stdout)).toMatchObject({ schema: 'shadowscan.report/1' });
  },
);

test('receivers of the policy cannot be replaced by a file, and those of a file go where it sets none', () => {
  const file = path.join(folder, 'own.json');
  const own: Sink = { name: 'own', kind: 'file', path: '/x' };
  fs.writeFileSync(file, JSON.stringify({ sinks: [own] }), { mode: 0o600 });
  const theirs: Sink = { name: 'theirs', kind: 'file', path: '/y' };
  const policy = { source: '/etc/policy.json', settings: { sinks: [theirs] } };
  expect(sinksFor(true, policy)).toEqual([theirs]);
  expect(sinksFor(file, null)).toEqual([own]);
  expect(sinksFor(file, { ...policy, settings: { strict: true } })).toEqual([own]);
  const line = `--ship ${file}: sinks is fixed by the policy /etc/policy.json; leave the file out`;
  expect(() => sinksFor(file, policy)).toThrow(line);
  expect(() => sinksFor(file, policy, 'ship')).toThrow(line.replace('--ship', 'ship'));
  expect(() => sinksFor(file, { ...policy, settings: { sinks: [] } })).toThrow('is fixed by the policy');
  expect(() => sinksFor(true, { ...policy, settings: {} })).toThrow('no receiver is known');
});
