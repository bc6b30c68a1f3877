import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { markdown } from '../../src/report/markdown.ts';
import { cell, code, prose, proseCell } from '../../src/report/markdown/text.ts';
import { acts, attacks, empty, hostile, many } from './hostile.ts';
import { sample } from './sample.ts';

const printed = (report: Report): string => [...markdown(report)].join('');
/** As GitHub's own rules have it, with whatever HTML gets through. */
const rendered = (text: string): string =>
  micromark(text, {
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
  });
const tags = (html: string): string[] => [...new Set(html.match(/<[a-z][a-z0-9]*/g) ?? [])].toSorted();
/** What is left when everything is taken away in which nothing has a meaning. */
const outsideCode = (html: string): string => html.replace(/<code>[^]*?<\/code>/g, '');

const ours = [
  '<a',
  '<br',
  '<code',
  '<h1',
  '<h2',
  '<h3',
  '<li',
  '<p',
  '<strong',
  '<sub',
  '<table',
  '<tbody',
  '<td',
  '<th',
  '<thead',
  '<tr',
  '<ul',
];

describe('markdown is inert', () => {
  const text = printed(hostile());
  const html = rendered(text);

  it('renders to our own elements alone', () => {
    expect(tags(html).filter((tag) => !ours.includes(tag))).toEqual([]);
    expect(tags(rendered(printed(sample())))).toEqual(ours);
  });

  it('has no link, mention, issue or picture of somebody else', () => {
    const links = [...html.matchAll(/href="([^"]*)"/g)].map(([, url]) => url);
    expect(new Set(links)).toEqual(new Set());
    expect([...rendered(printed(sample())).matchAll(/href="([^"]*)"/g)].length).toBeGreaterThan(0);
    expect(html).not.toMatch(/<img|<script|<input/);
    const rest = outsideCode(html);
    expect(rest).not.toMatch(/@security|#1\b|https?:\/\/|www\./);
    expect(rest).not.toMatch(acts);
    expect(text).not.toMatch(acts);
  });

  it('keeps every table as wide as its head, and every heading our own', () => {
    for (const table of html.match(/<table>[^]*?<\/table>/g) ?? []) {
      const widths = (table.match(/<tr>[^]*?<\/tr>/g) ?? []).map(
        (row) => (row.match(/<t[dh]/g) ?? []).length,
      );
      expect(new Set(widths).size).toBe(1);
    }
    const rows = (source: string): number => (source.match(/<tr>/g) ?? []).length;
    expect(rows(html)).toBe(rows(rendered(printed(sample()))));
    const heads = (source: string): number => (source.match(/<h[1-6]>/g) ?? []).length;
    expect(heads(html)).toBe(heads(rendered(printed(sample()))));
    expect(outsideCode(html)).not.toMatch(/Approved by IT<\/h/);
  });

  it.each(attacks)('whatever a text is: %j', (attack) => {
    for (const given of [attack, `a${attack}`, `${attack} b`, `${attack}${attack}`]) {
      const list = rendered(`- ${prose(given)}\n- ${code(given)}\n`);
      expect(tags(list).filter((tag) => !['<code', '<li', '<ul'].includes(tag))).toEqual([]);
      expect(list.match(/<li>/g)).toHaveLength(2);
      const table = rendered(`| a | b |\n| --- | --- |\n| ${cell(given)} | ${proseCell(given)} |\n`);
      expect(table.match(/<td>/g)).toHaveLength(2);
      expect(tags(table).filter((tag) => !/^<(?:t|code)/.test(tag))).toEqual([]);
      expect(outsideCode(table)).not.toMatch(/@|#|:\/\/|www\./);
    }
  });

  it.each([
    ['a\\|b', '| `a\\\\u007cb` |'],
    ['``', '| ``` `` ``` |'],
    ['`a', '| `` `a `` |'],
    [' ', '| ` ` |'],
    ['', '|  |'],
  ])('a cell of %j', (given, row) => {
    expect(`| ${cell(given)} |`).toBe(row);
  });

  it('leaves sentences readable', () => {
    expect(prose('Server x runs npm:@a/b@1.0, which no entry approves.')).toBe(
      'Server x runs `npm:@a/b@1.0`, which no entry approves.',
    );
    expect(prose('In ~/Library/Application Support/x.json (line 3).')).toBe(
      'In `~/Library/Application` `Support/x.json` (line 3).'.replace('` `', ' '),
    );
    expect(prose('run `shadowscan allowlist why NAME` first')).toBe(
      'run `shadowscan allowlist why NAME` first',
    );
    expect(prose('1. not a list')).toBe('`1`. not a list');
    expect(prose('it took 1.8 s at 09:12')).toBe('it took 1.8 s at 09:12');
  });
});

describe('markdown says what the report says', () => {
  const text = printed(sample());

  it('begins with how bad it is, and that it is partial', () => {
    expect(text.split('\n').slice(0, 5)).toEqual([
      '# shadowscan report',
      '',
      '**24 findings: 2 critical, 5 high, 12 medium, 4 low, 1 info**',
      '',
      expect.stringContaining('**This report is partial: 1 home and 3 places could not be seen.**'),
    ]);
    expect(printed(empty())).not.toContain('partial');
    expect(printed(empty())).toContain('**No findings**');
    expect(printed(sample({ findings: [] }))).toContain(
      '**No findings in what could be read, which is not all**',
    );
  });

  it('has every finding, the waived one apart and with the reason', () => {
    const [first = '', waived = ''] = text.split('\n## Waived (1)\n');
    expect(first.match(/^- .*<br>$/gm)).toHaveLength(24);
    expect(waived).toContain(
      'Waived by `it-security` until `2027-01-31`: Contractor, until the seat is bought',
    );
  });

  it('has every server and agent, the coverage, and every place that was not seen', () => {
    const section = (title: string): string => text.split(`\n## ${title}`)[1]!.split('\n## ')[0]!;
    expect(section('MCP servers').match(/^\| `/gm)).toHaveLength(15);
    expect(section('Agents').match(/^\| /gm)).toHaveLength(7 + 2);
    expect(section('Coverage')).toContain('22 tools looked for, 15 of them absent.');
    expect(section('Coverage').match(/^- /gm)).toHaveLength(4);
  });

  it('cuts long lists aloud', () => {
    const long = printed(many(2_000));
    expect(long).toContain('more, which the JSON report has');
    expect(long.length).toBeLessThan(400_000);
  });

  it('has the same bytes for the same report', () => {
    expect(printed(sample())).toBe(text);
  });
});
