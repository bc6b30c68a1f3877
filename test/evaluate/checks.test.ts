/** Every check against its own examples, and what holds for all checks together. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judge } from '../../src/evaluate/judge.ts';
import { Fact, GapReason, Storage } from '../../src/model/fact.ts';
import { Check } from '../../src/model/rules.ts';
import { parseRuleFile } from '../../src/parse/rule-file.ts';
import { fact } from './default-facts.ts';

const folder = new URL('../../rules/checks/', import.meta.url);
const checks = readdirSync(folder)
  .toSorted()
  .map((file): Check => {
    const path = `rules/checks/${file}`;
    return {
      ...parseRuleFile(Check, readFileSync(new URL(file, folder)), path),
      id: file.replace('.yaml', ''),
    };
  });
const homes = [{ user: 'alice', path: '/home/alice' }];
const names = [
  'owasp-mcp',
  'owasp-llm',
  'owasp-agentic',
  'mitre-atlas',
  'mitre-attack',
  'nist-ai-rmf',
  'iso-42001',
  'iso-27001',
  'cwe',
];

test('there are checks', () => {
  expect(checks.length).toBeGreaterThanOrEqual(30);
});

describe.each(checks)('$id', (check) => {
  test.each(check.examples.match)('matches %j', (example) => {
    const one = fact(check.on, example);
    expect(Fact.safeParse(one).error?.issues).toBeUndefined();
    const [finding, ...more] = judge([one], [check], { homes });
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ check: check.id, fact: one.id });
    expect(`${finding?.title} ${finding?.message} ${finding?.remedy}`).not.toMatch(/[{}]|undefined/);
    expect(finding?.message).not.toContain('unknown');
    // Every value of the evidence is one that the fact has a place for.
    expect(Object.keys(finding?.evidence ?? {})).toEqual(check.evidence);
  });

  test.each(check.examples.clean)('leaves alone %j', (example) => {
    const one = fact(check.on, example);
    expect(Fact.safeParse(one).error?.issues).toBeUndefined();
    expect(judge([one], [check], { homes })).toEqual([]);
  });

  test('is silent on a harmless fact unless the kind is a fault itself', () => {
    if (check.on === 'gap' || check.on === 'credential') return;
    expect(judge([fact(check.on)], [check], { homes })).toEqual([]);
  });

  test('ends its severities with one that always holds', () => {
    const last = typeof check.severity === 'string' ? {} : check.severity.at(-1);
    expect(last).not.toHaveProperty('when');
  });

  test('cites frameworks by id and year', () => {
    for (const [name, ids] of Object.entries(check.frameworks)) {
      expect(names).toContain(name);
      for (const id of ids) {
        expect(id).toMatch(
          /^(MCP(0\d|10):2025|LLM(0\d|10):2026|ASI(0\d|10):2026|AML\.[TM]\d{4}(\.\d{3})?|T\d{4}(\.\d{3})?|AI 100-1 [A-Z]+ \d\.\d|4?2?7?001:20\d\d A\.\d+(\.\d+)+|42001:2023 A\.\d+(\.\d+)+|27001:2022 A\.\d+\.\d+|CWE-\d+)$/,
        );
      }
    }
  });
});

test('a message says what and where', () => {
  const server = fact('server', { verdict: 'unapproved', why: 'no entry for npm:some-mcp' });
  const [finding] = judge([server], checks, { homes, only: ['server-unapproved'] });
  expect(finding?.message).toBe(
    'some-agent may start server "search", which nobody has approved: no entry for npm:some-mcp.',
  );
  expect(finding?.remedy).toContain('/home/alice/.agent/mcp.json');
});

test('every gap has exactly one check', () => {
  for (const reason of GapReason.options) {
    expect([reason, judge([fact('gap', { reason })], checks, { homes }).length]).toEqual([reason, 1]);
  }
});

test('every way of storing a plaintext secret has exactly one check', () => {
  for (const storage of Storage.options) {
    for (const tools of [['some-agent'], ['mcp-remote']]) {
      const found = judge([fact('credential', { storage, tools })], checks, { homes });
      expect([storage, tools, found.map((one) => one.check)]).toEqual([storage, tools, [expect.any(String)]]);
    }
  }
});

test('a secret in the keychain is no finding', () => {
  for (const storage of ['oauth-file', 'literal', 'dotenv', 'database']) {
    expect(judge([fact('credential', { storage, protection: 'keychain' })], checks, { homes })).toEqual([]);
  }
});

test('an unpinned, unjudged server on loopback yields only what can be said of it', () => {
  const server = fact('server', { package: { version: null, pinned: false }, identity: 'pkg:npm/some-mcp' });
  expect(judge([server], checks, { homes }).map((one) => one.check)).toEqual(['package-unpinned']);
});
