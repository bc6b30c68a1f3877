/**
 * The administrator's policy: who may have written it, what it fixes, and who tries to say otherwise. Its real
 * places are tried in a mount namespace of the test's own, where the OS has one.
 */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Loaded } from '../../src/cli/allowlist-file.ts';
import {
  type Managed,
  demandUnlocked,
  fixedOptions,
  policyIn,
  policyInfo,
  trustOf,
  withCountingWaivers,
} from '../../src/cli/policy.ts';
import { folderWith, homeWith, reportOf, run, scanArgs, verdicts } from './program.ts';

const uid = process.geteuid?.() ?? 0;
const posix = process.platform !== 'win32';

/** A policy file of the running user, in a folder of theirs. */
function policyFile(text: string, name = 'policy.json'): string {
  const file = path.join(folderWith({ [name]: text }), name);
  if (posix) fs.chmodSync(file, 0o644);
  return file;
}

describe('a policy', () => {
  test('is read as JSON, YAML and property list, and its settings are told by name', async () => {
    const json = policyFile('{ "failOn": "low", "allowlist": "https://registry.example/" }');
    const settings = { failOn: 'low', allowlist: 'https://registry.example/' };
    expect(await policyIn([json], uid)).toEqual({ source: json, settings });
    expect(policyInfo({ source: json, settings: { failOn: 'low', allowlist: '/x' } })).toEqual({
      source: json,
      settings: ['allowlist', 'failOn'],
    });
    const yaml = policyFile('failOn: low\nallowlist: https://registry.example/\n', 'policy.yaml');
    expect((await policyIn(['/nonexistent/policy.json', yaml], uid))!.settings).toEqual(settings);
    const plist = policyFile(
      `<?xml version="1.0"?><plist version="1.0"><dict><key>failOn</key><string>low</string>
      <key>PayloadUUID</key><string>x</string><key>requireSignature</key><false/>
      <key>publicKeys</key><array><string>/etc/one.pub</string></array></dict></plist>`,
      'policy.plist',
    );
    expect((await policyIn([plist], uid))!.settings).toEqual({
      failOn: 'low',
      requireSignature: false,
      publicKeys: ['/etc/one.pub'],
    });
    expect(await policyIn(['/nonexistent/policy.json'], uid)).toBeNull();
  });

  test('that is wrong, unknown or doubled is refused with one line that names it', async () => {
    const refused = async (text: string, what: RegExp, name?: string): Promise<void> => {
      await expect(policyIn([policyFile(text, name)], uid)).rejects.toThrow(what);
    };
    for (const [seconds, why] of [
      ['0', 'must be at least 1'],
      ['0.01', 'expected a whole number, found a number'],
      ['86401', 'must be at most 86400'],
      ['"60"', 'expected a number, found text'],
    ] as const)
      await refused(`{ "timeLimit": ${seconds} }`, new RegExp(`:1:\\d+: timeLimit: ${why}$`));
    await refused('{ "failon": "low" }', /policy\.json:1:\d+: /);
    await refused('{ "failOn": "loud" }', /policy\.json:1:\d+: /);
    await refused('{ "allowlist": "list.yaml" }', /absolute path/);
    await refused('{ "allowlist": "http://registry.example/" }', /https/);
    await refused('{ "requireSignature": true }', /publicKeys/);
    await refused('{', /policy\.json:1:\d+: /);
    await refused('<plist><dict><key>failOn</key>', /not a whole property list/, 'policy.plist');
    const folder = folderWith({ 'policy.json': '{}', 'policy.yaml': '{}' });
    const both = ['policy.json', 'policy.yaml'].map((name) => path.join(folder, name));
    await expect(policyIn(both, uid)).rejects.toThrow(/keep one of them/);
  });

  test.skipIf(!posix)('of somebody else, writable by others, or behind a link is refused', async () => {
    const file = policyFile('{}');
    await expect(policyIn([file], uid + 1)).rejects.toThrow(/must belong to/);
    fs.chmodSync(file, 0o664);
    await expect(policyIn([file], uid)).rejects.toThrow(/must be writable by (root|you) alone/);
    fs.chmodSync(file, 0o644);
    const link = path.join(folderWith(), 'policy.json');
    fs.symlinkSync(file, link);
    await expect(policyIn([link], uid)).rejects.toThrow(/no link/);
    fs.chmodSync(path.dirname(file), 0o777);
    await expect(policyIn([file], uid)).rejects.toThrow(/which others can write/);
    fs.chmodSync(path.dirname(file), 0o700);
    expect(await policyIn([file], uid)).not.toBeNull();
    const fifo = path.join(folderWith(), 'policy.json');
    spawnSync('mkfifo', [fifo]);
    await expect(policyIn([fifo], uid)).rejects.toThrow(/plain file/);
  });

  test('fixes options: who writes one is told which policy says so', () => {
    const policy = { source: '/etc/policy', settings: { failOn: 'low' as const, allowlist: '/x' } };
    for (const option of ['--fail-on', '--exit-zero', '--allowlist'])
      expect(() => demandUnlocked(policy, ['--deep', option])).toThrow(`${option}: `);
    expect(() => demandUnlocked(policy, ['--allowlist'])).toThrow('/etc/policy');
    expect(() => demandUnlocked(policy, ['--deep', '--key', '--offline'])).not.toThrow();
    expect(() => demandUnlocked({ ...policy, settings: {} }, ['--fail-on', '--allowlist'])).not.toThrow();
    expect(() => demandUnlocked(null, ['--fail-on'])).not.toThrow();
  });

  test('with keys demands signatures unless it says otherwise', () => {
    const publicKeys = [`RWQ${'A'.repeat(53)}`];
    const policy = (settings: object) => ({ source: '/etc/policy', settings: { publicKeys, ...settings } });
    expect(trustOf(null, [])).toMatchObject({ keys: [], keysFrom: '--key', refuseExpired: false });
    const own = trustOf(policy({}), []);
    expect(own).toMatchObject({ keysFrom: '/etc/policy', signed: true, refuseExpired: false });
    expect(own.keys).toHaveLength(1);
    expect(trustOf(policy({ requireSignature: false }), []).signed).toBe(false);
    expect(trustOf(policy({ expiredAllowlist: 'refuse' }), []).refuseExpired).toBe(true);
    const wrong = { source: '/etc/policy', settings: { publicKeys: [`RWA${'A'.repeat(53)}`] } };
    expect(() => trustOf(wrong, [])).toThrow(/^\/etc\/policy RWA.*minisign public key/);
  });
});

