/** The HTML report in a real Chromium: nothing of others runs, and what it offers works, light, dark, narrow. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { type Browser, type Page, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { html } from '../../src/report/html.ts';
import { empty, hostile, many } from './hostile.ts';
import { sample } from './sample.ts';

const executablePath =
  ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((one) => fs.existsSync(one)) ?? '';
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-html-'));
const reports = {
  sample,
  empty,
  hostile,
  many: () => many(2_000),
  five: () => sample({ findings: sample().findings.slice(0, 5) }),
};
type Name = keyof typeof reports;

type Opened = { page: Page; said: string[]; asked: string[]; refused: string[] };

/** The least contrast (WCAG 2) of any text with its ground; as text, since it runs in the page. */
const worstContrast = `() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (from) => {
    for (let at = from; at !== null; at = at.parentElement) {
      const { backgroundColor } = getComputedStyle(at);
      if (parts(backgroundColor)[3] !== 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const all = [...document.querySelectorAll('.tag, p, h1, h2, h3, dt, dd, a, code, .soft, .count, td, th')]
    .filter((one) => one.textContent.trim() !== '' && one.closest('svg') === null);
  return Math.min(...all.map((one) => {
    const pair = [light(getComputedStyle(one).color), light(ground(one))].sort((a, b) => b - a);
    return (pair[0] + 0.05) / (pair[1] + 0.05);
  }));
}`;

