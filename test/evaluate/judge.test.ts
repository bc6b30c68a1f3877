/** Findings: order, severity, confidence, choice of checks, and fingerprints that last. */
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/evaluate/judge.ts';
import { score } from '../../src/evaluate/score.ts';
import type { Confidence } from '../../src/model/common.ts';
import type { Fact } from '../../src/model/fact.ts';
import { Finding } from '../../src/model/report.ts';
import type { Check } from '../../src/model/rules.ts';
import { isUsageError } from '../../src/model/usage-error.ts';
import { fact } from './default-facts.ts';

const homes = [
  { user: 'alice', path: '/home/alice' },
  { user: 'bob', path: '/home/bob' },
];

function check(id: string, on: Check['on'], more: Partial<Check> = {}): Check {
  return {
    id,
    title: `Title of ${id}`,
    on,
    when: [{}],
    severity: 'medium',
    confidence: 'high',
    message: '{tools} at {origin.path}',
    evidence: [],
    why: 'because',
    remedy: 'do it',
    references: [],
    frameworks: {},
    examples: { match: [{}], clean: [{}] },
    ...more,
  };
}

const servers = check('some-server', 'server');
const secrets = check('some-secret', 'credential', { severity: 'fact' });

const print = (one: Fact, by: Check = one.kind === 'server' ? servers : secrets): string =>
  judge([one], [by], { homes })[0]!.fingerprint;

const plugin = (version: string): Fact =>
  fact('server', {
    scope: 'extension',
    origin: { path: `/home/alice/.agent/plugins/search/${version}/mcp.json` },
  });

const project = (user: string): Fact =>
  fact('server', {
    user,
    workspace: `/home/${user}/src/app`,
    origin: {
      path: `/home/${user}/.agent.json`,
      pointer: `/projects/~1home~1${user}~1src~1app/mcpServers/search`,
    },
  });

const twin = (index: number, user = 'alice'): Fact =>
  fact('credential', {
    id: `credential:${index}`,
    user,
    origin: { path: `/home/${user}/.agent/mcp.json`, pointer: `/mcpServers/search/args/${index}` },
  });

const prints = (facts: Fact[]): string[] => judge(facts, [secrets], { homes }).map((one) => one.fingerprint);

const at = (path: string, pointer: string, severity: string): Fact =>
  fact('credential', { id: `credential:${path}${pointer}`, severity, origin: { path, pointer } });

const sure = (of: Confidence, by: Confidence): Confidence =>
  judge([fact('server', { confidence: of })], [check('a', 'server', { confidence: by })], { homes })[0]!
    .confidence;

describe('a fingerprint stays', () => {
  const server = fact('server');
  const secret = fact('credential', {
    origin: { path: '/home/alice/.agent/mcp.json', pointer: '/mcpServers/search/args/3' },
  });

  test('when lines shift', () => {
    expect(print(fact('server', { origin: { line: 99, column: 1 } }))).toBe(print(server));
  });

  test('when the value changes', () => {
    const changed = fact('credential', {
      origin: secret.origin,
      secret: { length: 93, masked: 'tok_zz', fingerprint: 'ff' },
      count: 4,
      expiresAt: '2027-01-01T00:00:00Z',
    });
    expect(print(changed)).toBe(print(secret));
  });

  test('when the server is upgraded or no longer pinned', () => {
    const found = {
      type: 'npm',
      name: 'some-mcp',
      version: '2.0.0',
      pinned: true,
      purl: 'pkg:npm/some-mcp@2.0.0',
    };
    expect(print(fact('server', { package: found, identity: found.purl, args: ['some-mcp@2.0.0'] }))).toBe(
      print(server),
    );
    const open = { ...found, version: null, pinned: false, purl: 'pkg:npm/some-mcp' };
    expect(print(fact('server', { package: open, identity: open.purl }))).toBe(print(server));
  });

  test('when the plugin that brings it is upgraded', () => {
    expect(print(plugin('1.10.0-beta.1'))).toBe(print(plugin('1.9.2')));
  });

  test('when a list is reordered', () => {
    const moved = fact('credential', { origin: { ...secret.origin, pointer: '/mcpServers/search/args/0' } });
    expect(print(moved)).toBe(print(secret));
  });

  test('when verdict and severity change', () => {
    const high = check('some-server', 'server', { severity: 'critical', message: 'other words' });
    expect(print(fact('server', { verdict: 'approved', load: 'disabled', doubts: ['variable'] }), high)).toBe(
      print(server),
    );
  });

  test('from one user and home to another', () => {
    const bobs = fact('server', { user: 'bob', origin: { path: '/home/bob/.agent/mcp.json' } });
    expect(print(bobs)).toBe(print(server));
    const [path, pointer] = ['C:\\Users\\Alice\\.agent\\mcp.json', server.origin.pointer];
    const windows = judge([fact('server', { origin: { path, pointer } })], [servers], {
      homes: [{ user: 'alice', path: 'c:/users/alice/' }],
    });
    expect(windows[0]!.fingerprint).toBe(print(server));
  });

  test('when a home is named in a pointer or is a workspace', () => {
    expect(print(project('bob'))).toBe(print(project('alice')));
  });
});

