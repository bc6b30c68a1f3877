import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { html } from '../../src/report/html.ts';
import { mark } from '../../src/report/html/markup.ts';
import { acts, attacks, empty, hostile, many } from './hostile.ts';
import { sample } from './sample.ts';

const printed = (report: Report): string => [...html(report)].join('');
/** The document without its own style and script. */
const body = (text: string): string => text.replace(/<style>[^]*?<\/style>|<script>[^]*<\/script>/g, '');
const count = (text: string, pattern: RegExp): number => (text.match(pattern) ?? []).length;

describe('html loads nothing and runs nothing but its own', () => {
  const text = printed(sample());

  it('has a policy with the hashes of its one style and its one script', () => {
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text)![1]!;
    const hash = (part: string): string => `'sha256-${createHash('sha256').update(part).digest('base64')}'`;
    const [style, script] = [
      /<style>([^]*?)<\/style>/.exec(text)![1]!,
      /<script>([^]*?)<\/script>/.exec(text)![1]!,
    ];
    expect(policy).toBe(
      `default-src 'none'; style-src ${hash(style)}; script-src ${hash(script)}; base-uri 'none'; ` +
        "form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
    );
    expect(text.indexOf('Content-Security-Policy')).toBeLessThan(text.indexOf('<style>'));
    expect([count(text, /<script/g), count(text, /<style/g)]).toEqual([1, 1]);
  });

  it('names no asset, and has no style or handler in an element', () => {
    for (const report of [sample(), hostile(), empty()]) {
      const rest = body(printed(report));
      expect(
        rest.match(/<(?:link|img|iframe|object|embed|form|base|video|audio|source|use|image)\b/),
      ).toBeNull();
      const names = rest.replace(/"[^"]*"/g, '""');
      expect(names.match(/<[^<>]*\s(?:style|on\w+|src|srcset|action|formaction|background)=/i)).toBeNull();
    }
    expect([...body(text).matchAll(/href="([^"#][^"]*)"/g)].map(([, url]) => url)).toEqual(
      expect.arrayContaining(['https://owasp.org/www-project-mcp-top-10/']),
    );
  });

  it('has no address of somebody else, and no element that is not ours', () => {
    const rest = body(printed(hostile()));
    expect([...rest.matchAll(/href="([^"#][^"]*)"/g)]).toEqual([]);
    const names = (source: string): Set<string> =>
      new Set([...source.matchAll(/<\/?([a-z][a-z0-9]*)/g)].map(([, one]) => one!));
    expect([...names(rest)].filter((one) => !names(body(printed(sample()))).has(one))).toEqual([]);
    expect(rest.match(acts)).toBeNull();
  });
});

describe('templates', () => {
  it.each(attacks)('take nothing for markup that is text: %j', (attack) => {
    const { markup } = mark`<b title="${attack}">${attack}</b>`;
    expect(markup).toMatch(/^<b title="[^"<>]*">[^"<>']*<\/b>$/);
    expect(markup).not.toMatch(acts);
  });

  it('keep what is markup, numbers, and nothing for null', () => {
    expect(mark`${[mark`<i>a</i>`, mark`b`]}${1}${null}`.markup).toBe('<i>a</i>b1');
  });
});

describe('html says what the report says', () => {
  const text = printed(sample());

  it('begins with how bad it is, that it is partial, and what to do first', () => {
    expect(text).toContain('<h1>24 findings</h1>');
    expect(text).toContain('This report is partial: 1 home and 3 places could not be seen.');
    expect(text).toContain('<strong>11 of 20</strong> checks found nothing wrong');
    expect(printed(empty())).toContain('<h1>No findings</h1>');
    expect(printed(empty())).not.toContain('partial:');
    expect(printed(sample({ findings: [] }))).toContain(
      '<h1>No findings in what could be read, which is not all</h1>',
    );
  });

  it('has every finding once, waived and resolved ones marked', () => {
    const { findings } = sample();
    expect(count(text, /<article /g)).toBe(findings.length);
    expect(count(text, /data-state="waived"/g)).toBe(1);
    expect(text).toContain('Waived by it-security until 2027-01-31: Contractor, until the seat is bought');
    const gone = printed(sample({ findings: [{ ...findings[0]!, state: 'resolved' }] }));
    expect(gone).toContain('data-state="resolved"');
    expect(gone).toContain('<h1>No findings in what could be read');
  });

  it('draws each agent with its servers and secrets', () => {
    const pictures = text.match(/<svg class="picture"[^]*?<\/svg>/g)!;
    expect(pictures).toHaveLength(6);
    const cursor = pictures.find((one) => one.includes('postmark'))!;
    expect(count(cursor, /<rect/g)).toBe(1 + 4 + 1);
    expect(count(cursor, /<path/g)).toBe(4 + 1);
    expect(cursor).toContain('<g class="critical"><title>postmark, denied: npm:postmark-mcp@1.0.16</title>');
  });

  it('tells the coverage and every place that was not seen', () => {
    const coverage = text.split('id="coverage"')[1]!;
    expect(coverage).toContain('22 tools looked for, 15 of them absent.');
    expect(count(coverage, /<li>/g)).toBe(4);
    expect(coverage).toContain('<code>/Users/carol</code> home, unreadable');
  });

  it('has the same bytes for the same report, in pieces', () => {
    expect(printed(sample())).toBe(text);
    const longest = Math.max(...[...html(many(2_000))].map((chunk) => chunk.length));
    expect(longest).toBeLessThan(64_000);
  });

  it('is bounded, and says what it leaves out', () => {
    const large = printed(many(12_000));
    expect(count(large, /<article /g)).toBe(10_000);
    expect(large).toMatch(/and \d+ more, which the JSON report has/);
    const long = printed(hostile());
    expect(long.length).toBeLessThan(600_000);
  });
});
