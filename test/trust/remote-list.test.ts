/**
 * Lists by address, against a TLS server of the test's own: what is fetched and kept, and everything that a
 * server can do wrong. A failure is one line, never half a list, and never without the copy that was kept.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as tls from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noTrust } from '../../src/cli/allowlist-file.ts';
import { loadAllowlist } from '../../src/cli/load.ts';
import { addressFlaw } from '../../src/host/network.ts';
import { limits } from '../../src/limits.ts';
import { folderWith } from './program.ts';
import {
  type Certificates,
  type Listed,
  type Running,
  certificates,
  hasOpenssl,
  json,
  registry,
  serve,
} from './server.ts';

const official = 'io.modelcontextprotocol.registry/official';
const now = new Date('2026-11-20T10:00:00Z');
const sample = JSON.parse(
  fs.readFileSync(path.join(import.meta.dirname, 'registry-sample.json'), 'utf8'),
) as { servers: Listed[] };
const bounds = limits as unknown as Record<string, number>;
const before = { ...limits };

let own: Certificates;
let server: Running;
let warnings: string[] = [];

/** Loads what an address serves. */
const load = (url: string, more: { cache?: string; offline?: boolean; fresh?: boolean; at?: Date } = {}) =>
  loadAllowlist(url, more.at ?? now, noTrust, {
    cache: more.cache ?? path.join(folderWith(), 'cache'),
    offline: more.offline ?? false,
    fresh: more.fresh ?? false,
    warn: (line) => void warnings.push(line),
  });

/** `count` servers, each a package of its own. */
const generated = (count: number): Listed[] =>
  Array.from({ length: count }, (_, at) => ({
    server: {
      name: `com.example/server-${at}`,
      version: '1.0.0',
      packages: [{ registryType: 'npm', identifier: `server-${at}`, version: '1.0.0' }],
    },
    _meta: { [official]: { status: 'active', updatedAt: '2026-11-01T00:00:00Z' } },
  }));

beforeAll(async () => {
  if (!hasOpenssl) return;
  own = certificates();
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), own.ca]);
  server = await serve(own);
});
afterEach(() => {
  Object.assign(bounds, before);
  warnings = [];
});
afterAll(() => server?.close());

describe('an address', () => {
  test('must be https, without name, password, query or fragment', async () => {
    for (const wrong of [
      'http://localhost/list.yaml',
      'https://me:key@localhost/',
      'https://localhost/?token=x',
      'https://localhost/#x',
      'https://',
    ]) {
      expect(addressFlaw(wrong)).not.toBeNull();
      await expect(load(wrong)).rejects.toThrow(/^--allowlist: the address of the list /);
    }
    await expect(load('https://me:key@localhost/')).rejects.not.toThrow(/key/);
    expect(addressFlaw('https://registry.example/v0.1')).toBeNull();
  });
});

