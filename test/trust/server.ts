/** A local TLS server with a certificate of an authority made for the run, and an MCP registry on it. */
import { execFileSync, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import * as https from 'node:https';
import * as path from 'node:path';
import { folderWith } from './program.ts';

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

export type Certificates = { ca: string; caFile: string; key: string; cert: string };

/** An authority, and a certificate of it for these names; with `0` days it is over at once. */
export function certificates(names = 'DNS:localhost,IP:127.0.0.1', days = '30'): Certificates {
  const folder = folderWith({ 'names.cnf': `subjectAltName=${names}\n` });
  const openssl = (line: string): void => {
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'pipe' });
  };
  const newKey = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes';
  openssl(`req -x509 ${newKey} -keyout ca.key -out ca.pem -days 30 -subj /CN=Test-CA`);
  openssl(`req ${newKey} -keyout own.key -out own.csr -subj /CN=localhost`);
  openssl(
    `x509 -req -in own.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days ${days} -extfile names.cnf -out own.pem`,
  );
  const text = (name: string): string => fs.readFileSync(path.join(folder, name), 'utf8');
  return {
    ca: text('ca.pem'),
    caFile: path.join(folder, 'ca.pem'),
    key: text('own.key'),
    cert: text('own.pem'),
  };
}

export type Handler = (request: IncomingMessage, response: ServerResponse, url: URL) => void;
export type Running = { origin: string; asked: string[]; handle(next: Handler): void; close(): void };

/** Starts a server on a free port; `handle` says what it answers from then on. */
export async function serve({ key, cert }: Certificates, host = 'localhost'): Promise<Running> {
  let handler: Handler = (_request, response) => void response.writeHead(404).end();
  const asked: string[] = [];
  const server = https.createServer({ key, cert }, (request, response) => {
    asked.push(request.url ?? '');
    handler(request, response, new URL(request.url ?? '/', 'https://localhost'));
  });
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as { port: number };
  return {
    origin: `https://${host}:${port}`,
    asked,
    handle: (next) => {
      handler = next;
      asked.length = 0;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(value));
}

export type Listed = {
  server: { name: string; version: string; packages?: object[] };
  _meta?: Record<string, { status?: string; updatedAt?: string }>;
};

/** A registry as the specification has it: pages by cursor, `updated_since`, `limit`. */
export function registry(all: () => Listed[], prefix = '/v0.1'): Handler {
  const stateOf = (one: Listed) => one['_meta']?.['io.modelcontextprotocol.registry/official'];
  const updated = (one: Listed): string => stateOf(one)?.updatedAt ?? '';
  const isDeleted = (one: Listed): boolean => stateOf(one)?.status === 'deleted';
  return (_request, response, url) => {
    if (url.pathname !== `${prefix}/servers`) return json(response, { error: 'Not found' }, 404);
    const since = url.searchParams.get('updated_since');
    const limit = Number(url.searchParams.get('limit') ?? 30);
    const from = Number(url.searchParams.get('cursor') ?? 0);
    const servers = all().filter((one) => (since === null ? !isDeleted(one) : updated(one) >= since));
    const page = servers.slice(from, from + limit);
    const more = from + limit < servers.length;
    json(response, {
      servers: page,
      metadata: { count: page.length, ...(more && { nextCursor: String(from + limit) }) },
    });
  };
}
