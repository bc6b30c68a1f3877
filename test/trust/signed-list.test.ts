/** Signed lists through the program: `allowlist sign` and `verify`, and what a scan makes of a signature. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyPair } from './key-pair.ts';
import { folderWith, homeWith, reportOf, run, scanArgs, verdicts } from './program.ts';

const home = homeWith({ files: { command: 'npx', args: ['-y', 'files-mcp@1.2.3'] } });
const listText = 'version: 3\nname: Signed list\napprove:\n  - package: npm:files-mcp\n    version: 1.2.3\n';

/** A folder with keys and a list, signed by the program itself. */
function signedFolder(text = listText) {
  const [one, other] = [keyPair(), keyPair()];
  const folder = folderWith({
    'list.yaml': text,
    'one.pub': one.publicKey,
    'other.pub': other.publicKey,
    'one.key': one.secretKey,
    'other.key': other.secretKey,
  });
  const at = (name: string): string => path.join(folder, name);
  for (const name of ['one.key', 'other.key']) fs.chmodSync(at(name), 0o600);
  const signed = run(['allowlist', 'sign', at('list.yaml'), '--key-file', at('one.key')]);
  return { at, signed, key: one.publicKey.split('\n')[1]! };
}

describe('a signed list', () => {
  test('is signed and verified by the program, with either of two keys', () => {
    const { at, signed, key } = signedFolder();
    expect(signed).toMatchObject({ status: 0, stderr: '' });
    expect(signed.stdout).toMatch(/Signed list, version 3, without expiry, signed by key [0-9A-F]{16}\n$/);
    const both = ['--key', at('other.pub'), '--key', key];
    const verified = run(['allowlist', 'verify', at('list.yaml'), ...both]);
    expect(verified.status).toBe(0);
    expect(verified.stdout).toMatch(/: Signed list, version 3, signed by key [0-9A-F]{16}\n$/);
  });

  test('is told in the report as valid, and as unsigned when no key was named', () => {
    const { at, key } = signedFolder();
    const judged = reportOf(run(scanArgs(home, '--allowlist', at('list.yaml'), '--key', key)));
    expect(judged.allowlist).toMatchObject({ signature: 'valid', from: 'file', version: '3' });
    expect(judged.allowlist!.keyId).toMatch(/^[0-9A-F]{16}$/);
    expect(verdicts(judged)).toEqual({ files: 'approved' });
    const plain = reportOf(run(scanArgs(home, '--allowlist', at('list.yaml'))));
    expect(plain.allowlist!.signature).toBe('none');
    expect(plain.allowlist!.keyId).toBeUndefined();
  });

  test('ends a scan with 2 and one line when it was changed, lacks its signature, or another key made it', () => {
    const { at, key } = signedFolder();
    const refused = (what: RegExp, given: string, scanned = false): void => {
      const list = scanned
        ? scanArgs(home, '--allowlist', at('list.yaml'))
        : ['allowlist', 'verify', at('list.yaml')];
      const ended = run([...list, '--key', given]);
      expect(ended).toMatchObject({ status: 2, stdout: '' });
      expect(ended.stderr).toMatch(what);
      expect(ended.stderr.trim().split('\n')).toHaveLength(1);
    };
    refused(/was made by key [0-9A-F]{16}, which is not trusted/, at('other.pub'));
    fs.appendFileSync(at('list.yaml'), '  - package: npm:evil-mcp\n');
    refused(/does not fit the file/, key, true);
    fs.rmSync(at('list.yaml.minisig'));
    refused(/is not signed/, key, true);
    fs.writeFileSync(at('list.yaml.minisig'), 'nonsense');
    refused(/is not a minisign signature/, key);
    refused(/no such file, and no minisign public key/, 'nonsense');
    refused(/expected a minisign public key/, at('list.yaml'));
  });

  test('is refused when a newer one of its name was seen', () => {
    const { at, key } = signedFolder();
    const cache = folderWith({ 'versions.json': '{"signed Signed list":"4"}' });
    fs.chmodSync(path.join(cache, 'versions.json'), 0o600);
    const args = scanArgs(home, '--allowlist', at('list.yaml'), '--cache', cache);
    const refused = run([...args, '--key', key]);
    expect(refused).toMatchObject({ status: 2, stdout: '' });
    expect(refused.stderr).toMatch(/version 3 is older than 4, which was seen before/);
    fs.writeFileSync(path.join(cache, 'versions.json'), '{"signed Signed list":"3"}');
    expect(run([...args, '--key', key]).status).toBe(0);
  });

  test('a key without a list, and no key to verify with, are errors', () => {
    const { at, key } = signedFolder();
    expect(run(scanArgs(home, '--key', key)).stderr).toMatch(/goes with --allowlist/);
    expect(run(['allowlist', 'verify', at('list.yaml')]).stderr).toMatch(/name the public key/);
  });

  test('an expired one says so, approves nothing and still denies', () => {
    const text = `${listText}deny:\n  - package: npm:bad-mcp\nexpires: 2026-01-31\n`;
    const { at, key } = signedFolder(text);
    const both = homeWith({
      files: { command: 'npx', args: ['-y', 'files-mcp@1.2.3'] },
      bad: { command: 'npx', args: ['-y', 'bad-mcp@1.0.0'] },
    });
    const report = reportOf(run(scanArgs(both, '--allowlist', at('list.yaml'), '--key', key)));
    expect(verdicts(report)).toEqual({ files: 'unapproved', bad: 'denied' });
    expect(report.allowlist).toMatchObject({ signature: 'valid', expiresAt: '2026-01-31' });
    const files = report.facts.find((fact) => fact.kind === 'server' && fact.name === 'files');
    expect(files).toMatchObject({ why: 'approve[0] expired on 2026-01-31' });
    expect(run(['allowlist', 'verify', at('list.yaml'), '--key', key]).stdout).toMatch(
      /EXPIRED on 2026-01-31/,
    );
  });
});