describe('a fingerprint differs', () => {
  const base = print(fact('server'));

  test.each<[string, Record<string, unknown>]>([
    ['name', { name: 'other' }],
    [
      'package',
      {
        package: { name: 'other-mcp', purl: 'pkg:npm/other-mcp@1.2.3' },
        identity: 'pkg:npm/other-mcp@1.2.3',
      },
    ],
    ['file', { origin: { path: '/home/alice/.other/mcp.json' } }],
    ['machine file', { origin: { path: '/etc/agent/mcp.json' }, scope: 'managed' }],
    ['pointer', { origin: { pointer: '/servers/search' } }],
    ['workspace', { workspace: '/home/alice/src/app' }],
    ['tool', { tools: ['other-agent'] }],
    ['near home', { origin: { path: '/home/alice2/.agent/mcp.json' } }],
  ])('by %s', (_, part) => {
    expect(print(fact('server', part))).not.toBe(base);
  });

  test('by check', () => {
    expect(print(fact('server'), check('other-check', 'server'))).not.toBe(base);
  });

  test('by field, type and folder of a secret', () => {
    const one = print(fact('credential'));
    expect(print(fact('credential', { field: 'refresh_token' }))).not.toBe(one);
    expect(print(fact('credential', { secret: { type: 'other' } }))).not.toBe(one);
    const at = (folder: string): string =>
      print(fact('credential', { origin: { path: `/home/alice/.auth/${folder}/t.json` } }));
    expect(at('bridge-0.1.36')).not.toBe(at('bridge-0.1.37'));
  });
});

describe('what is the same by all names', () => {
  test('is numbered, whatever the order of the facts', () => {
    const two = prints([twin(1), twin(2)]);
    expect(new Set(two).size).toBe(2);
    expect(prints([twin(2), twin(1)])).toEqual(two);
    expect(prints([twin(5), twin(9)])).toEqual(two);
    expect(prints([twin(7)])).toEqual(two.slice(0, 1));
  });

  test('has one fingerprint and two ids at two users', () => {
    const both = judge([twin(1), twin(1, 'bob')], [secrets], { homes });
    expect(both[0]!.fingerprint).toBe(both[1]!.fingerprint);
    expect(both[0]!.id).toMatch(/^finding:[0-9a-f]{16}$/);
    expect(both[1]!.id).toBe(`${both[0]!.id}-2`);
  });
});

