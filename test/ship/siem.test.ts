/** The files for the SIEM side, as far as their readers are here: rsyslog, syslog-ng, XML, JSON and YAML. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { authority } from './server.ts';

const top = path.join(import.meta.dirname, '..', '..');
const siem = path.join(top, 'scripts', 'siem');
const receivers = path.join(top, '.build', 'receivers');
const libraries = path.join(receivers, 'usr', 'lib', 'x86_64-linux-gnu');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-siem-'));
const tls = authority();
afterAll(() => {
  fs.rmSync(folder, { recursive: true });
  fs.rmSync(tls.folder, { recursive: true });
});

/** A configuration with the certificates of this test; says what the program says of it. */
function checked(name: string, program: string, args: string[]) {
  const text = fs
    .readFileSync(path.join(siem, name), 'utf8')
    .replace(/\/etc\/[\w.-]+\/tls\/ca\.pem/g, tls.ca)
    .replace(/\/etc\/[\w.-]+\/tls\/server\.pem/g, tls.cert)
    .replace(/\/etc\/[\w.-]+\/tls\/server\.key/g, tls.key);
  const file = path.join(folder, path.basename(name));
  fs.writeFileSync(file, text);
  return spawnSync(path.join(receivers, 'usr', 'sbin', program), [...args, file], {
    encoding: 'utf8',
    env: { LD_LIBRARY_PATH: `${libraries}:${path.join(receivers, 'usr', 'lib', 'syslog-ng')}` },
  });
}

test('rsyslog takes its file, and would not take a broken one', () => {
  const modules = path.join(libraries, 'rsyslog');
  const said = checked('rsyslog/shadowscan.conf', 'rsyslogd', ['-N1', '-M', modules, '-f']);
  expect([said.status, said.stderr.match(/error.*/gi)]).toEqual([0, null]);
  fs.writeFileSync(path.join(folder, 'broken'), 'module(load="imtcp"');
  const broken = spawnSync(
    path.join(receivers, 'usr', 'sbin', 'rsyslogd'),
    ['-N1', '-M', modules, '-f', path.join(folder, 'broken')],
    {
      env: { LD_LIBRARY_PATH: libraries },
    },
  );
  expect(broken.status).not.toBe(0);
});

test('syslog-ng takes its file', () => {
  const modules = path.join(receivers, 'usr', 'lib', 'syslog-ng', '3.38');
  const said = checked('syslog-ng/shadowscan.conf', 'syslog-ng', ['-s', `--module-path=${modules}`, '-f']);
  expect([said.status, said.stderr]).toEqual([0, '']);
});

test('XML, JSON and YAML are whole', () => {
  const names = fs.readdirSync(siem, { recursive: true, encoding: 'utf8' });
  const of = (ending: string): string[] =>
    names.filter((name) => name.endsWith(ending)).map((name) => path.join(siem, name));
  expect(spawnSync('xmllint', ['--noout', ...of('.xml')], { encoding: 'utf8' })).toMatchObject({
    status: 0,
    stderr: '',
  });
  for (const file of of('.json')) JSON.parse(fs.readFileSync(file, 'utf8'));
  for (const file of of('.yaml')) expect(parseDocument(fs.readFileSync(file, 'utf8')).errors).toEqual([]);
  expect([of('.xml').length, of('.json').length, of('.yaml').length]).toEqual([1, 1, 2]);
});