describe('the signing key', () => {
  test.skipIf(process.platform === 'win32')('is refused when others can read it, or it is a link', () => {
    const { at } = signedFolder();
    const sign = (name: string) => run(['allowlist', 'sign', at('list.yaml'), '--key-file', at(name)]);
    fs.symlinkSync(at('one.key'), at('link.key'));
    expect(sign('link.key').stderr).toMatch(/must be a plain file and no link/);
    fs.chmodSync(at('one.key'), 0o640);
    expect(sign('one.key')).toMatchObject({ status: 2, stdout: '' });
    expect(sign('one.key').stderr).toMatch(/must be readable by (root|you) alone/);
    fs.chmodSync(at('one.key'), 0o602);
    expect(sign('one.key').stderr).toMatch(/must be writable by (root|you) alone/);
    expect(sign('missing.key').stderr).toMatch(/no such file/);
  });

  test('an encrypted one takes its passphrase from the environment, and without one says how', () => {
    const { at } = signedFolder();
    const bytes = Buffer.from(fs.readFileSync(at('one.key'), 'utf8').split('\n')[1]!, 'base64');
    bytes.write('Sc', 2, 'latin1');
    bytes.writeBigUInt64LE(32_768n, 38);
    bytes.writeBigUInt64LE(1_048_576n, 46);
    fs.writeFileSync(at('sealed.key'), `untrusted comment: x\n${bytes.toString('base64')}\n`, {
      mode: 0o600,
    });
    const args = ['allowlist', 'sign', at('list.yaml'), '--key-file', at('sealed.key')];
    expect(run(args).stderr).toMatch(/run it on a terminal, or set SHADOWSCAN_PASSPHRASE/);
    const wrong = run(args, { SHADOWSCAN_PASSPHRASE: 'not the right one' });
    expect(wrong).toMatchObject({ status: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/passphrase is wrong/);
    expect(wrong.stderr).not.toContain('not the right one');
  });

  test('a list that is wrong is not signed', () => {
    const { at } = signedFolder();
    fs.rmSync(at('list.yaml.minisig'));
    fs.writeFileSync(at('list.yaml'), 'version: 1\nname: x\napprove: [{ package: "npm:a b" }]\n');
    expect(run(['allowlist', 'sign', at('list.yaml'), '--key-file', at('one.key')]).status).toBe(2);
    expect(fs.existsSync(at('list.yaml.minisig'))).toBe(false);
  });
});
