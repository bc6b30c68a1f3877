/** The loader of rule files over the schemas with the most alternatives: each mistake names its way out. */
import { expect, test } from 'vitest';
import { Check } from '../../src/model/rules.ts';
import { ToolFile } from '../../src/model/tool.ts';
import { isUsageError } from '../../src/model/usage-error.ts';
import { nearest } from '../../src/parse/nearest.ts';
import { parseRuleFile } from '../../src/parse/rule-file.ts';

const check = [
  'title: a',
  'on: server',
  'when: { a: 1 }',
  'severity: high',
  'confidence: high',
  'message: m',
  'evidence: []',
  'why: w',
  'remedy: r',
  'references: []',
  'frameworks: {}',
  'examples: { match: [{}], clean: [{}] }',
].join('\n');
const tool = [
  'name: X',
  'vendor: Y',
  'category: cli-agent',
  'homepage: h',
  'source: s',
  'checked: 2026-11',
  'files:',
  '  - path: ~/.x',
  '    proves:',
  '      server: "a.{name}"',
].join('\n');

/** What a file is refused with after one of its texts was replaced. */
function refusal(kind: 'check' | 'tool', from = '', to = ''): string {
  const text = (kind === 'check' ? check : tool).replace(from, to);
  try {
    if (kind === 'check') parseRuleFile(Check, Buffer.from(text), 'x.yaml');
    else parseRuleFile(ToolFile, Buffer.from(text), 'x.yaml');
    return 'accepted';
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return error.message;
  }
}

test('good files are good', () => {
  expect([refusal('check'), refusal('tool')]).toEqual(['accepted', 'accepted']);
});

test.each<['check' | 'tool', string, string, string]>([
  [
    'check',
    'severity: high',
    'severity: hihg',
    '4:11: severity: expected one of critical, high, medium, low, info; did you mean "high"?',
  ],
  [
    'check',
    'severity: high',
    'severity: [{ whn: { a: 1 }, is: high }]',
    '4:14: unknown key "whn"; did you mean "when"?',
  ],
  ['check', '{ a: 1 }', '{ a: { machtes: x } }', '3:14: unknown key "machtes"; did you mean "matches"?'],
  [
    'check',
    'on: server',
    'on: srever',
    '2:5: on: expected one of agent, server, credential, account, profile, extension, permission, endpoint, command, instruction, policy, workspace, gap; did you mean "server"?',
  ],
  ['check', 'message: m', 'message: ""', '6:10: message: must not be empty'],
  ['check', 'why: w\n', '', '1:1: "why" is missing; add it'],
  ['tool', 'server: "a.{name}"', 'sevrer: a', '10:7: unknown key "sevrer"; did you mean "server"?'],
  [
    'tool',
    '"a.{name}"',
    '{ at: a, transprot: http }',
    '10:24: unknown key "transprot"; did you mean "transport"?',
  ],
  [
    'tool',
    '"a.{name}"',
    '[{ at: a, transport: htp }]',
    '10:36: files[0].proves.server[0].transport: expected one of http, sse, ws; did you mean "http"?',
  ],
  ['tool', 'path: ~/.x', 'path: { lixnu: a }', '8:13: unknown key "lixnu"; did you mean "linux"?'],
  ['tool', '2026-11', '2026', '6:10: checked: expected text, found a number; put it in quotes'],
])('%s: %s -> %s', (kind, from, to, message) => {
  expect(refusal(kind, from, to)).toBe(`x.yaml:${message}`);
});

test('the nearest word is near', () => {
  expect(nearest('pakage', ['package', 'image'])).toBe('package');
  expect(nearest('sevrer', ['server', 'severity'])).toBe('server');
  expect(nearest('colour', ['package', 'image'])).toBeNull();
  expect(nearest('x'.repeat(100_000), ['package'])).toBeNull();
  expect(nearest('a', [])).toBeNull();
});