describe('findings', () => {
  test('are worst first, then by check, path and pointer', () => {
    const facts = [
      at('/b', '/1', 'low'),
      at('/b', '/0', 'high'),
      at('/a', '/9', 'high'),
      at('/c', '/0', 'critical'),
    ];
    const found = judge(
      facts,
      [check('z', 'credential', { severity: 'fact' }), check('a', 'credential', { severity: 'low' })],
      { homes },
    );
    const order = found.map((one) =>
      [one.severity, one.check, one.origin.path, one.origin.pointer].join(' '),
    );
    expect(order).toEqual([
      'critical z /c /0',
      'high z /a /9',
      'high z /b /0',
      'low a /a /9',
      'low a /b /0',
      'low a /b /1',
      'low a /c /0',
      'low z /b /1',
    ]);
    expect(
      judge(
        facts.toReversed(),
        [check('a', 'credential', { severity: 'low' }), check('z', 'credential', { severity: 'fact' })],
        { homes },
      ),
    ).toEqual(found);
    for (const one of found) expect(Finding.parse(one)).toEqual(one);
  });

  test('are no surer than check and fact', () => {
    expect([
      sure('high', 'high'),
      sure('low', 'high'),
      sure('high', 'medium'),
      sure('medium', 'low'),
    ]).toEqual(['high', 'low', 'medium', 'low']);
  });

  test('take the first severity whose condition holds', () => {
    const steps = check('a', 'server', {
      severity: [{ when: [{ load: 'disabled' }], is: 'low' }, { is: 'high' }],
    });
    const severity = (load: string): string =>
      judge([fact('server', { load })], [steps], { homes })[0]!.severity;
    expect([severity('disabled'), severity('active')]).toEqual(['low', 'high']);
  });

  test('fill in fields as the fact has them, and nothing twice', () => {
    const told = check('a', 'server', {
      message: '{name} {args} {url|identity} {via} {workspace} {nothing}',
      evidence: ['name', 'args', 'url', 'package.pinned', 'threats.*.id', 'origin.line'],
    });
    const [one] = judge([fact('server', { name: '{identity}', args: ['a', '{name}'] })], [told], { homes });
    expect(one!.message).toBe('{identity} a, {name} pkg:npm/some-mcp@1.2.3 npx unknown unknown');
    expect(one!.evidence).toEqual({
      name: '{identity}',
      args: ['a', '{name}'],
      url: null,
      'package.pinned': true,
      'threats.*.id': [],
      'origin.line': 4,
    });
  });

  test('come only from the chosen checks', () => {
    const both = [check('first', 'server'), check('second', 'server')];
    const ids = (choice: object): string[] =>
      judge([fact('server')], both, { homes, ...choice }).map((one) => one.check);
    expect(ids({})).toEqual(['first', 'second']);
    expect(ids({ only: ['second'] })).toEqual(['second']);
    expect(ids({ skip: ['second'] })).toEqual(['first']);
    expect(ids({ only: ['first'], skip: ['first'] })).toEqual([]);
    try {
      ids({ skip: ['secnod'] });
      expect.unreachable();
    } catch (error) {
      expect(isUsageError(error) && error.message).toBe('no check named "secnod"; did you mean "second"?');
    }
  });
});

describe('the score', () => {
  const unapproved = check('unapproved', 'server', { when: [{ verdict: 'unapproved' }] });
  const bypass = check('bypass', 'permission', { when: [{ level: 'bypass' }] });
  const secret = check('secret', 'credential');
  const all = [unapproved, bypass, secret];
  const of = (facts: Fact[], choice = {}) =>
    score(facts, judge(facts, all, { homes, ...choice }), all, choice);

  test('counts what had nothing to look at apart', () => {
    expect(of([])).toEqual({ achieved: 0, evaluated: 0, notEvaluated: 3 });
    expect(of([fact('permission')])).toEqual({ achieved: 2, evaluated: 2, notEvaluated: 1 });
    expect(of([fact('permission', { level: 'bypass' })])).toEqual({
      achieved: 1,
      evaluated: 2,
      notEvaluated: 1,
    });
    expect(of([fact('permission'), fact('credential')])).toEqual({
      achieved: 1,
      evaluated: 2,
      notEvaluated: 1,
    });
  });

  test('does not praise a server that nobody has judged', () => {
    expect(of([fact('server')])).toEqual({ achieved: 1, evaluated: 1, notEvaluated: 2 });
    expect(of([fact('server', { verdict: 'approved' })])).toEqual({
      achieved: 2,
      evaluated: 2,
      notEvaluated: 1,
    });
    expect(of([fact('server', { verdict: 'unapproved' })])).toEqual({
      achieved: 1,
      evaluated: 2,
      notEvaluated: 1,
    });
  });

  test('leaves out what was not asked for', () => {
    expect(of([fact('permission')], { only: ['secret'] })).toEqual({
      achieved: 1,
      evaluated: 1,
      notEvaluated: 2,
    });
  });

  test('a waived finding costs nothing', () => {
    const facts = [fact('permission', { level: 'bypass' })];
    const waiver = { reason: 'r', owner: 'o', expires: '2027-01-01' };
    const waived = judge(facts, all, { homes }).map((one) => ({ ...one, waiver }));
    expect(score(facts, waived, all)).toEqual({ achieved: 2, evaluated: 2, notEvaluated: 1 });
  });
});