describe.skipIf(!hasOpenssl)('a registry', () => {
  test("serves the reference's sample, which is kept for scans without network", async () => {
    server.handle(registry(() => sample.servers));
    const cache = path.join(folderWith(), 'cache');
    const { list, info } = await load(`${server.origin}/`, { cache });
    expect(list.approve).toHaveLength(4);
    expect(info).toMatchObject({
      source: `${server.origin}/`,
      from: 'network',
      fetchedAt: now.toISOString(),
      expiresAt: '2026-12-20T10:00:00.000Z',
      signature: 'none',
    });
    expect(server.asked).toEqual(['/v0.1/servers?limit=100']);
    if (process.platform !== 'win32') {
      expect(fs.statSync(cache).mode & 0o777).toBe(0o700);
      for (const name of fs.readdirSync(cache))
        expect(fs.statSync(path.join(cache, name)).mode & 0o777).toBe(0o600);
    }
    const later = new Date('2026-11-25T10:00:00Z');
    const kept = await load(`${server.origin}/`, { cache, offline: true, at: later });
    expect(server.asked).toHaveLength(1);
    expect(kept.list).toEqual(list);
    expect(kept.info).toMatchObject({ from: 'cache', fetchedAt: now.toISOString(), sha256: info.sha256 });
    await expect(load(`${server.origin}/other`, { cache, offline: true })).rejects.toThrow(/no copy is kept/);
  });

  test('with 5,000 servers is read page by page', async () => {
    const all = generated(5_000);
    server.handle(registry(() => all));
    const { list } = await load(`${server.origin}/`);
    expect(list.approve).toHaveLength(5_000);
    expect(server.asked).toHaveLength(50);
    expect(server.asked[1]).toBe('/v0.1/servers?limit=100&cursor=100');
  });

  test('is asked for what is new, which revokes what was deleted', async () => {
    const all = generated(3);
    server.handle(registry(() => all));
    const cache = path.join(folderWith(), 'cache');
    await load(`${server.origin}/`, { cache });
    all[1]!['_meta'] = { [official]: { status: 'deleted', updatedAt: '2026-11-20T10:30:00Z' } };
    server.asked.length = 0;
    const next = await load(`${server.origin}/`, { cache, at: new Date('2026-11-20T11:00:00Z') });
    expect(server.asked[0]).toContain('updated_since=2026-10-31T23%3A55%3A00.000Z');
    expect(next.list.approve.map((one) => one.package)).toEqual(['npm:server-0', 'npm:server-2']);
    expect(next.list.deny.map((one) => one.package)).toEqual(['npm:server-1']);
    // After a day, and when it is fetched on purpose, the whole is read again.
    for (const more of [{ at: new Date('2026-11-21T12:00:00Z') }, { fresh: true }]) {
      server.asked.length = 0;
      await load(`${server.origin}/`, { cache, ...more });
      expect(server.asked[0]).not.toContain('updated_since');
    }
  });

  test('that ignores what was asked for is taken for the whole, so that what vanished is gone', async () => {
    let all = generated(3);
    server.handle((_request, response) => json(response, { servers: all }));
    const cache = path.join(folderWith(), 'cache');
    await load(`${server.origin}/`, { cache });
    all = all
      .slice(1)
      .map((one) => ({ ...one, _meta: { [official]: { updatedAt: '2026-01-01T00:00:00Z' } } }));
    const next = await load(`${server.origin}/`, { cache });
    expect(next.list.approve.map((one) => one.package)).toEqual(['npm:server-1', 'npm:server-2']);
  });

  test('of the old version is found too', async () => {
    const flat = {
      name: 'a/b',
      status: 'active',
      version_detail: { version: '1.0.0' },
      packages: [{ registry_name: 'npm', name: 'b', version: '1.0.0' }],
    };
    server.handle(registry(() => [flat as unknown as Listed], '/v0'));
    const { list } = await load(`${server.origin}/`);
    expect(list.approve.map((one) => one.package)).toEqual(['npm:b']);
    server.handle((_request, response) => json(response, { servers: sample.servers }));
    expect((await load(`${server.origin}/mcp/list.json`)).list.approve).toHaveLength(4);
  });

  test('whose copy is too old approves nothing any more', async () => {
    server.handle(registry(() => generated(1)));
    const cache = path.join(folderWith(), 'cache');
    await load(`${server.origin}/`, { cache });
    const { list } = await load(`${server.origin}/`, { cache, offline: true, at: new Date('2027-01-20') });
    expect(Date.parse(list.expires!)).toBeLessThan(Date.parse('2027-01-20'));
  });
});

