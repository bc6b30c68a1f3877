/** Management software: what `report` tells, and the files of `scripts/mdm` with the real programs behind them. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { managementFormats, outcomeOf } from '../src/report/management.ts';

const top = path.join(import.meta.dirname, '..');
const main = path.join(top, 'src', 'cli', 'main.ts');
const mdm = path.join(top, 'scripts', 'mdm');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-mdm-'));
const program = path.join(folder, 'shadowscan');
const result = path.join(folder, 'report.json');
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A server with a hostile name and a file that everybody reads: findings of several severities. */
const config = JSON.stringify({
  mcpServers: { '</result><b>é\u202e': { command: 'npx', args: ['-y', 'some-package'] } },
});

beforeAll(() => {
  fs.mkdirSync(path.join(folder, 'home', '.cursor'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'home', '.cursor', 'mcp.json'), config);
  fs.writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${main}' "$@"\n`, { mode: 0o755 });
  const args = ['scan', '--home', path.join(folder, 'home'), '--platform', 'linux', '--exit-zero'];
  const { status } = spawnSync(program, [...args, '--output', result], { encoding: 'utf8' });
  expect(status).toBe(0);
});

function run(command: string, args: string[], env: Record<string, string> = {}) {
  const { stdout, stderr, status, error } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], HOME: folder, LANG: 'C.UTF-8', ...env },
    timeout: 120_000,
  });
  expect(error, `${command} is needed; .ci/run installs it`).toBeUndefined();
  return { stdout, stderr, status };
}

const saved = (): Report => JSON.parse(fs.readFileSync(result, 'utf8')) as Report;
const at = (report: Report, hours: number): Date =>
  new Date(Date.parse(report.run.startedAt) + hours * 3_600_000);

describe('what is told of a result', () => {
  test('passes, fails, is too old, is missing', () => {
    const report = saved();
    const state = (failOn: 'high' | 'medium', hours: number): string =>
      outcomeOf(report, at(report, hours), failOn, 72).state;
    expect(report.findings.map(({ severity }) => severity)).toContain('medium');
    expect(report.findings.map(({ severity }) => severity)).not.toContain('high');
    expect([state('high', 1), state('medium', 1), state('high', 72), state('high', 73)]).toEqual([
      'pass',
      'fail',
      'pass',
      'stale',
    ]);
    const now = new Date();
    expect(managementFormats.jamf(outcomeOf('none', now, 'high', 72))).toBe('<result>NO RESULT</result>\n');
    expect(
      JSON.parse(managementFormats['intune-compliance'](outcomeOf('error', now, 'high', 72))),
    ).toMatchObject({ ShadowscanResult: 'error', ShadowscanComplete: false });
  });

  test('a waived finding does not fail', () => {
    const report = saved();
    const waiver = { reason: 'known', owner: 'ann', expires: '2099-01-01' };
    const findings = report.findings.map((one) => ({ ...one, waiver }));
    expect(outcomeOf({ ...report, findings }, at(report, 1), 'info', 72)).toMatchObject({
      state: 'pass',
      bySeverity: { medium: 0 },
      checks: [],
    });
  });

  test("is ASCII, bounded, and has nobody's names", () => {
    const report = saved();
    const many = Array.from({ length: 3_000 }, (_, nth) => ({
      ...report.findings[0]!,
      check: `check-number-${nth}`,
    }));
    for (const findings of [report.findings, many]) {
      const outcome = outcomeOf({ ...report, findings }, at(report, 1), 'high', 72);
      for (const [name, format] of Object.entries(managementFormats)) {
        const text = format(outcome);
        expect([name, /^[\x20-\x7e\n]*$/.test(text)]).toEqual([name, true]);
        expect(text).not.toContain('<b>');
        expect(text).not.toContain('some-package');
        expect(text.length).toBeLessThan(2_049);
        if (name !== 'munki') expect(text.trimEnd()).not.toContain('\n');
      }
    }
    const cut = managementFormats.intune(outcomeOf({ ...report, findings: many }, at(report, 1), 'high', 72));
    expect(cut).toMatch(/check-number-\d+ \+\d{4} more\n$/);
  });
});

describe('the command', () => {
  test('tells, judges where the product reads the exit code, and leaves standard error alone', () => {
    const args = ['report', result, '--format'];
    expect(run(program, [...args, 'jamf', '--fail-on', 'medium'])).toEqual({
      stdout: expect.stringMatching(
        /^<result>FAIL 1 medium; scanned \d{4}-\d\d-\d\dT\d\d:\d\dZ<\/result>\n$/,
      ),
      stderr: '',
      status: 0,
    });
    expect(run(program, [...args, 'intune', '--fail-on', 'medium'])).toMatchObject({ status: 1, stderr: '' });
    expect(run(program, [...args, 'intune'])).toMatchObject({ status: 0, stderr: '' });
    const absent = ['report', path.join(folder, 'absent.json'), '--format'];
    expect(run(program, [...absent, 'intune'])).toEqual({ stdout: 'NO RESULT\n', stderr: '', status: 1 });
    expect(run(program, [...absent, 'ansible'])).toMatchObject({ stderr: '', status: 0 });
    const broken = path.join(folder, 'broken.json');
    fs.writeFileSync(broken, '{"schema": "shadowscan.report/1"');
    expect(run(program, ['report', broken, '--format', 'iru'])).toEqual({
      stdout: 'ERROR the saved result cannot be read\n',
      stderr: '',
      status: 2,
    });
  });
});