describe.skipIf(executablePath === '')('the page in Chromium', () => {
  let browser: Browser;

  beforeAll(async () => {
    for (const [name, report] of Object.entries(reports))
      fs.writeFileSync(path.join(folder, `${name}.html`), [...html((report as () => Report)())].join(''));
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });
  afterAll(async () => {
    await browser.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  /** A page, with what it said on its console and what it asked for. */
  async function open(file: string, options: object = {}): Promise<Opened> {
    const context = await browser.newContext({ viewport: { width: 1100, height: 900 }, ...options });
    const page = await context.newPage();
    const said: string[] = [];
    const asked: string[] = [];
    const refused: string[] = [];
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => said.push(dialog.message()));
    page.on('request', (request) => asked.push(request.url()));
    page.on('requestfailed', (request) => {
      if (request.failure()?.errorText === 'csp') refused.push(request.url());
    });
    await page.goto(`file://${path.join(folder, file)}`);
    return { page, said, asked, refused };
  }

  /** Waits until the page says how many are left, with these words. */
  const told = (page: Page, words: string): Promise<void> =>
    page.locator('#count', { hasText: words }).waitFor();
  const visible = (page: Page): Promise<number> => page.locator('article:not([hidden])').count();

  it.each(Object.keys(reports) as Name[])(
    '%s: says nothing, asks for nothing, and is not owned',
    async (name) => {
      const { page, said, asked } = await open(`${name}.html`);
      expect(said).toEqual([]);
      expect(asked).toEqual([`file://${path.join(folder, `${name}.html`)}`]);
      expect(await page.evaluate("'owned' in globalThis")).toBe(false);
      expect(await page.locator('#count').count()).toBe(name === 'empty' ? 0 : 1);
      await page.context().close();
    },
  );

  it('its policy stops what would have got in', async () => {
    const text = fs.readFileSync(path.join(folder, 'sample.html'), 'utf8');
    const injected =
      '<script>window.owned=1</script><img src="https://evil.example/x" onerror="window.owned=1">' +
      '<p style="position:fixed" onclick="window.owned=1">x</p><svg onload="window.owned=1"></svg>';
    fs.writeFileSync(path.join(folder, 'injected.html'), text.replace('<main>', `<main>${injected}`));
    const { page, said, asked, refused } = await open('injected.html');
    expect(await page.evaluate("'owned' in globalThis")).toBe(false);
    expect(said.filter((line) => /Content Security Policy/.test(line)).length).toBeGreaterThanOrEqual(4);
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual(refused);
    expect(refused).toEqual(['https://evil.example/x']);
    await page.context().close();
  });

  it('filters by words, severity, tool, user and state, and says how many are left', async () => {
    const { page } = await open('sample.html');
    expect(await page.locator('#count').textContent()).toBe('25 shown');
    await page.fill('#search', 'plaintext figma');
    await told(page, 'of 25');
    expect(await page.locator('#count').textContent()).toBe('1 of 25 shown');
    expect(await page.locator('article:visible .where').allTextContents()).toEqual([
      expect.stringContaining('cline_mcp_settings.json:9'),
    ]);
    await page.click('#reset');
    expect(await visible(page)).toBe(25);
    await page.click('button[data-severity=medium]');
    expect(await visible(page)).toBe(25 - 12);
    await page.click('#reset');
    await page.selectOption('select[data-filter=tools]', { label: 'Goose' });
    expect(await visible(page)).toBe(sample().findings.filter(({ tools }) => tools.includes('goose')).length);
    await page.click('#reset');
    await page.selectOption('select[data-filter=user]', { label: 'bob' });
    expect(await visible(page)).toBe(sample().findings.filter(({ user }) => user === 'bob').length);
    await page.click('#reset');
    await page.selectOption('select[data-filter=state]', 'waived');
    expect(await visible(page)).toBe(1);
    await page.context().close();
  });

  it('leads from an agent to its findings, and from the top to a group', async () => {
    const { page } = await open('sample.html');
    await page.locator('section.card', { hasText: 'Goose of bob' }).locator('button').click();
    expect(await visible(page)).toBe(sample().findings.filter(({ tools }) => tools.includes('goose')).length);
    await page.keyboard.press('Escape');
    expect(await visible(page)).toBe(25);
    const group = page.locator('details.group', { hasText: 'An MCP server is not on the allowlist' });
    expect(await group.getAttribute('open')).toBeNull();
    await page.locator('ol.first a', { hasText: 'not on the allowlist' }).click();
    expect(await group.getAttribute('open')).toBe('');
    await page.context().close();
  });

  it('works by keyboard', async () => {
    const { page } = await open('sample.html');
    await page.keyboard.press('/');
    expect(await page.evaluate('document.activeElement.id')).toBe('search');
    await page.keyboard.type('gmail');
    await told(page, 'of 25');
    await page.keyboard.press('Escape');
    expect(await page.locator('#count').textContent()).toBe('25 shown');
    const focused = (): Promise<unknown> =>
      page.evaluate("document.activeElement.querySelector('.where')?.textContent ?? ''");
    await page.keyboard.press('j');
    expect(await focused()).toBe('~alice/.cursor/mcp.json:14');
    await page.keyboard.press('j');
    expect(await focused()).toBe('~alice/.claude.json:52');
    await page.keyboard.press('k');
    expect(await focused()).toBe('~alice/.cursor/mcp.json:14');
    await page.keyboard.press('e');
    expect(await page.locator('#findings ~ details.group:has(article):not([open])').count()).toBe(0);
    await page.keyboard.press('e');
    expect(await page.locator('#findings ~ details.group:has(article)[open]').count()).toBe(0);
    await page.context().close();
  });

  it('searches two thousand findings', async () => {
    const { page } = await open('many.html');
    expect(await page.locator('#count').textContent()).toBe('2000 shown');
    await page.fill('#search', 'mcp.json.1999');
    await told(page, 'of 2000');
    expect(await visible(page)).toBe(await page.locator('article', { hasText: 'mcp.json.1999' }).count());
    await page.fill('#search', 'nothing has this');
    await told(page, '0 of');
    await page.context().close();
  });

  it('is whole without its script', async () => {
    const { page } = await open('sample.html', { javaScriptEnabled: false });
    expect(await page.locator('article').count()).toBe(25);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    await page.context().close();
  });

  it.each(['sample', 'hostile', 'empty'] as const)('%s: is never wider than a phone', async (name) => {
    const { page } = await open(`${name}.html`, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    await page.context().close();
  });

  const highest = (what: string): string =>
    `Math.max(...[...document.querySelectorAll('${what}')].map((one) => one.getBoundingClientRect().height))`;

  it('on a phone: words are not broken in the middle, and no name pushes the rest away', async () => {
    const { page } = await open('hostile.html', { viewport: { width: 390, height: 740 } });
    expect(await page.evaluate(highest('summary .tag, td .tag'))).toBeLessThan(32);
    expect(await page.evaluate(highest('ol.first .name'))).toBeLessThan(100);
    expect(await page.evaluate(highest('h3'))).toBeLessThan(140);
    const aside = page.locator('.narrow').first();
    expect(await aside.isVisible()).toBe(true);
    await page.setViewportSize({ width: 1280, height: 740 });
    expect(await aside.isVisible()).toBe(false);
    await page.context().close();
  });

  it('says of checks that had nothing to look at no more than that', () => {
    const clean = empty();
    const score = { achieved: 0, evaluated: 0, notEvaluated: 57 };
    const page = [...html({ ...clean, summary: { ...clean.summary, score } })].join('');
    expect(page).toContain('No check had anything to look at.');
    expect(page).not.toMatch(/0 of 0|class="meter"/);
  });

  it.each(['light', 'dark'] as const)('%s: text stands out from its ground', async (colorScheme) => {
    const { page } = await open('sample.html', { colorScheme });
    const worst = await page.evaluate(`(${worstContrast})()`);
    expect(worst).toBeGreaterThanOrEqual(4.5);
    const paper = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(paper).toBe(colorScheme === 'dark' ? 'rgb(20, 21, 23)' : 'rgb(251, 251, 250)');
    await page.context().close();
  });

  it('prints everything, dark on light, without what only works on a screen', async () => {
    const { page } = await open('sample.html', { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    await page.evaluate("dispatchEvent(new Event('beforeprint')) && null");
    expect(await page.locator('details:not([open])').count()).toBe(0);
    expect(await page.locator('.tools').isVisible()).toBe(false);
    expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
    expect(await page.locator('article:visible').count()).toBe(25);
    await page.evaluate("dispatchEvent(new Event('afterprint')) && null");
    expect(await page.locator('details:not([open])').count()).toBeGreaterThan(0);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
    await page.context().close();
  });
});