describe.skipIf(!hasOpenssl)('a server that', () => {
  /** What is said of a failure, as a scan meets it without a copy, and then with one. */
  async function failure(handler: Parameters<Running['handle']>[0], at = '/'): Promise<string> {
    const cache = path.join(folderWith(), 'cache');
    server.handle(registry(() => sample.servers));
    if (at === '/') await load(`${server.origin}/`, { cache });
    server.handle(handler);
    if (at === '/') {
      const kept = await load(`${server.origin}/`, { cache });
      expect(kept.info.from).toBe('cache');
      expect(kept.list.approve).toHaveLength(4);
      expect(warnings.join()).toMatch(/; using the copy of 0 hours ago$/);
    }
    const error = await load(`${server.origin}${at}`).catch((thrown: Error) => thrown.message);
    expect(error).toBeTypeOf('string');
    expect(error).not.toMatch(/\n/);
    return error as string;
  }

  test('answers with a status, another type, broken or cut off JSON, or something else', async () => {
    expect(await failure((_request, response) => json(response, {}, 500))).toMatch(/status 500, and no copy/);
    expect(await failure((_request, response) => json(response, { servers: {} }))).toMatch(/list of servers/);
    const html = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end(JSON.stringify(sample));
    });
    expect(html).toMatch(/does not answer with JSON/);
    const cut = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(sample).slice(0, 300));
    });
    expect(cut).toMatch(/broken or cut off/);
    expect(await failure((_request, response) => json(response, {}, 404))).toMatch(/no MCP registry/);
    const packed = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end('x');
    });
    expect(packed).toMatch(/compressed/);
    const page = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    }, '/list.yaml');
    expect(page).toMatch(/page for people/);
  });

  test('breaks off in the middle, or says more than there is', async () => {
    const broken = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
      response.write('{"servers": [');
      setTimeout(() => response.destroy(), 20);
    });
    expect(broken).toMatch(/connection failed/);
  });

  test('never comes to an end: slowly, in one body, in pages, or in circles', async () => {
    Object.assign(bounds, { requestSeconds: 0.5 });
    const slow = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const timer = setInterval(() => response.write(' '), 50);
      response.on('close', () => clearInterval(timer));
    });
    expect(slow).toMatch(/took too long/);
    expect(await failure(() => {})).toMatch(/took too long/);
    Object.assign(bounds, { requestSeconds: 20, ruleBytes: 1024 * 1024 });
    const huge = await failure((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, ' ')));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    });
    expect(huge).toMatch(/more than 1 MiB/);
    Object.assign(bounds, { registryPages: 20 });
    let number = 0;
    const endless = await failure((_request, response) => {
      json(response, { servers: [], metadata: { nextCursor: String(number++) } });
    });
    expect(endless).toMatch(/no last page/);
    const circle = await failure((_request, response) => {
      json(response, { servers: [], metadata: { nextCursor: 'again' } });
    });
    expect(circle).toMatch(/circles/);
    Object.assign(bounds, { registryEntries: 150 });
    expect(await failure(registry(() => generated(500)))).toMatch(/more than a registry may/);
    Object.assign(bounds, { registryBytes: 20_000 });
    expect(await failure(registry(() => generated(500)))).toMatch(/larger than a registry may be/);
  });

  test('sends on to http, to another host, or in circles, is not followed; within the host it is', async () => {
    const to = (location: string) =>
      failure((_request, response) => void response.writeHead(302, { location }).end());
    expect(await to('http://localhost/v0.1/servers')).toMatch(/without https/);
    expect(await to('https://127.0.0.1:1/v0.1/servers')).toMatch(/another host/);
    expect(await to(server.origin.replace('localhost', '127.0.0.1'))).toMatch(/another host/);
    expect(await to('/v0.1/servers')).toMatch(/from one address to another/);
    expect(await to('file:///etc/passwd')).toMatch(/without https/);
    server.handle((request, response, url) => {
      if (url.pathname === '/v0.1/servers') response.writeHead(307, { location: '/next/v0.1/servers' }).end();
      else registry(() => sample.servers, '/next/v0.1')(request, response, url);
    });
    expect((await load(`${server.origin}/`)).list.approve).toHaveLength(4);
  });

  test('has a certificate of nobody, of another name or of yesterday, even when Node is told not to mind', async () => {
    const [wrong, old] = [certificates('DNS:registry.example'), certificates('DNS:localhost', '0')];
    tls.setDefaultCACertificates([...tls.getCACertificates('default'), wrong.ca, old.ca]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      for (const [one, says] of [
        [certificates(), /certificate is not trusted \(/],
        [wrong, /certificate is for another host \(/],
        [old, /certificate is not valid now \(/],
      ] as const) {
        const running = await serve(one);
        running.handle(registry(() => sample.servers));
        await expect(load(`${running.origin}/`)).rejects.toThrow(says);
        expect(running.asked).toEqual([]);
        running.close();
      }
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  test('is not there', async () => {
    await expect(load('https://localhost:1/')).rejects.toThrow(/nobody answers there, and no copy is kept/);
    await expect(load('https://does-not-exist.invalid/')).rejects.toThrow(/no copy is kept/);
  });
});

describe.skipIf(!hasOpenssl)('a list file', () => {
  const text = (version: number): string =>
    `version: ${version}\nname: Ours\napprove: [{ package: "npm:x" }]\n`;

  test('is fetched, kept, and asked for again by its tag', async () => {
    const cache = path.join(folderWith(), 'cache');
    const asked: (string | undefined)[] = [];
    server.handle((request, response, url) => {
      if (url.pathname !== '/list.yaml') return void response.writeHead(404).end();
      asked.push(request.headers['if-none-match']);
      if (request.headers['if-none-match'] === '"one"') return void response.writeHead(304).end();
      response.writeHead(200, { 'content-type': 'application/yaml', etag: '"one"' }).end(text(1));
    });
    const first = await load(`${server.origin}/list.yaml`, { cache });
    expect(first.info).toMatchObject({ from: 'network', name: 'Ours', version: '1', signature: 'none' });
    const later = new Date('2026-11-21T10:00:00Z');
    const again = await load(`${server.origin}/list.yaml`, { cache, at: later });
    expect(again.info).toMatchObject({ from: 'network', fetchedAt: later.toISOString() });
    expect(asked).toEqual([undefined, '"one"']);
  });

  test('that is older than the one before is refused', async () => {
    const cache = path.join(folderWith(), 'cache');
    const served = (version: number) =>
      server.handle((_request, response, url) => {
        if (url.pathname !== '/list.yaml') return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': 'text/plain' }).end(text(version));
      });
    served(9);
    await load(`${server.origin}/list.yaml`, { cache });
    served(10);
    await load(`${server.origin}/list.yaml`, { cache });
    served(9);
    await expect(load(`${server.origin}/list.yaml`, { cache })).rejects.toThrow(/version 9 is older than 10/);
    // What was refused is not kept.
    expect((await load(`${server.origin}/list.yaml`, { cache, offline: true })).info.version).toBe('10');
    served(9);
    expect((await load(`${server.origin}/list.yaml`)).info.version).toBe('9');
  });

  test('that is wrong is refused, and what was kept stays', async () => {
    const cache = path.join(folderWith(), 'cache');
    const served = (body: string) =>
      server.handle((_request, response, url) => {
        if (url.pathname !== '/list.yaml') return void response.writeHead(404).end();
        response.writeHead(200, { 'content-type': 'text/plain' }).end(body);
      });
    served(text(1));
    await load(`${server.origin}/list.yaml`, { cache });
    served('version: 2\nname: x\nunknown: 1\n');
    await expect(load(`${server.origin}/list.yaml`, { cache })).rejects.toThrow(/list\.yaml:3:1: /);
    expect((await load(`${server.origin}/list.yaml`, { cache, offline: true })).info.version).toBe('1');
  });
});

describe.skipIf(process.platform === 'win32' || !hasOpenssl)('the cache', () => {
  test('of somebody else, open to others, or behind a link is neither read nor written', async () => {
    server.handle(registry(() => sample.servers));
    const top = folderWith();
    const cache = path.join(top, 'cache');
    fs.mkdirSync(cache);
    fs.chmodSync(cache, 0o755);
    expect((await load(`${server.origin}/`, { cache })).info.from).toBe('network');
    expect(warnings.join()).toMatch(/must be closed to others/);
    expect(fs.readdirSync(cache)).toEqual([]);
    const link = path.join(top, 'link');
    fs.symlinkSync(os.tmpdir(), link);
    await load(`${server.origin}/`, { cache: link });
    expect(warnings.join()).toMatch(/no link/);
    fs.chmodSync(cache, 0o700);
    await load(`${server.origin}/`, { cache });
    const [name] = fs.readdirSync(cache).filter((one) => one !== 'versions.json');
    const good = JSON.parse(fs.readFileSync(path.join(cache, name!), 'utf8'));
    const broken = [
      { ...good, servers: [null] },
      { ...good, servers: [{ name: 1 }] },
      { ...good, url: 'x' },
      null,
    ];
    for (const text of ['{"broken', ...broken.map((one) => JSON.stringify(one))]) {
      fs.writeFileSync(path.join(cache, name!), text);
      await expect(load(`${server.origin}/`, { cache, offline: true })).rejects.toThrow(/no copy is kept/);
    }
    fs.writeFileSync(path.join(cache, name!), JSON.stringify(good));
    expect((await load(`${server.origin}/`, { cache, offline: true })).list.approve).toHaveLength(4);
  });
});
