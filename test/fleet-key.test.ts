/** The key of fingerprints: which files are trusted, and what is said of those that are not. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readKeyFile } from '../src/host/fleet-key.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-key-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));
const me = process.getuid?.() ?? 0;
const bytes = Buffer.from('0123456789abcdef0123456789abcdef0123456789abcdef');
let nth = 0;

function keyFile(text: string, mode = 0o600, name = 'fingerprint.key'): string {
  const own = path.join(folder, String((nth += 1)));
  fs.mkdirSync(own, { mode: 0o755 });
  fs.writeFileSync(path.join(own, name), text);
  fs.chmodSync(path.join(own, name), mode);
  return path.join(own, name);
}

test('hex and base64, with a line end, and a property list', () => {
  for (const text of [bytes.toString('hex'), `${bytes.toString('base64')}\n`, bytes.toString('base64url')])
    expect(readKeyFile([keyFile(text)], me)).toEqual({ key: bytes, complaint: null });
  const plist = `<plist><dict><key>fingerprintKey</key><string>${bytes.toString('hex')}</string></dict></plist>`;
  expect(readKeyFile([keyFile(plist, 0o600, 'a.plist')], me).key).toEqual(bytes);
});

test('none is no complaint, and the first that is there counts', () => {
  expect(readKeyFile([path.join(folder, 'absent')], me)).toEqual({ key: null, complaint: null });
  expect(readKeyFile([path.join(folder, 'absent'), keyFile(bytes.toString('hex'))], me).key).toEqual(bytes);
  const other = keyFile('<plist><dict/></plist>', 0o600, 'a.plist');
  expect(readKeyFile([other], me)).toEqual({ key: null, complaint: null });
});

test.runIf(process.platform !== 'win32')('what others could read or write is refused with one line', () => {
  const good = keyFile(bytes.toString('hex'));
  const link = path.join(folder, 'link');
  fs.symlinkSync(good, link);
  const open = keyFile(bytes.toString('hex'));
  fs.chmodSync(path.dirname(open), 0o777);
  const list = `<plist><dict><key>fingerprintKey</key><string>${bytes.toString('hex')}</string></dict></plist>`;
  // Settings of a policy are for everybody to read.
  expect(readKeyFile([keyFile('<plist><dict/></plist>', 0o644, 'a.plist')], me).complaint).toBeNull();
  const refused: [string, number, RegExp][] = [
    [keyFile(bytes.toString('hex'), 0o640), me, /readable by (root|you) alone/],
    [keyFile(bytes.toString('hex'), 0o604), me, /readable by (root|you) alone/],
    [good, me + 1, /must belong to/],
    [keyFile(list, 0o644, 'a.plist'), me, /readable by (root|you) alone/],
    [link, me, /no link/],
    [path.dirname(good), me, /plain file/],
    [open, me, /which others can write/],
    [keyFile('too short'), me, /32 bytes/],
    [keyFile('0123456789abcdef'), me, /32 bytes/],
  ];
  for (const [file, owner, why] of refused) {
    const { key, complaint } = readKeyFile([file], owner);
    expect(key, file).toBeNull();
    expect(complaint).toMatch(why);
    expect(complaint).not.toMatch(/\n|0123456789/);
  }
});
