/** Management software: what `report` tells, and the files of `scripts/mdm` with the real programs behind them. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Report } from '../src/model/report.ts';
import { managementFormats, outcomeOf } from '../src/report/management.ts';
import { expand } from './recipe.ts';

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
    ).toMatchObject({ ShadowscanResult: 'error', ShadowscanComplete: false, ShadowscanAgeHours: 999_999 });
  });

  test('a result from the future is no good news', () => {
    const report = saved();
    const told = (hours: number) => outcomeOf(report, at(report, hours), 'high', 72);
    expect(told(-0.9)).toMatchObject({ state: 'pass', ageHours: 0 });
    expect(told(-1.1)).toMatchObject({ state: 'stale', ageHours: null });
    const compliance = managementFormats['intune-compliance'];
    expect(JSON.parse(compliance(told(-9_000)))).toMatchObject({
      ShadowscanResult: 'stale',
      ShadowscanAgeHours: 999_999,
    });
    expect(JSON.parse(compliance(told(5.5)))).toMatchObject({ ShadowscanAgeHours: 5 });
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

  test('the unit leaves counts for everybody, and Intune tells them to an ordinary user with their age', () => {
    // Open to everybody, as `folder` is not.
    const open = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-mdm-open-'));
    fs.chmodSync(open, 0o755);
    const summary = path.join(open, 'public', 'compliance.json');
    const here = (text: string): string =>
      text
        .replaceAll('/opt/shadowscan/bin/shadowscan', program)
        .replaceAll('/var/lib/shadowscan-public', path.dirname(summary))
        .replaceAll('/var/lib/shadowscan', folder);
    const unit = fs.readFileSync(path.join(mdm, 'systemd', 'shadowscan.service'), 'utf8');
    const [, leave = ''] = /^ExecStartPost=-\/bin\/sh -c '(.*)'$/m.exec(unit) ?? [];
    const after = () => run('sh', ['-c', `umask 077; ${here(leave)}`]);
    const script = path.join(open, 'script.sh');
    const text = fs.readFileSync(path.join(mdm, 'intune', 'compliance-linux.sh'), 'utf8');
    // The program itself is open to everybody where it is installed.
    fs.writeFileSync(script, here(text).replace(`program=${program}`, 'program=/bin/sh'));
    const user = process.getuid?.() === 0 ? ['--reuid=65534', '--regid=65534', '--clear-groups'] : [];
    const tell = (): Record<string, unknown> => {
      const said = run('setpriv', [...user, 'sh', script]);
      expect([said.stderr, said.status, said.stdout.split('\n').length]).toEqual(['', 0, 2]);
      return JSON.parse(said.stdout) as Record<string, unknown>;
    };
    const none = { ShadowscanResult: 'none', ShadowscanComplete: false, ShadowscanAgeHours: 999_999 };
    try {
      expect(after()).toEqual({ stdout: '', stderr: '', status: 0 });
      expect(tell()).toEqual(none);
      fs.mkdirSync(path.dirname(summary), { mode: 0o755 });
      expect(after()).toEqual({ stdout: '', stderr: '', status: 0 });
      expect(fs.readdirSync(path.dirname(summary))).toEqual(['compliance.json']);
      expect(fs.statSync(summary).mode & 0o777).toBe(0o644);
      const left = fs.readFileSync(summary, 'utf8');
      expect(left).not.toMatch(/home|cursor|package|npx/);
      expect(tell()).toEqual(JSON.parse(left));
      expect(tell()).toMatchObject({ ShadowscanResult: 'pass', ShadowscanMedium: 1, ShadowscanAgeHours: 0 });
      const aged = (hours: number): Record<string, unknown> => {
        const scanned = `${new Date(Date.now() - hours * 3_600_000).toISOString().slice(0, 16)}Z`;
        const facts = { ...(JSON.parse(left) as object), ShadowscanScanned: scanned };
        fs.writeFileSync(summary, `${JSON.stringify(facts)}\n`);
        const { ShadowscanResult, ShadowscanAgeHours } = tell();
        return { ShadowscanResult, ShadowscanAgeHours };
      };
      expect([aged(71.5), aged(73.5), aged(-0.5), aged(-2)]).toEqual([
        { ShadowscanResult: 'pass', ShadowscanAgeHours: 71 },
        { ShadowscanResult: 'stale', ShadowscanAgeHours: 73 },
        { ShadowscanResult: 'pass', ShadowscanAgeHours: 0 },
        { ShadowscanResult: 'stale', ShadowscanAgeHours: 999_999 },
      ]);
      fs.writeFileSync(summary, '');
      expect(tell()).toEqual({ ...none, ShadowscanResult: 'error' });
      fs.writeFileSync(
        summary,
        managementFormats['intune-compliance'](outcomeOf('none', new Date(), 'high', 72)),
      );
      expect(tell()).toMatchObject(none);
      fs.writeFileSync(script, here(text).replace(`program=${program}`, `program=${open}/absent`));
      expect(tell()).toEqual(none);
    } finally {
      fs.rmSync(open, { recursive: true, force: true });
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

  test('the systemd unit is closed to all that it does not need', () => {
    const unit = path.join(mdm, 'systemd', 'shadowscan.service');
    const said = run('systemd-analyze', ['security', '--offline=true', '--threshold=25', unit]);
    expect(said.stdout.split('\n').filter((line) => line.includes('Overall'))).toHaveLength(1);
    expect(said.status).toBe(0);
  });

  const namespaces = spawnSync('unshare', ['-m', 'true']).status === 0 && process.getuid?.() === 0;
  test.skipIf(!namespaces)('the playbook scans where the last result is old, and only there', () => {
    const homes = path.join(folder, 'homes');
    fs.mkdirSync(homes);
    fs.writeFileSync(path.join(folder, 'passwd'), 'root:x:0:0::/nonexistent:/bin/sh\n');
    const play = `ansible-playbook -i localhost, -c local ${path.join(mdm, 'ansible', 'playbook.yml')}`;
    const steps = [
      ...['/opt', '/var/lib', '/etc/ansible'].map((at) => `mkdir -p ${at} && mount -t tmpfs none ${at}`),
      'mkdir -p /opt/shadowscan/bin',
      `cp ${program} /opt/shadowscan/bin/shadowscan`,
      `mount --bind ${homes} /home`,
      `mount --bind ${folder}/passwd /etc/passwd`,
      `${play} && stat -c '%U %a' /var/lib/shadowscan /var/lib/shadowscan/report.json && ${play}`,
    ];
    const env = { ANSIBLE_LOCAL_TEMP: folder, ANSIBLE_REMOTE_TEMP: folder };
    const { stdout, status } = run('unshare', ['-m', 'sh', '-c', steps.join(' && ')], env);
    expect(status).toBe(0);
    expect([...stdout.matchAll(/ok=\d+ +changed=\d+ .*skipped=\d+/g)].map(String)).toEqual([
      expect.stringMatching(/^ok=7 +changed=3 .*failed=0 +skipped=1$/),
      expect.stringMatching(/^ok=6 +changed=0 .*failed=0 +skipped=2$/),
    ]);
    expect(stdout).toMatch(/^root 700\nroot 600$/m);
  });

  test.skipIf(!namespaces)('the script of Fleet ends well with findings, and says them', () => {
    const own = path.join(folder, 'fleet');
    const home = path.join(own, 'zoe');
    fs.mkdirSync(path.join(home, '.cursor'), { recursive: true });
    const env = { GITHUB_TOKEN: expand('ghp_{a36}') };
    const config = { mcpServers: { one: { command: 'npx', args: ['-y', 'one@1.0.0'], env } } };
    fs.writeFileSync(path.join(home, '.cursor', 'mcp.json'), JSON.stringify(config));
    fs.writeFileSync(
      path.join(own, 'passwd'),
      'root:x:0:0::/nonexistent:/bin/sh\nzoe:x:2001:2001::/home/zoe:/bin/sh\n',
    );
    const script = path.join(mdm, 'fleet', 'scan.sh');
    const steps = [
      ...['/opt', '/var/lib'].map((at) => `mkdir -p ${at} && mount -t tmpfs none ${at}`),
      `mkdir -p /opt/shadowscan/bin && cp ${program} /opt/shadowscan/bin/shadowscan`,
      `mount --bind ${own} /home && chown -R 2001:2001 /home/zoe && mount --bind ${own}/passwd /etc/passwd`,
      `sh ${script} && rm /home/zoe/.cursor/mcp.json && sh ${script}`,
    ];
    const said = run('unshare', ['-m', 'sh', '-c', steps.join(' && ')]);
    expect(said.stdout).toMatch(/^FAIL .*; scanned .*\nPASS no findings; scanned .*\n$/);
    expect(said.status).toBe(0);
    // Without a program there is nothing to say.
    expect(run('unshare', ['-m', 'sh', '-c', `${steps[0]} && ${steps[1]} && sh ${script}`]).status).toBe(2);
  });

  /** A property list as JSON, by Python's own reader. */
  const plist = (...name: string[]): unknown => {
    const code = 'import json,plistlib,sys; print(json.dumps(plistlib.load(open(sys.argv[1], "rb"))))';
    return JSON.parse(run('python3', ['-c', code, path.join(mdm, ...name)]).stdout);
  };

  test('the job of launchd gives way, keeps its files closed, and does not start at once everywhere', () => {
    expect(plist('launchd', 'com.shadowscan.scan.plist')).toEqual({
      Label: 'com.shadowscan.scan',
      ProgramArguments: [
        '/opt/shadowscan/bin/shadowscan',
        'scan',
        '--all-users',
        '--exit-zero',
        '--splay',
        '900',
        '--output',
        '/Library/Application Support/shadowscan/report.json',
      ],
      StartCalendarInterval: { Hour: 10, Minute: 17 },
      ProcessType: 'Background',
      LowPriorityIO: true,
      LowPriorityBackgroundIO: true,
      Nice: 10,
      Umask: 0o77,
      StandardOutPath: '/dev/null',
      StandardErrorPath: '/var/log/shadowscan.log',
    });
  });

  test('the profile for full disk access asks for what sign.sh makes, with the keys that Apple documents', () => {
    const { PayloadContent, PayloadScope } = plist('macos', 'shadowscan-pppc.mobileconfig') as {
      PayloadContent: { PayloadType: string; Services: Record<string, Record<string, string>[]> }[];
      PayloadScope: string;
    };
    expect(PayloadScope).toBe('System');
    const [{ PayloadType, Services }] = PayloadContent as [(typeof PayloadContent)[number]];
    expect(PayloadType).toBe('com.apple.TCC.configuration-profile-policy');
    const [entry] = Services['SystemPolicyAllFiles']!;
    // Either Authorization or Allowed, never both.
    expect(Object.keys(entry!).toSorted()).toEqual([
      'Authorization',
      'CodeRequirement',
      'Identifier',
      'IdentifierType',
    ]);
    expect(entry).toMatchObject({ IdentifierType: 'path', Identifier: '/opt/shadowscan/bin/shadowscan' });
    const sign = fs.readFileSync(path.join(top, 'scripts', 'packaging', 'sign.sh'), 'utf8');
    const [, identifier] = /--identifier (\S+)/.exec(sign)!;
    expect(entry!['CodeRequirement']).toMatch(`identifier "${identifier}" and anchor apple generic`);
  });

  test('the task has its parts in the order of the published schema', () => {
    // triggerBaseType, then calendarTriggerType (learn.microsoft.com/windows/win32/taskschd, 2026-11).
    const order = [
      'Enabled',
      'StartBoundary',
      'EndBoundary',
      'Repetition',
      'ExecutionTimeLimit',
      'RandomDelay',
    ];
    const text = fs.readFileSync(path.join(mdm, 'windows', 'shadowscan-task.xml'), 'utf8');
    const [, trigger = ''] = /<CalendarTrigger>(.*)<\/CalendarTrigger>/s.exec(text) ?? [];
    const names = [...trigger.matchAll(/^ {6}<(\w+)/gm)].map(([, name]) => name!);
    expect(names.at(-1)).toBe('ScheduleByDay');
    const places = names.slice(0, -1).map((name) => order.indexOf(name));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places).not.toContain(-1);
  });

  /** What Windows PowerShell 5.1 does not know, apart from comments and texts. */
  const later = /\?\?|\?\.\w|&&|\|\||\s\?\s[^:]+\s:\s|-Parallel\b|ConvertFrom-Json\s+-AsHashtable|clean\s*\{/;
  const code = (text: string): string =>
    text.replace(/<#[\s\S]*?#>/g, '').replace(/'[^'\n]*'|"[^"\n]*"|#[^\n]*/g, '""');

  test('PowerShell scripts are ASCII, of version 5.1, and end as their product reads it', () => {
    const all = [...files('.ps1'), path.join(top, 'scripts', 'packaging', 'install.ps1')];
    expect(all).toHaveLength(5);
    for (const file of all) {
      const text = fs.readFileSync(file, 'utf8');
      expect([file, /^[\t\n\x20-\x7e]*$/.test(text)]).toEqual([file, true]);
      expect([file, later.exec(code(text))?.[0] ?? null]).toEqual([file, null]);
      for (const [open = '', close = ''] of ['()', '{}', '[]'])
        expect([file, open, code(text).split(open).length]).toEqual([
          file,
          open,
          code(text).split(close).length,
        ]);
    }
    // A test that cannot fail proves nothing.
    for (const line of ['$a ?? 1', '$a?.b', 'x && y', '$a = $b ? 1 : 2']) expect(later.test(line)).toBe(true);
  });

  const pwsh = spawnSync('pwsh', ['-NoProfile', '-Command', 'exit 0']).status === 0;
  test.skipIf(!pwsh)('PowerShell itself reads them (left out: neither npm nor Debian has it)', () => {
    for (const file of [...files('.ps1'), path.join(top, 'scripts', 'packaging', 'install.ps1')]) {
      const parse =
        '$e = $null; [void][Management.Automation.Language.Parser]::ParseFile($args[0], [ref]$null, [ref]$e); $e.Count';
      expect([
        file,
        run('pwsh', ['-NoProfile', '-Command', `& { ${parse} } '${file}'`]).stdout.trim(),
      ]).toEqual([file, '0']);
    }
  });
});