test('waivers of a list count unless users brought it to a machine with a policy', () => {
  const loaded = (signature: 'valid' | 'none') =>
    ({ list: { name: 'x', waivers: [1] }, info: { signature } }) as unknown as Loaded;
  const kept = (settings: object | null, signature: 'valid' | 'none' = 'none'): unknown => {
    const policy = settings && { source: '/etc/policy', settings };
    return (withCountingWaivers(policy, loaded(signature)).list as unknown as { waivers: unknown[] }).waivers;
  };
  expect(kept(null)).toEqual([1]);
  expect(kept({})).toEqual([]);
  expect(kept({}, 'valid')).toEqual([]);
  expect(kept({ localWaivers: false })).toEqual([]);
  expect(kept({ localWaivers: true })).toEqual([1]);
  expect(kept({ allowlist: '/etc/list.yaml' })).toEqual([1]);
  expect(kept({ publicKeys: ['x'] }, 'valid')).toEqual([1]);
  expect(kept({ publicKeys: ['x'], requireSignature: false })).toEqual([]);
});

const namespaces = uid === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;

describe.skipIf(!namespaces)('the policy of a machine', () => {
  const list = 'version: 1\nname: Fixed list\napprove: [{ package: "npm:files-mcp", version: 1.2.3 }]\n';
  const home = homeWith({ files: { command: 'npx', args: ['-y', 'files-mcp@1.2.3'] } });

  /** Runs the program where `/etc` has this policy and nothing else. */
  function under(policy: object, args: string[], mode = '0644') {
    const folder = folderWith({ 'policy.json': JSON.stringify(policy), 'list.yaml': list });
    const script = `mount -t tmpfs none /etc && mkdir -m 755 /etc/shadowscan && cp ${folder}/* /etc/shadowscan/ &&
      chmod ${mode} /etc/shadowscan/policy.json && exec "$@"`;
    return run(args, {}, ['unshare', '-m', 'sh', '-c', script, 'sh']);
  }

  const scan = scanArgs(home).filter((arg) => arg !== '--exit-zero');

  test('chooses list and exit code, and is told in the report', () => {
    const ended = under({ allowlist: '/etc/shadowscan/list.yaml', failOn: 'none' }, scan);
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const report = reportOf(ended);
    expect(verdicts(report)).toEqual({ files: 'approved' });
    expect(report.policy).toEqual({
      source: '/etc/shadowscan/policy.json',
      settings: ['allowlist', 'failOn'],
    });
    expect(reportOf(run(scanArgs(home))).policy).toBeNull();
  });

  test('refuses options against it, unsigned lists, and to be trusted when others can write it', () => {
    const locked = under({ failOn: 'none' }, scanArgs(home));
    expect(locked).toMatchObject({ status: 2, stdout: '' });
    expect(locked.stderr).toBe(
      'shadowscan: --exit-zero: failOn is fixed by the policy /etc/shadowscan/policy.json; leave the option out\n',
    );
    const loose = under({ failOn: 'none' }, scan, '0666');
    expect(loose).toMatchObject({ status: 2, stdout: '' });
    expect(loose.stderr).toMatch(/policy \/etc\/shadowscan\/policy\.json: must be writable by root alone/);
  });

  test('is what doctor tells, with what cannot be used', () => {
    const cache = path.join(folderWith(), 'cache');
    const args = ['doctor', '--format', 'json', '--cache', cache];
    const fine = under({ allowlist: '/etc/shadowscan/list.yaml', failOn: 'low' }, args);
    expect(fine).toMatchObject({ status: 0, stderr: '' });
    const told = JSON.parse(fine.stdout);
    expect(told.policy.source).toBe('/etc/shadowscan/policy.json');
    expect(told.settings).toContainEqual({ name: 'failOn', value: 'low', from: 'policy' });
    expect(told.settings).toContainEqual({ name: 'offline', value: false, from: 'default' });
    expect(told.parts).toContainEqual({
      name: 'allowlist',
      state: 'ok',
      usable: true,
      detail: 'Fixed list, version 1, not signed',
    });
    const missing = under({ allowlist: '/etc/shadowscan/none.yaml' }, ['doctor', '--format', 'human']);
    expect(missing.status).toBe(2);
    expect(missing.stdout).toMatch(
      /allowlist +NO .*\/etc\/shadowscan\/none\.yaml: (?:no such file|not found)/,
    );
    const later = under({ allowlist: 'https://registry.example/' }, args);
    expect(later.status).toBe(0);
    expect(later.stdout).toContain('https://registry.example/: not fetched yet');
    const loose = under({}, ['doctor', '--format', 'human'], '0666');
    expect(loose.status).toBe(2);
    expect(loose.stdout).toMatch(/policy +NO .*must be writable by root alone/);
    expect(fs.existsSync(cache)).toBe(false);
  });
});

