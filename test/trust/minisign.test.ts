/**
 * Signatures as minisign makes and checks them. Where Debian's minisign is installed, it is the other side of
 * each exchange, with keys made for the run.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { scryptSync } from 'node:crypto';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifySignature } from '../../src/allowlist/signature.ts';
import { parsePublicKey, parseSignature } from '../../src/parse/minisign.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { isEncrypted, scryptCost, signFile } from '../../src/secrets/signing-key.ts';

const there = spawnSync('minisign', ['-v']).status === 0;
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-minisign-'));
const at = (name: string): string => path.join(folder, name);
const text = (name: string): string => fs.readFileSync(at(name), 'utf8');
const minisign = (args: string[], input = ''): string =>
  execFileSync('minisign', args, { input, cwd: folder, encoding: 'utf8', stdio: 'pipe' });
const list = Buffer.from('version: 1\nname: List\n');
/** Four lines with one of them replaced. */
const withLine = (signature: string, line: number, by: (old: string) => string): string =>
  signature
    .split('\n')
    .map((old, index) => (index === line ? by(old) : old))
    .join('\n');

/** A plain key encrypted at a small part of minisign's cost. */
function cheap(key: string, passphrase: string): string {
  const bytes = Buffer.from(key.split('\n')[1]!, 'base64');
  bytes.write('Sc', 2, 'latin1');
  bytes.writeBigUInt64LE(524_288n, 38);
  bytes.writeBigUInt64LE(16_777_216n, 46);
  const stream = scryptSync(passphrase, bytes.subarray(6, 38), 104, {
    N: 2 ** 14,
    r: 8,
    p: 1,
    maxmem: 2 ** 26,
  });
  for (const [index, byte] of stream.entries()) bytes[54 + index]! ^= byte;
  return `untrusted comment: x\n${bytes.toString('base64')}\n`;
}

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!there)("against Debian's minisign", () => {
  beforeAll(() => {
    fs.writeFileSync(at('list'), list);
    minisign(['-G', '-W', '-f', '-p', 'a.pub', '-s', 'a.key']);
    minisign(['-G', '-W', '-f', '-p', 'b.pub', '-s', 'b.key']);
    // At minisign's own cost: a gigabyte and some seconds for each use.
    minisign(['-G', '-f', '-p', 'c.pub', '-s', 'c.key'], 'correct horse\ncorrect horse\n');
    minisign(['-S', '-s', 'a.key', '-m', 'list', '-t', 'version 7', '-x', 'a.minisig']);
    minisign(['-S', '-l', '-s', 'a.key', '-m', 'list', '-x', 'legacy.minisig']);
  });
  const key = (name: string) => parsePublicKey(text(name))!;

  test('its signatures are valid, prehashed and legacy, with either of two keys', () => {
    const keys = [key('b.pub'), key('a.pub')];
    expect(verifySignature(list, text('a.minisig'), keys)).toEqual({
      keyId: key('a.pub').id,
      comment: 'version 7',
    });
    expect(verifySignature(list, text('legacy.minisig'), keys)).toMatchObject({ keyId: key('a.pub').id });
    expect(parseSignature(text('legacy.minisig'))!.prehashed).toBe(false);
    expect(verifySignature(list, text('a.minisig').replaceAll('\n', '\r\n'), keys)).toBeTypeOf('object');
  });

  test('the key may be given as its second line, and is called what minisign calls it', () => {
    const line = text('a.pub').split('\n')[1]!;
    expect(parsePublicKey(line)).toEqual(key('a.pub'));
    // minisign leaves out zeros in front.
    const called = /public key ([0-9A-F]+)/.exec(text('a.pub'))![1]!;
    expect(called.padStart(16, '0')).toBe(key('a.pub').id);
  });

  test('a changed file, signature, comment or key is refused', () => {
    const keys = [key('a.pub')];
    const signature = text('a.minisig');
    const flipped = (line: string): string => {
      const bytes = Buffer.from(line, 'base64');
      bytes[bytes.length - 1]! ^= 1;
      return bytes.toString('base64');
    };
    expect(verifySignature(Buffer.from('version: 2\nname: List\n'), signature, keys)).toMatch(/changed/);
    expect(verifySignature(list, withLine(signature, 1, flipped), keys)).toMatch(/changed/);
    expect(verifySignature(list, withLine(signature, 3, flipped), keys)).toMatch(/comment/);
    const other = withLine(signature, 2, () => 'trusted comment: version 8');
    expect(verifySignature(list, other, keys)).toMatch(/trusted comment that was changed/);
    expect(verifySignature(list, signature, [key('b.pub')])).toMatch(/not trusted/);
    expect(verifySignature(list, signature, [])).toMatch(/trusted: none/);
    // Another key under the number of the trusted one.
    const forged = { ...key('b.pub'), id: key('a.pub').id };
    expect(verifySignature(list, signature, [forged])).toMatch(/changed/);
    expect(verifySignature(list, signature, [forged, ...keys])).toBeTypeOf('object');
  });

  test('it accepts what is signed here, with a plain key and with an encrypted one', () => {
    for (const [name, passphrase] of [
      ['a', null],
      ['c', 'correct horse'],
    ] as const) {
      const secret = new Secret(text(`${name}.key`));
      expect(isEncrypted(secret)).toBe(passphrase !== null);
      const made = signFile(list, secret, passphrase === null ? null : new Secret(passphrase), 'version 7');
      if (typeof made === 'string') throw new Error(made);
      fs.writeFileSync(at('ours.minisig'), made.signature);
      const said = minisign(['-V', '-p', `${name}.pub`, '-m', 'list', '-x', 'ours.minisig']);
      expect(said).toContain('Trusted comment: version 7');
      expect(verifySignature(list, made.signature, [key(`${name}.pub`)])).toEqual({
        keyId: key(`${name}.pub`).id,
        comment: 'version 7',
      });
    }
  });

  test('a wrong passphrase, none, and a damaged key are told apart', () => {
    const secret = new Secret(cheap(text('a.key'), 'correct horse'));
    expect(signFile(list, secret, new Secret('correct horse'), '')).toBeTypeOf('object');
    expect(signFile(list, secret, new Secret('wrong'), '')).toMatch(/passphrase is wrong/);
    expect(signFile(list, secret, null, '')).toMatch(/needs its passphrase/);
    const bytes = Buffer.from(text('a.key').split('\n')[1]!, 'base64');
    bytes[70]! ^= 1;
    const damaged = new Secret(`untrusted comment: x\n${bytes.toString('base64')}\n`);
    expect(signFile(list, damaged, null, '')).toMatch(/damaged/);
  });
});

test('what is no key or signature is none', () => {
  for (const no of ['', 'RWQ', 'untrusted comment: x\n', 'x\ny\nz\nw\n', '\0'.repeat(100)]) {
    expect(parsePublicKey(no)).toBeNull();
    expect(parseSignature(no)).toBeNull();
    expect(isEncrypted(new Secret(no))).toBeNull();
  }
  expect(verifySignature(list, 'x', [])).toMatch(/is not a minisign signature/);
  expect(signFile(list, new Secret('x'), null, '')).toMatch(/is not a minisign secret key/);
});

test("a key's cost is what libsodium makes of its limits, and bounded", () => {
  expect(scryptCost(33_554_432n, 1_073_741_824n)).toEqual({ N: 2 ** 20, r: 8, p: 1 });
  expect(scryptCost(524_288n, 16_777_216n)).toEqual({ N: 2 ** 14, r: 8, p: 1 });
  expect(scryptCost(2n ** 40n, 2n ** 40n)).toBeNull();
  expect(scryptCost(2n ** 63n, 1024n * 1024n)).toBeNull();
});
