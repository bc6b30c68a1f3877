/** Signatures of Mac executables, held against a reader that shares no line with what makes them. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { signed } from '../../scripts/build/sign-mach-o.ts';

const reader = path.join(import.meta.dirname, '..', '..', 'scripts', 'proof', 'mach_o_signature.py');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-mach-o-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

function read(bytes: Buffer): string {
  const file = path.join(folder, 'program');
  fs.writeFileSync(file, bytes);
  const { stdout, status } = spawnSync('python3', [reader, file], { encoding: 'utf8' });
  expect(status).toBe(stdout.includes(': ok, ') ? 0 : 1);
  return stdout.slice(file.length + 2).trim();
}

/** An executable of a segment with one section and a last segment of some bytes. */
function executable(linked: number, firstSection = 4096): Buffer {
  const text = 16_384;
  const file = Buffer.alloc(text + linked, 7);
  file.fill(0, 0, firstSection);
  const words = [0xfeedfacf, 0x100000c, 0, 2, 2, 72 + 80 + 72, 0, 0];
  words.forEach((word, nth) => file.writeUInt32LE(word, 4 * nth));
  const segment = (at: number, name: string, place: number[], sections: number): void => {
    file.writeUInt32LE(0x19, at);
    file.writeUInt32LE(72 + 80 * sections, at + 4);
    file.write(name, at + 8, 'latin1');
    place.forEach((word, nth) => file.writeBigUInt64LE(BigInt(word), at + 24 + 8 * nth));
    file.writeUInt32LE(sections, at + 64);
  };
  segment(32, '__TEXT', [0x1000000, text, 0, text], 1);
  file.writeUInt32LE(firstSection, 32 + 72 + 48);
  segment(184, '__LINKEDIT', [0x1000000 + text, 16_384, text, linked], 0);
  return file;
}

test.each([1, 16, 4095, 4096, 5000, 40_000])('%i bytes in the last segment', (linked) => {
  const once = signed(executable(linked), 'shadowscan');
  expect(read(once)).toBe(`ok, shadowscan, ${Math.ceil((16_384 + linked) / 4096)} pages`);
  expect(signed(executable(linked), 'shadowscan').equals(once)).toBe(true);
  // One that is there is replaced, and the same signature comes of it.
  expect(signed(once, 'shadowscan').equals(once)).toBe(true);
  expect(read(signed(once, 'a-longer-name'))).toContain('ok, a-longer-name, ');
});

test('a changed byte anywhere is told', () => {
  const file = signed(executable(5000), 'shadowscan');
  for (const at of [300, 5000, 16_384, 21_000]) {
    const changed = Buffer.from(file);
    changed[at]! ^= 1;
    expect(read(changed)).toMatch(/^WRONG, page \d+$/);
  }
  expect(read(file.subarray(0, file.length - 16))).toContain('WRONG');
  expect(read(executable(5000))).toBe('WRONG, no signature');
});

test('what cannot be signed is refused', () => {
  expect(() => signed(Buffer.alloc(64), 'a')).toThrow('not a Mach-O');
  expect(() => signed(executable(64, 256), 'a')).toThrow('no room');
  expect(() => signed(Buffer.concat([executable(64), Buffer.alloc(9)]), 'a')).toThrow('behind the last part');
});
