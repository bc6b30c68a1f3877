import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Finding, Report } from '../../src/model/report.ts';
import { human } from '../../src/report/human.ts';
import type { ReportOptions } from '../../src/report/options.ts';
import { width } from '../../src/report/width.ts';
import { sample } from './sample.ts';
import { findings } from './sample-findings.ts';

const usual: ReportOptions = { columns: 80, colour: 0, unicode: true, verbose: false, failOn: 'high' };
const print = (report: Report, options: Partial<ReportOptions> = {}) =>
  [...human(report, { ...usual, ...options })].join('');
const lines = (text: string) => text.split('\n');

describe('human', () => {
  it('looks like this at 80 columns', async () => {
    await expect(print(sample())).toMatchFileSnapshot('./snapshots/human-80.txt');
  });

  it('looks like this on a narrow terminal without Unicode', async () => {
    await expect(print(sample(), { columns: 40, unicode: false })).toMatchFileSnapshot(
      './snapshots/human-40-ascii.txt',
    );
  });

  it.each([24, 40, 60, 80, 100, 140, 250])(
    'keeps to %i columns, but for words that cannot be broken',
    (columns) => {
      for (const verbose of [false, true]) {
        const text = print(sample(), { columns, verbose });
        const long = lines(text).filter((line) => width(line) > columns);
        // Paths and commands may hold blanks; whatever else is too long is one word.
        const broken = long.filter((line) => !/^ *(\S+|[~/].*\/.*|shadowscan .*)$/u.test(line));
        expect(broken).toEqual([]);
        expect(lines(text).filter((line) => line !== line.trimEnd())).toEqual([]);
      }
    },
  );

  it('shows what is installed for everybody as part of each user', () => {
    const report = sample();
    const agents = report.facts.filter((fact) => fact.kind === 'agent');
    const used = { ...agents[0]!, name: 'Agent of this test', tiers: ['used' as const] };
    const machine = {
      ...used,
      id: 'agent:machine',
      user: null,
      tiers: ['installed' as const],
      version: '9.9.9',
    };
    const row = (facts: Report['facts']): string[] =>
      lines(print({ ...report, facts }, { columns: 120 })).filter((line) =>
        /^ {2}Agent of this test .*(?:used|installed)/.test(line),
      );
    const own = [...report.facts.filter((fact) => fact.kind !== 'agent'), used];
    expect(row(own)).toEqual([expect.stringContaining('used only')]);
    const both = row([...own, machine]);
    expect(both).toHaveLength(1);
    expect(both[0]).not.toContain('only');
    expect(row([...own.filter((fact) => fact !== used), machine])[0]).toContain('installed');
  });

  it('writes the paths in sentences as it writes places', () => {
    const report = sample();
    const home = report.run.homes[0]!;
    const first = {
      ...report.findings[0]!,
      message: `In ${home.path}/x.json is a secret.`,
      remedy: 'Mend it.',
    };
    const text = (homes: Report['run']['homes']): string =>
      print({ ...report, findings: [first], run: { ...report.run, homes } });
    expect(text(report.run.homes)).toContain(`In ~${home.user}/x.json is a secret.`);
    expect(text([home])).toContain('In ~/x.json is a secret.');
  });

  it('has the same text with colour', () => {
    for (const colour of [1, 2, 3] as const) {
      const painted = print(sample(), { colour });
      expect(painted).toContain('\u001B[');
      expect(stripVTControlCharacters(painted)).toBe(print(sample()));
    }
  });

  it('has no escape sequence without colour, and none of a name with it', () => {
    const acts = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069\uFEFF]/u;
    expect(print(sample(), { verbose: true })).not.toMatch(acts);
    expect(stripVTControlCharacters(print(sample(), { colour: 3 }))).not.toMatch(acts);
    expect(print(sample(), { colour: 3 })).not.toContain('\u001B[2A');
    expect(print(sample())).toContain('git\\u202ebuh\\u200b\\u001b[2A\\u0007\\nApproved');
  });

  it('makes every text of a report inert, whatever it is called', () => {
    const poison = '\u001B]0;owned\u0007\u202E\n\u2028';
    const poisoned = (value: unknown, key = ''): unknown => {
      if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
      if (typeof value === 'object' && value !== null)
        return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]));
      const closed = [
        'kind',
        'severity',
        'state',
        'status',
        'platform',
        'verdict',
        'load',
        'confidence',
        'class',
        'signature',
      ];
      return typeof value === 'string' && !closed.includes(key) ? `${value}${poison}` : value;
    };
    const text = print(poisoned(sample()) as Report, { verbose: true });
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u202E\u2028]/u);
    expect(text).toContain('\\u001b]0;owned\\u0007\\u202e');
  });

  it('uses ASCII symbols where there is nothing else', () => {
    const text = print(sample(), { unicode: false, columns: 90 });
    expect(text).toContain('-> Rotate the secret');
    expect(text).not.toMatch(/[→·]/);
    expect(text).toMatch(/npm:@model\w*\.\.\.\S+@0\.6\.2/);
  });

  it('groups by check, worst first, and says why and what to do once', () => {
    const text = print(sample());
    const titles = lines(text).filter((line) => /^ {2}(CRITICAL|HIGH|MEDIUM|LOW|INFO) /.test(line));
    expect(titles.map((line) => line.trim().split(/\s/)[0])).toEqual([
      'CRITICAL',
      'CRITICAL',
      'HIGH',
      'HIGH',
      'MEDIUM',
      'MEDIUM',
      'LOW',
      'LOW',
      'INFO',
    ]);
    expect(text.match(/Rotate the secret, then/g)).toHaveLength(1);
    expect(text.match(/Nobody has looked at/g)).toHaveLength(1);
  });

  it('cuts long groups aloud, and not when verbose', () => {
    expect(print(sample())).toContain('and 3 more (--verbose shows all)');
    expect(print(sample())).not.toContain('Server context7 runs');
    const all = print(sample(), { verbose: true });
    expect(all).not.toMatch(/and \d+ more/);
    for (const one of findings)
      expect(all.replace(/\s+/g, ' ')).toContain(
        one.message.replaceAll(/[\n\u0007\u001B\u200B\u202E].*/gs, ''),
      );
  });

  it('writes exact places, with the user where there are several homes', () => {
    expect(print(sample())).toContain('~alice/.cursor/mcp.json:14  Cursor');
    const alone = sample({
      run: { ...sample().run, homes: [{ user: 'alice', path: '/Users/alice', status: 'read' }] },
    });
    expect(print(alone)).toContain('    ~/.cursor/mcp.json:14  Cursor');
    expect(print(alone)).toContain('/Users/bob/.cursor/mcp.json:8');
  });

  it('takes no other folder for a home', () => {
    const [first] = findings;
    const moved: Finding[] =
      first === undefined ? [] : [{ ...first, origin: { path: '/Users/alice2/.cursor/mcp.json', line: 3 } }];
    expect(print(sample({ findings: moved }))).toContain('/Users/alice2/.cursor/mcp.json:3');
  });

  it('knows homes of Windows', () => {
    const [first] = findings;
    const moved: Finding[] =
      first === undefined
        ? []
        : [{ ...first, origin: { path: 'C:\\Users\\dana\\.cursor\\mcp.json', line: 3 } }];
    const homes = [{ user: 'dana', path: 'C:\\Users\\dana', status: 'read' }];
    expect(print(sample({ findings: moved, run: { ...sample().run, homes } }))).toContain(
      '~\\.cursor\\mcp.json:3',
    );
  });
});