describe('what a policy can fix besides', () => {
  const policy = (settings: Managed['settings']): Managed => ({ source: '/etc/policy', settings });

  test.each<[Managed['settings'], string]>([
    [{ rules: '/etc/rules.json' }, '--rules'],
    [{ localRules: false }, '--rules'],
    [{ skip: [] }, '--skip'],
    [{ skip: ['package-unpinned'] }, '--only'],
    [{ strict: true }, '--strict'],
    [{ timeLimit: 60 }, '--time-limit'],
    [{ deep: false }, '--deep'],
    [{ transcripts: false }, '--transcripts'],
    [{ processes: true }, '--processes'],
    [{ protectedFolders: false }, '--protected-folders'],
    [{ stateFolder: '/var/lib/shadowscan' }, '--state'],
  ])('%j refuses %s', (settings, option) => {
    expect(() => demandUnlocked(policy(settings), [option])).toThrow(new RegExp(`^${option}: .*/etc/policy`));
    expect(() => demandUnlocked(policy({}), [option])).not.toThrow();
  });

  test('holds whatever the command line says, and what it leaves open does not', () => {
    expect(fixedOptions(null)).toEqual({});
    expect(fixedOptions(policy({ offline: false, localRules: true }))).toEqual({});
    expect(
      fixedOptions(policy({ offline: true, deep: false, skip: ['x'], stateFolder: '/s', timeLimit: 9 })),
    ).toEqual({ offline: true, deep: false, skip: ['x'], state: '/s', timeLimit: 9 });
  });
});

