/** Verdicts, threats and official servers on facts, with the threats and remotes of the project itself. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { approve } from '../../src/evaluate/approve.ts';
import { isRange } from '../../src/identity/range.ts';
import { makePackage } from '../../src/identity/purl.ts';
import { normaliseUrl } from '../../src/identity/url.ts';
import { type Fact, Package, type ServerFact } from '../../src/model/fact.ts';
import { RemoteFile, ThreatFile } from '../../src/model/rules.ts';
import { parseRuleFile } from '../../src/parse/rule-file.ts';
import { fact } from './default-facts.ts';

const files = (folder: string): [string, Buffer][] => {
  const place = new URL(`../../rules/${folder}/`, import.meta.url);
  return readdirSync(place).map((file) => [`${folder}/${file}`, readFileSync(new URL(file, place))]);
};
const threats = files('threats').flatMap(([path, bytes]) => parseRuleFile(ThreatFile, bytes, path).threats);
const remotes = files('remotes').flatMap(([path, bytes]) => parseRuleFile(RemoteFile, bytes, path).remotes);
const rules = { threats, remotes };

function list(text: string): ReturnType<typeof matcher> {
  const bytes = Buffer.from(`version: 1\nname: test\n${text}`);
  return matcher(parseAllowlist(bytes, 'list.yaml'), new Date('2026-11-20T12:00:00Z'));
}

function judged<F extends Fact>(one: F, approver: ReturnType<typeof matcher> | null = null): F {
  return approve([one], approver, rules)[0] as F;
}

function npm(
  name: string,
  version: string | null,
  exact: string | null = version,
  type: 'npm' | 'pypi' = 'npm',
): ServerFact {
  const found = makePackage(type, name, version, exact);
  return fact('server', { package: found, identity: found?.purl ?? null });
}

const ids = (one: ServerFact): string[] => judged(one).threats.map(({ id }) => id);

const at = (url: string): string[] => ids(fact('server', { package: null, identity: url, url }));

const extension = (id: string, version: string | null): Fact =>
  judged(fact('extension', { extension: id, version }));

const agent = (id: string, version: string | null): string[] | undefined =>
  judged(fact('agent', { tools: [id], version })).threats?.map((one) => one.id);

describe('the threats of the project', () => {
  test('are all there and can all match', () => {
    expect(threats.length).toBeGreaterThanOrEqual(95);
    expect(new Set(threats.map(({ id }) => id)).size).toBe(threats.length);
    for (const { id, ecosystem, name, versions, sources, note } of threats) {
      expect([id, isRange(versions)]).toEqual([id, true]);
      expect(sources.length).toBeGreaterThan(0);
      expect(note).toMatch(/^[a-z].*[^.]$/);
      const kinds = [...Package.shape.type.options, 'extension', 'tool', 'url'];
      expect(kinds).toContain(ecosystem);
      if (ecosystem === 'url')
        expect([id, normaliseUrl(name) !== null || /^[\w-]+(\.[\w-]+)+$/.test(name)]).toEqual([id, true]);
    }
  });

  test('accuse nobody on hearsay', () => {
    expect(threats.filter((one) => one.class === 'malicious' && one.confidence === 'low')).toEqual([]);
  });
});

describe('the remotes of the project', () => {
  test('are https addresses of one vendor each', () => {
    expect(remotes.length).toBe(100);
    expect(new Set(remotes.map(({ vendor }) => vendor)).size).toBe(100);
    for (const url of remotes.flatMap(({ urls }) => urls))
      expect(url).toMatch(/^https:\/\/[\w.-]+(\/[\w./-]*)?$/);
  });

  test('are offered for the packages that they replace', () => {
    expect(judged(npm('@modelcontextprotocol/server-github', null)).officialRemotes).toEqual([
      'https://api.githubcopilot.com/mcp/',
    ]);
    expect(judged(npm('mcp_server_sentry', null, null, 'pypi')).officialRemotes).toContain(
      'https://mcp.sentry.dev/mcp',
    );
    expect(judged(npm('some-mcp', '1.0.0')).officialRemotes).toEqual([]);
    for (const text of remotes.flatMap(({ replaces }) => replaces))
      expect(text).toMatch(/^(npm|pypi|oci):\S+$/);
  });

  test('are not themselves called old', () => {
    const old = new Set(threats.filter((one) => one.ecosystem === 'url').map(({ name }) => name));
    expect(remotes.flatMap(({ urls }) => urls).filter((url) => old.has(url))).toEqual([]);
  });
});

describe('threats', () => {
  test('by name and version', () => {
    expect(ids(npm('mcp-remote', '0.1.15'))).toEqual(['npm-mcp-remote-cve-2025-6514']);
    expect(ids(npm('mcp-remote', '0.1.16'))).toEqual([]);
    expect(ids(npm('mcp-remote', '0.0.4'))).toEqual([]);
    expect(ids(npm('mcp-remotes', '0.1.15'))).toEqual([]);
    expect(ids(npm('mcp-remote', '0.1.15', '0.1.15', 'pypi'))).toEqual([]);
  });

  test('of releases by date and by number', () => {
    const name = '@modelcontextprotocol/server-filesystem';
    expect(ids(npm(name, '2025.8.21'))).toHaveLength(1);
    expect(ids(npm(name, '0.6.2'))).toHaveLength(1);
    expect(ids(npm(name, '2.4.0'))).toEqual([]);
    expect(ids(npm('mcp-server-git', '0.6.2', '0.6.2', 'pypi'))).toHaveLength(1);
    expect(ids(npm('mcp-server-git', '2026.11.18', '2026.11.18', 'pypi'))).toEqual([]);
  });

  test('of what is not pinned: only what the newest release is subject to', () => {
    expect(ids(npm('mcp-remote', null))).toEqual([]);
    expect(ids(npm('mcp-remote', 'latest', null))).toEqual([]);
    expect(ids(npm('mcp-remote', '~0.1.3', null))).toEqual([]);
    expect(ids(npm('mcp-remote', '0.0.5 - 0.1.10', null))).toEqual(['npm-mcp-remote-cve-2025-6514']);
    expect(ids(npm('mcp-echarts', null))).toEqual([]);
    expect(ids(npm('postmark-mcp', null))).toEqual(['npm-postmark-mcp']);
    expect(ids(npm('@modelcontextprotocol/server-github', null))).toEqual([
      'npm-modelcontextprotocol-server-github',
    ]);
  });

  test('of the bridge as well as of what it runs', () => {
    const bridge = makePackage('npm', 'mcp-remote', '0.1.15', '0.1.15');
    const remote = fact('server', { package: bridge, identity: 'https://mcp.example.com/mcp' });
    expect(ids(remote)).toEqual(['npm-mcp-remote-cve-2025-6514']);
    const nested = fact('server', { package: bridge, identity: 'pkg:npm/postmark-mcp' });
    expect(ids(nested)).toEqual(['npm-postmark-mcp', 'npm-mcp-remote-cve-2025-6514']);
  });

  test('of hosts and of single addresses', () => {
    expect(at('https://giftshop.club/mcp')).toEqual(['url-giftshop-club']);
    expect(at('https://www.GiftShop.club:8443/x')).toEqual(['url-giftshop-club']);
    expect(at('https://notgiftshop.club/mcp')).toEqual([]);
    expect(at('https://giftshop.club.example.com/mcp')).toEqual([]);
    expect(at('https://mcp.linear.app/sse/')).toEqual(['url-mcp-linear-app-sse']);
    expect(at('https://mcp.linear.app/mcp')).toEqual([]);
  });

  test('of extensions and agents by their installed version', () => {
    expect(extension('gvotcha.claude-code-extension', null)).toMatchObject({
      verdict: 'denied',
      threats: [{ class: 'malicious' }],
    });
    expect(extension('nrwl.angular-console', '18.95.0')).toMatchObject({ verdict: 'denied' });
    expect(extension('nrwl.angular-console', '18.100.0')).toMatchObject({ verdict: 'unjudged', threats: [] });
    expect(extension('nrwl.angular-console', null)).toMatchObject({ verdict: 'unjudged', threats: [] });
    expect(agent('cursor', '1.2.4')).toEqual([
      'tool-cursor-cve-2025-54133',
      'tool-cursor-cve-2025-54135',
      'tool-cursor-cve-2025-54136',
    ]);
    expect(agent('cursor', '2.1.0')).toEqual([]);
    expect(agent('cursor', null)).toEqual([]);
  });
});

describe('verdicts', () => {
  test('without a list nothing is judged, but malware is denied', () => {
    expect(judged(npm('some-mcp', '1.0.0'))).toMatchObject({
      verdict: 'unjudged',
      approval: null,
      why: null,
    });
    expect(judged(npm('mcp-remote', '0.1.15'))).toMatchObject({ verdict: 'unjudged' });
    const bad = judged(npm('postmark-mcp', '1.0.12'));
    expect(bad).toMatchObject({ verdict: 'denied', approval: null });
    expect(bad.why).toContain('npm-postmark-mcp');
    expect(judged(npm('mcp-echarts', '0.8.1'))).toMatchObject({ verdict: 'denied' });
    expect(judged(npm('mcp-echarts', '0.8.2'))).toMatchObject({ verdict: 'unjudged' });
  });

  test('a doubtful report denies nothing', () => {
    const one = judged(npm('nx', '21.5.0'));
    expect(one).toMatchObject({ verdict: 'unjudged', threats: [{ confidence: 'low' }] });
  });

  test('an approval does not help malware, a vulnerability does not take an approval away', () => {
    const approver = list('approve:\n  - package: npm:postmark-mcp\n  - package: npm:mcp-remote\n');
    expect(judged(npm('postmark-mcp', '1.0.16'), approver)).toMatchObject({
      verdict: 'denied',
      approval: null,
    });
    expect(judged(npm('mcp-remote', '0.1.15'), approver)).toMatchObject({
      verdict: 'approved',
      threats: [{ class: 'vulnerable' }],
    });
  });

  test('a denial of the list stands even for malware', () => {
    const approver = list('deny:\n  - { id: no-mail, package: "npm:postmark-mcp" }\n');
    expect(judged(npm('postmark-mcp', '1.0.16'), approver)).toMatchObject({
      verdict: 'denied',
      approval: { entry: 'no-mail' },
    });
  });

  test('facts that nobody approves are left as they are', () => {
    for (const kind of ['credential', 'account', 'permission', 'workspace', 'gap', 'profile'] as const) {
      expect(judged(fact(kind))).toEqual(fact(kind));
    }
  });
});
