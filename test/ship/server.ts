/** A receiver that records what it gets and answers as it is told, by http or https with an authority of its own. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';

export type Got = { method: string; url: string; headers: http.IncomingHttpHeaders; body: string };
export type Answer =
  | { status: number; body?: unknown; headers?: Record<string, string> }
  /** Ends the connection in the middle. */
  | 'cut'
  /** Says nothing. */
  | 'silence';

export type Recorder = {
  url: URL;
  got: Got[];
  /** Answers in order; the last one stays. A function is asked anew for each request. */
  answers: (Answer | ((got: Got) => Answer))[];
  close(): Promise<void>;
};

/** Key and certificate for localhost, with the authority that signed it, in PEM, in a new folder. */
export function authority(): { folder: string; ca: string; cert: string; key: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-tls-'));
  const at = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl(
    'req',
    '-x509',
    ...ec,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=Test',
    '-days',
    '2',
  );
  openssl('req', ...ec, '-keyout', at('own.key'), '-out', at('own.csr'), '-subj', '/CN=localhost');
  fs.writeFileSync(at('names'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\n');
  const sign = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', at('own.csr'), ...sign, '-out', at('own.pem'), '-extfile', at('names'));
  return { folder, ca: at('ca.pem'), cert: at('own.pem'), key: at('own.key') };
}

/** Starts a recorder. */
export async function recorder(tls?: { cert: string; key: string }): Promise<Recorder> {
  const got: Got[] = [];
  const answers: Recorder['answers'] = [{ status: 200 }];
  const sockets = new Set<Socket>();
  const handle: http.RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const raw = Buffer.concat(chunks);
    const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw).toString('utf8');
    const one = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body };
    got.push(one);
    const next = answers.length > 1 ? answers.shift()! : answers[0]!;
    const answer = typeof next === 'function' ? next(one) : next;
    if (answer === 'silence') return;
    if (answer === 'cut') {
      request.socket.destroy();
      return;
    }
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(text);
  };
  const server = tls
    ? https.createServer({ cert: fs.readFileSync(tls.cert), key: fs.readFileSync(tls.key) }, handle)
    : http.createServer(handle);
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: new URL(`${tls ? 'https' : 'http'}://localhost:${port}`),
    got,
    answers,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