const files = (...endings: string[]): string[] =>
  fs
    .readdirSync(mdm, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => path.join(mdm, name));

describe('ready files', () => {
  test('shell scripts are clean', () => {
    const all = files('.sh', '.fact');
    expect(all.length).toBeGreaterThan(8);
    expect(run('shellcheck', all)).toEqual({ stdout: '', stderr: '', status: 0 });
  });

  test('scripts that tell the result do so', () => {
    for (const [name, says] of [
      ['jamf/extension-attribute.sh', /^<result>PASS 1 medium; scanned .*<\/result>\n$/],
      ['intune/macos-attribute.sh', /^PASS 1 medium; scanned /],
      ['intune/compliance-linux.sh', /^\{"ShadowscanResult":"pass",.*\}\n$/],
      ['iru/audit.sh', /^PASS 1 medium; scanned .*; package-unpinned\n$/],
      ['ws1/sensor.sh', /^PASS 1 medium; scanned /],
    ] as const) {
      const text = fs
        .readFileSync(path.join(mdm, name), 'utf8')
        .replaceAll('/opt/shadowscan/bin/shadowscan', program)
        .replaceAll('/Library/Application Support/shadowscan', folder)
        .replaceAll('/var/lib/shadowscan', folder);
      const script = path.join(folder, 'script.sh');
      fs.writeFileSync(script, text);
      const said = run('sh', [script]);
      expect([name, said.stderr, said.status]).toEqual([name, '', 0]);
      expect(said.stdout).toMatch(says);
    }
  });

  test('Ansible and Facter read the fact', () => {
    const env = { SHADOWSCAN: program, SHADOWSCAN_RESULT: result };
    const facts = path.join(folder, 'facts.d');
    fs.mkdirSync(facts);
    fs.copyFileSync(path.join(mdm, 'ansible', 'shadowscan.fact'), path.join(facts, 'shadowscan.fact'));
    const setup = [
      'localhost',
      '-c',
      'local',
      '-m',
      'setup',
      '-a',
      `fact_path=${facts} filter=ansible_local`,
    ];
    const ansible = run('ansible', setup, { ...env, ANSIBLE_DEPRECATION_WARNINGS: 'False' });
    const told = JSON.parse(ansible.stdout.slice(ansible.stdout.indexOf('{'))) as {
      ansible_facts: { ansible_local: { shadowscan: Record<string, unknown> } };
    };
    expect(told.ansible_facts.ansible_local.shadowscan).toMatchObject({
      result: 'pass',
      medium: 1,
      servers: 1,
    });
    const external = path.join(folder, 'external');
    fs.mkdirSync(external);
    fs.copyFileSync(path.join(mdm, 'puppet', 'shadowscan.sh'), path.join(external, 'shadowscan.sh'));
    const facter = run('facter', ['--external-dir', external, '--json', 'shadowscan'], env);
    expect(JSON.parse(facter.stdout)).toMatchObject({ shadowscan: { result: 'pass', medium: 1 } });
    const syntax = run('ansible-playbook', ['--syntax-check', path.join(mdm, 'ansible', 'playbook.yml')]);
    expect(syntax.status).toBe(0);
  });

  test('units, property lists and XML are what their readers take', () => {
    const units = ['shadowscan.service', 'shadowscan.timer'].map((name) => {
      const text = fs.readFileSync(path.join(mdm, 'systemd', name), 'utf8');
      const file = path.join(folder, name);
      fs.writeFileSync(file, text.replaceAll('/opt/shadowscan/bin/shadowscan', program));
      return file;
    });
    expect(run('systemd-analyze', ['verify', '--man=no', ...units])).toMatchObject({ stderr: '', status: 0 });
    const lists = files('.plist', '.mobileconfig');
    expect(lists).toHaveLength(2);
    for (const file of lists)
      expect(run('plistutil', ['-i', file, '-o', path.join(folder, 'x')]).status).toBe(0);
    expect(run('xmllint', ['--noout', ...files('.xml')])).toEqual({ stdout: '', stderr: '', status: 0 });
    for (const file of files('.json')) JSON.parse(fs.readFileSync(file, 'utf8'));
  });
});