describe('sinks', () => {
  const sinks = (...all: object[]) => policyIn([policyFile(JSON.stringify({ sinks: all }))], uid);
  const soc = { name: 'soc', kind: 'splunk-hec', url: 'https://hec.example.com:8088/services/collector' };

  test('say where reports go and where the credential lies', async () => {
    const all = [
      { ...soc, profile: 'ocsf', credential: { file: '/etc/shadowscan/hec.token' } },
      { name: 'log', kind: 'file', path: '/var/log/shadowscan.ndjson' },
      { name: 'syslog', kind: 'syslog', url: 'tls://syslog.example.com:6514' },
      {
        name: 'local',
        kind: 'otlp',
        url: 'http://127.0.0.1:4318/v1/logs',
        credential: { env: 'OTLP_TOKEN' },
      },
      { name: 'es', kind: 'elastic', url: 'https://es.example.com:9200', index: 'logs-shadowscan-default' },
    ];
    expect((await sinks(...all))!.settings.sinks).toEqual(all);
  });

  test.each<[object, RegExp]>([
    [{ ...soc, token: 'x' }, /token/],
    [{ ...soc, credential: 'abc' }, /sinks|credential|expected/],
    [{ ...soc, credential: {} }, /exactly one/],
    [{ ...soc, credential: { env: 'A', keychain: 'b' } }, /exactly one/],
    [{ ...soc, credential: { file: 'token' } }, /absolute path/],
    [{ ...soc, url: 'https://me:pw@hec.example.com/' }, /without user/],
    [{ ...soc, url: 'https://hec.example.com/?token=x' }, /without user/],
    [{ ...soc, url: 'http://hec.example.com/' }, /https/],
    [{ ...soc, url: 'http://localhost.example.com/' }, /https/],
    [{ ...soc, kind: 'file' }, /a file has a path/],
    [{ name: 'log', kind: 'file' }, /a file has a path/],
    [{ ...soc, kind: 'syslog' }, /tls or tcp/],
    [{ ...soc, kind: 'mail' }, /kind|webhook/],
    [{ ...soc, credential: { env: 'A' }, url: 'https://hec.example.com:99999/' }, /port from 1 to 65535/],
    [{ ...soc, credential: { env: 'A' }, url: 'https://hec.example.com:0/' }, /port from 1 to 65535/],
    [{ ...soc, credential: { env: 'A' }, url: 'https://a^b/' }, /expected an address: host/],
    [{ name: 's', kind: 'syslog', url: 'tls://syslog.example.com:65536' }, /port from 1 to 65535/],
    [
      { name: 's', kind: 'syslog', url: 'tcp://a.example:601', tls: { ca: '/ca.pem' } },
      /for an address with tls/,
    ],
    [{ name: 'e', kind: 'elastic', url: 'https://es.example.com/' }, /names no data stream/],
  ])('%j is refused', async (sink, why) => {
    await expect(sinks(sink)).rejects.toThrow(why);
  });

  test('of the same name are refused', async () => {
    await expect(sinks(soc, soc)).rejects.toThrow(/same name/);
  });
});
