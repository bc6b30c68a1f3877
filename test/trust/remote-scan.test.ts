/** Scans with a list by address, with the program as users run it: certificates, proxies, the cache, the report. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as net from 'node:net';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderWith, homeWith, reportOf, runBeside, scanArgs, verdicts } from './program.ts';
import {
  type Certificates,
  type Listed,
  type Running,
  certificates,
  hasOpenssl,
  registry,
  serve,
} from './server.ts';

const listed = (name: string, version: string): Listed => ({
  server: {
    name: `com.example/${name}`,
    version,
    packages: [{ registryType: 'npm', identifier: name, version }],
  },
});
const home = homeWith({
  files: { command: 'npx', args: ['-y', 'files-mcp@1.2.3'] },
  other: { command: 'npx', args: ['-y', 'other-mcp@1.2.3'] },
});

describe.skipIf(!hasOpenssl)('a scan with a registry', () => {
  let own: Certificates;
  let server: Running;
  beforeAll(async () => {
    own = certificates();
    server = await serve(own);
    server.handle(registry(() => [listed('files-mcp', '1.2.3')]));
  });
  afterAll(() => server?.close());
  const trusting = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: own.caFile });

  test('judges by it, names the connection, and does without network from what it kept', async () => {
    const cache = path.join(folderWith(), 'cache');
    const args = scanArgs(home, '--allowlist', `${server.origin}/`, '--cache', cache);
    const ended = await runBeside(args, trusting());
    expect(ended).toMatchObject({ status: 0, stderr: '' });
    const report = reportOf(ended);
    expect(verdicts(report)).toEqual({ files: 'approved', other: 'unapproved' });
    expect(report.allowlist).toMatchObject({ source: `${server.origin}/`, from: 'network' });
    expect(report.run.sideEffects).toEqual([`connected to ${server.origin}`, 'wrote to the cache of lists']);
    server.asked.length = 0;
    const offline = await runBeside([...args, '--offline'], {});
    expect(offline).toMatchObject({ status: 0, stderr: '' });
    expect(server.asked).toEqual([]);
    expect(reportOf(offline).allowlist).toEqual({ ...report.allowlist, from: 'cache' });
    expect(reportOf(offline).run.sideEffects).toEqual([]);
  });

  test('ends with 2 and one line where the certificate is not trusted, and nothing is kept', async () => {
    const args = scanArgs(
      home,
      '--allowlist',
      `${server.origin}/`,
      '--cache',
      path.join(folderWith(), 'cache'),
    );
    const ended = await runBeside(args);
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toMatch(/^shadowscan: .*certificate is not trusted.*NODE_EXTRA_CA_CERTS.*\n$/);
    const offline = await runBeside([...args, '--offline'], trusting());
    expect(offline.stderr).toMatch(/network is not to be used, and no copy is kept/);
  });

  test('goes through the proxy of the environment, and past it where NO_PROXY says so', async () => {
    const tunnels: string[] = [];
    const proxy = http.createServer();
    proxy.on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const to = net.connect(Number(request.url!.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        to.pipe(socket).pipe(to);
      });
      for (const one of [to, socket]) one.on('error', () => {});
    });
    await new Promise<void>((resolve) => {
      proxy.listen(0, '127.0.0.1', resolve);
    });
    const { port } = proxy.address() as { port: number };
    const env = { ...trusting(), HTTPS_PROXY: `http://127.0.0.1:${port}` };
    // A name that only the proxy knows the way to.
    const named = certificates('DNS:registry.example');
    const behind = await serve(named);
    behind.handle(registry(() => [listed('files-mcp', '1.2.3')]));
    const address = `https://registry.example:${new URL(behind.origin).port}/`;
    const args = (url: string) =>
      scanArgs(home, '--allowlist', url, '--cache', path.join(folderWith(), 'cache'));
    const through = await runBeside(args(address), { ...env, NODE_EXTRA_CA_CERTS: named.caFile });
    expect(through).toMatchObject({ status: 0, stderr: '' });
    expect(tunnels).toEqual([new URL(address).host]);
    const past = await runBeside(args(`${server.origin}/`), { ...env, NO_PROXY: 'localhost' });
    expect(past).toMatchObject({ status: 0, stderr: '' });
    expect(tunnels).toHaveLength(1);
    // The proxy does not spare anybody the certificate.
    expect((await runBeside(args(address), env)).stderr).toMatch(/certificate is not trusted/);
    behind.close();
    proxy.close();
  });

  test('sync keeps a list for later, and says what it is', async () => {
    const cache = path.join(folderWith(), 'cache');
    const synced = await runBeside(['allowlist', 'sync', `${server.origin}/`, '--cache', cache], trusting());
    expect(synced.stdout).toMatch(
      /: MCP registry localhost:\d+, version unversioned: 1 approvals, 0 denials; not signed; kept in /,
    );
    const args = scanArgs(home, '--allowlist', `${server.origin}/`, '--cache', cache, '--offline');
    expect(verdicts(reportOf(await runBeside(args)))).toMatchObject({ files: 'approved' });
    const gone = await runBeside(['allowlist', 'sync', 'https://localhost:1/', '--cache', cache], trusting());
    expect(gone).toMatchObject({
      status: 2,
      stdout: '',
      stderr: 'shadowscan: https://localhost:1/: nobody answers there\n',
    });
    const file = await runBeside(['allowlist', 'sync', 'list.yaml']);
    expect(file.stderr).toMatch(/expected an address with https/);
  });

  test.skipIf(spawnSync('strace', ['-V']).status !== 0)('opens no socket with --offline', async () => {
    const cache = path.join(folderWith(), 'cache');
    await runBeside(['allowlist', 'sync', `${server.origin}/`, '--cache', cache], trusting());
    const log = path.join(folderWith(), 'trace');
    const args = scanArgs(home, '--allowlist', `${server.origin}/`, '--cache', cache, '--offline');
    const traced = await runBeside(args, {}, [
      'strace',
      '-f',
      '-qq',
      '-e',
      'trace=socket,connect',
      '-o',
      log,
    ]);
    expect(traced.status).toBe(0);
    expect(fs.readFileSync(log, 'utf8')).not.toMatch(/\b(?:socket|connect)\(/);
  });
});