describe('human says what was not seen', () => {
  const complete = {
    ...sample().run,
    status: 'complete' as const,
    homes: [{ user: 'alice', path: '/Users/alice', status: 'read' }],
  };

  it('is partial in the headline, and names each place and home', () => {
    const text = print(sample());
    expect(text).toContain('PARTIAL: 1 home and 3 places could not be seen');
    expect(text).toContain('~bob/.config/goose/config.yaml:41  it is broken');
    expect(text).toContain('/Users/carol  home, unreadable');
    expect(text).toContain('22 tools looked for: 7 found, 3 with gaps, 15 absent.');
  });

  it('tells nothing found from nothing looked for', () => {
    const nothing = print(sample({ findings: [], facts: [], run: complete }));
    expect(lines(nothing)[0]).toBe('No findings');
    expect(nothing).toContain('MCP servers (0)\n  none found');
    expect(nothing).toContain('no credentials');
    expect(lines(print(sample({ findings: [] })))[0]).toBe(
      'No findings in what could be read, which is not all',
    );
    expect(print(sample({ coverage: [] }))).toContain('No tool was looked for.');
  });

  it('says what is new, what has changed, and that only new findings are shown', () => {
    const [first, second] = findings;
    if (first === undefined || second === undefined) throw new Error('the sample has findings');
    const changed = { ...second, changed: ['severity', 'waiver'] };
    const text = print(sample({ findings: [{ ...first, state: 'new' }, changed] }));
    expect(text).toMatch(/\(1 new\)/);
    expect(text).toContain('changed: severity, waiver');
    const quiet = sample({ findings: [], run: { ...complete, onlyNew: true } });
    expect(lines(print(quiet))[0]).toBe('No new findings');
  });

  it('does not count what is waived or resolved, and does not hide it', () => {
    const [first, second] = findings;
    if (first === undefined || second === undefined) throw new Error('the sample has findings');
    const waiver = { reason: 'accepted', owner: 'ciso', expires: '2027-01-01' };
    const text = print(
      sample({
        run: complete,
        findings: [
          { ...first, waiver },
          { ...second, state: 'resolved' },
        ],
      }),
    );
    expect(lines(text)[0]).toBe('No findings');
    expect(text).toContain('Waived (1)');
    expect(text).toContain('Resolved since the last scan (1)');
    expect(text).toContain('Exit code 0');
  });
});

describe('human says what comes next', () => {
  it('explains the exit code by the threshold', () => {
    expect(print(sample())).toContain('Exit code 1: 7 findings are high or worse (--fail-on high).');
    expect(print(sample(), { failOn: 'critical' })).toContain('Exit code 1: 2 findings are critical');
    expect(print(sample({ findings: findings.slice(-3, -1) }))).toContain(
      'Exit code 0: no findings are high or worse',
    );
    expect(print(sample(), { failOn: 'none' })).toContain('Exit code 0 whatever is found.');
    expect(print(sample(), { strict: true })).toContain('Exit code 2: the scan is incomplete');
  });

  it('proposes an allowlist only where there is none', () => {
    expect(print(sample())).not.toContain('allowlist init');
    expect(print(sample({ allowlist: null }))).toContain('shadowscan allowlist init');
  });

  it('says how to start an allowlist only where none was given', () => {
    expect(print(sample({ allowlist: null }))).toContain('shadowscan allowlist init');
    expect(print(sample())).not.toContain('shadowscan allowlist init');
  });
});
