/** Certificates and keys of sinks, judged before a connection, and what is said of a receiver's own. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { poster } from '../../src/host/post.ts';
import { reasonOf, sinkAuthority } from '../../src/host/network.ts';
import { tlsFlaw } from '../../src/host/tls-files.ts';
import { authority, recorder } from './server.ts';

const one = authority();
const two = authority();
afterAll(() => {
  for (const { folder } of [one, two]) fs.rmSync(folder, { recursive: true });
});
const bytes = (file: string): Buffer => fs.readFileSync(file);
const [ca, cert, key] = [bytes(one.ca), bytes(one.cert), bytes(one.key)];
const torn = Buffer.from(ca.toString().replace(/\n[A-Za-z0-9]{8}/, '\n'));

test('what can be used', () => {
  expect(tlsFlaw({})).toBeNull();
  expect(tlsFlaw({ ca })).toBeNull();
  expect(tlsFlaw({ ca: Buffer.concat([Buffer.from('# ours\n'), ca, bytes(two.ca)]) })).toBeNull();
  expect(tlsFlaw({ ca, cert, key })).toBeNull();
  expect(tlsFlaw({ cert: Buffer.concat([cert, ca]), key })).toBeNull();
});

test('what cannot', () => {
  const none = { of: 'ca', flaw: 'holds no certificate in PEM' };
  for (const wrong of [Buffer.from('junk'), Buffer.alloc(0), key, torn, Buffer.concat([ca, torn])])
    expect(tlsFlaw({ ca: wrong })).toEqual(none);
  expect(tlsFlaw({ cert: key, key })).toEqual({ of: 'cert', flaw: 'holds no certificate in PEM' });
  expect(tlsFlaw({ cert, key: cert })).toMatchObject({ of: 'key', flaw: /no private key in PEM/ });
  expect(tlsFlaw({ cert, key: bytes(two.key) })).toEqual({
    of: 'key',
    flaw: 'is the key of another certificate',
  });
  const locked = path.join(one.folder, 'locked.key');
  execFileSync('openssl', ['ec', '-aes256', '-passout', 'pass:x', '-in', one.key, '-out', locked], {
    stdio: 'pipe',
  });
  expect(tlsFlaw({ cert, key: bytes(locked) })).toMatchObject({ of: 'key', flaw: /without a passphrase/ });
});

test.each([
  ['CERT_HAS_EXPIRED', /^its certificate is not valid now .*; it must be renewed, or the clock/],
  ['CERT_NOT_YET_VALID', /^its certificate is not valid now/],
  ['ERR_TLS_CERT_ALTNAME_INVALID', /^its certificate is for another host .*; the address must name one/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /^its certificate is not trusted .*; "tls\.ca" of the sink/],
])('what helps against %s', (code, says) => {
  const error = Object.assign(new Error('words of others'), { code });
  expect(reasonOf(error, sinkAuthority)).toMatch(says);
  expect(reasonOf(error)).not.toContain('tls.ca');
});

test('a receiver behind the name of another, and one whose authority is not known', async () => {
  const secure = await recorder(one);
  const send = async (url: URL, files = {}) => {
    const { send: post, close } = poster(url, 'shadowscan/test', files);
    const said = await post({ method: 'POST', url, headers: {}, body: null });
    close();
    return 'failed' in said ? said.failed : said.status;
  };
  const unnamed = new URL(secure.url);
  unnamed.hostname = '127.0.0.2';
  expect(await send(secure.url, { ca })).toBe(200);
  expect(await send(secure.url)).toContain('"tls.ca" of the sink names a further authority');
  expect(await send(secure.url, { ca: bytes(two.ca) })).toMatch(/^its certificate is not trusted/);
  const wrong = await send(unnamed, { ca });
  await secure.close();
  // Where the system has no second address of its own nobody answers there.
  expect(wrong).toMatch(/^(?:its certificate is for another host|nobody answers)/);
});
