/** Rule bundles: made, signed and used by the program, and refused where anything about them is wrong. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { signBeside } from '../../src/cli/allowlist-sign.ts';
import { publicKeys } from '../../src/cli/keys.ts';
import { loadRules } from '../../src/cli/load.ts';
import { loadBundle, makeBundle, parseBundle } from '../../src/cli/rule-bundle.ts';
import { keyPair } from './key-pair.ts';
import { folderWith, homeWith, reportOf, run, scanArgs } from './program.ts';

const threat = `description: of the company
threats:
  - { id: corp-1, ecosystem: npm, name: files-mcp, versions: "*", class: malicious, severity: critical, confidence: high, note: steals files, sources: [corp] }
`;
const builtIn = path.join(import.meta.dirname, '..', '..', 'rules');
const now = new Date('2026-11-20T12:00:00Z');

/** A folder with keys, and what makes and loads a bundle of it. */
function workshop(folder = 'own') {
  const [one, other] = [keyPair(), keyPair()];
  const top = folderWith({
    'own/threats/corp.yaml': threat,
    'one.key': one.secretKey,
    'one.pub': one.publicKey,
    'other.pub': other.publicKey,
  });
  const at = (name: string): string => path.join(top, name);
  const file = at('b.json');
  fs.chmodSync(at('one.key'), 0o600);
  const from = folder === 'own' ? at('own') : folder;
  const write = async (text: string): Promise<void> => {
    fs.writeFileSync(file, text);
    await signBeside(file, Buffer.from(text), at('one.key'));
  };
  const make = async (version: string, expires?: string): Promise<void> => {
    const head = { name: 'corp', version, ...(expires !== undefined && { expires }) };
    await write(makeBundle(from, head, now).text);
  };
  const load = (key: string | null = 'one.pub', remember = false) => {
    const keys = key === null ? [] : publicKeys([at(key)], '--key');
    const trust = { keys, keysFrom: '--key', signed: true, refuseExpired: false };
    return loadBundle(file, now, { trust, cache: at('cache'), remember });
  };
  return { at, file, write, make, load };
}

describe('through the program, a bundle', () => {
  test('adds its rules when it is signed, and counts for nothing when it is not', () => {
    const { at, file } = workshop();
    const made = run(['rules', 'bundle', at('own'), '--name', 'corp', '--release', '2', '-o', file]);
    expect(made).toMatchObject({ status: 0, stderr: '' });
    const signed = run(['rules', 'sign', file, '--key-file', at('one.key')]);
    expect(signed.stdout).toMatch(/corp, version 2, without expiry, signed by key [0-9A-F]{16}\n$/);
    const home = homeWith({ files: { command: 'npx', args: ['-y', 'files-mcp@1.2.3'] } });
    const report = reportOf(run(scanArgs(home, '--rules', file, '--key', at('one.pub'))));
    expect(report.tool.rules.version).toBe('2');
    expect(report.findings.map(({ check }) => check)).toContain('server-malicious');
    expect(report.run.sideEffects).toEqual([]);
    const open = run(scanArgs(home, '--rules', file));
    expect(open).toMatchObject({ status: 2, stdout: '' });
    expect(open.stderr).toMatch(/b\.json: a rule bundle counts only when a key .* has signed it\n$/);
  });
});

describe('a bundle', () => {
  test('of all rules takes the place of the built-in ones, and means the same', async () => {
    const { at, file, make, load } = workshop(builtIn);
    await make('3', '2999-01-01');
    expect((await load()).bundle).toMatchObject({ adds: false, version: '3', expires: '2999-01-01' });
    const trust = {
      keys: publicKeys([at('one.pub')], 'x'),
      keysFrom: 'x',
      signed: true,
      refuseExpired: false,
    };
    const own = await loadRules();
    expect(await loadRules(file, { trust, cache: at('cache') })).toEqual({ ...own, version: '3' });
  });

  test('is refused without key, by another key, without signature, and when anything was changed', async () => {
    const { at, file, make, load } = workshop();
    await make('2');
    expect((await load()).folded.threats).toHaveProperty('corp');
    await expect(load(null)).rejects.toThrow(/counts only when a key/);
    await expect(load('other.pub')).rejects.toThrow(/was made by key [0-9A-F]{16}, which is not trusted/);
    const text = fs.readFileSync(file, 'utf8');
    fs.writeFileSync(file, text.replace('"*"', '"<1"'));
    await expect(load()).rejects.toThrow(/b\.json\.minisig: does not fit the file/);
    fs.writeFileSync(file, text);
    fs.renameSync(`${file}.minisig`, at('x'));
    await expect(load()).rejects.toThrow(/b\.json: is not signed/);
  });

  test('is refused when it has expired, or is older than one that was seen', async () => {
    const { make, load } = workshop();
    await make('2.10', '2026-11-20');
    await load('one.pub', true);
    await make('2.9');
    await expect(load()).rejects.toThrow(/version 2\.9 is older than 2\.10, which was seen before/);
    await make('2.11', '2026-11-19');
    await expect(load('one.pub', true)).rejects.toThrow(/b\.json: expired on 2026-11-19/);
    await make('2.11');
    await load();
    // It was looked at and not remembered.
    await make('2.10');
    await load();
  });

  test("that is a list, another program's, or no JSON is none", async () => {
    const { write, load } = workshop();
    const list = JSON.stringify({ version: 1, name: 'x' });
    for (const text of ['x', '{}', '{"schema":"shadowscan.rules/2"}', '[]', 'null', list]) {
      expect(() => parseBundle(Buffer.from(text), 'b.json')).toThrow(/^b\.json: is no rule bundle/);
      await write(text);
      await expect(load()).rejects.toThrow(/is no rule bundle/);
    }
  });

  test('that this program does not understand is refused, and so are patterns that take too long', async () => {
    const { at, write, load } = workshop();
    const { bundle } = makeBundle(at('own'), { name: 'corp', version: '1' }, now);
    const given = (rules: object) => write(JSON.stringify({ ...bundle, rules }));
    await given({ ...bundle.rules, sinks: {} });
    await expect(load()).rejects.toThrow(/holds sinks that this program does not know/);
    await given({ ...bundle.rules, threats: { corp: { description: 'x', threats: [{ id: 1 }] } } });
    await expect(load()).rejects.toThrow(/threats\/corp \(threats\.0\.id\): is not as this program knows it/);
    const found = { severity: 'high', confidence: 'high', matches: ['xya'], clean: ['x'] };
    const shape = { id: 'x', title: 'x', pattern: 'xy(a+)+$', anchors: ['xy'], prefix: 'x', ...found };
    await given({ ...bundle.rules, secrets: { corp: { provider: 'x', shapes: [shape] } } });
    await expect(load()).rejects.toThrow(/takes more than linear time/);
  });

  test('is not made of a folder with a mistake, nor of one that replaces a built-in rule', () => {
    const top = folderWith({
      'bad/threats/x.yaml': 'description: x\nthreats: [{ id: 1 }]\n',
      'same/threats/malicious.yaml': 'description: x\nthreats: []\n',
    });
    const made = (name: string) => makeBundle(path.join(top, name), { name: 'x', version: '1' }, now);
    expect(() => made('bad')).toThrow(/threats\/x\.yaml:2:/);
    expect(() => made('same')).toThrow(/malicious would replace a built-in rule/);
  });
});
