/**
 * The network, for lists that somebody named by address: https alone, the certificate always checked, one
 * origin a connection, everything bounded. Proxies are those of the environment (`HTTPS_PROXY`, `NO_PROXY`),
 * authorities those of Node, the OS and `NODE_EXTRA_CA_CERTS`. What went wrong is a reason in our own words:
 * nothing that a server says is passed on.
 */
import type { IncomingMessage } from 'node:http';
import * as https from 'node:https';
import * as tls from 'node:tls';
import { limits } from '../limits.ts';
import { noteSideEffect } from './side-effects.ts';

/** An answer with status 200, 304 or 404. */
export type Answer = { status: number; type: string; etag: string | null; bytes: Buffer };
export type Failure = { failed: string };

export type Connection = {
  /** Gets an address of the connection's origin. `etag` is that of a copy at hand. */
  get(url: URL, accept: string, etag?: string | null): Promise<Answer | Failure>;
  close(): void;
};

/** What keeps an address from being one that may be asked; null when nothing does. */
export function addressFlaw(given: string): string | null {
  const url = URL.parse(given);
  if (url === null) return 'is no address';
  if (url.protocol !== 'https:') return "must begin with https: what comes over http could be anybody's";
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  return url.search === '' && url.hash === '' ? null : 'must not have a query or fragment; leave out ? and #';
}

const certificate =
  /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT|HOSTNAME_MISMATCH|INVALID_CA)/;

/** Ways out where an authority is not known: for lists, and for sinks, which have a setting of their own. */
const listAuthority = 'NODE_EXTRA_CA_CERTS names further authorities';
export const sinkAuthority = '"tls.ca" of the sink names a further authority';

/** What a certificate lacks, and what can be done: no authority helps against a wrong date or name. */
function certificateFlaw(code: string, way: string): string {
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return `its certificate is not valid now (${code}); it must be renewed, or the clock here is wrong`;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID' || code === 'HOSTNAME_MISMATCH')
    return `its certificate is for another host (${code}); the address must name one that it is for`;
  return `its certificate is not trusted (${code}); ${way}`;
}

/** Why a connection failed, in our own words; `way` is the way out where an authority is not known. */
export function reasonOf(error: unknown, way: string = listAuthority): string {
  const { code = '', name = '' } = error as NodeJS.ErrnoException;
  if (certificate.test(code)) return certificateFlaw(code, way);
  if (name === 'AbortError' || name === 'TimeoutError' || code === 'ETIMEDOUT') return 'it took too long';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'its host is not known';
  if (code === 'ECONNREFUSED') return 'nobody answers there';
  return `the connection failed (${/^[A-Z_0-9]+$/.test(code) ? code : 'error'})`;
}

/** All of an answer's body, or null when it is larger than it may be. */
async function bodyOf(answer: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > limits.ruleBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** One request, no redirect followed. */
function request(
  url: URL,
  agent: https.Agent,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    https.get(url, { agent, headers, signal, rejectUnauthorized: true }, resolve).on('error', reject);
  });
}

const redirects = new Set([301, 302, 303, 307, 308]);

/** Where an answer sends on to: an address of the same origin, or why it is not followed. */
function onward(answer: IncomingMessage, url: URL, hops: number): URL | Failure {
  const next = URL.parse(answer.headers.location ?? '', url);
  if (next === null || hops >= limits.redirects) return { failed: 'it sends from one address to another' };
  if (next.protocol !== 'https:') return { failed: 'it sends on to an address without https' };
  if (next.origin !== url.origin) return { failed: 'it sends on to another host, which was not named' };
  return next;
}

/** Authorities of Node, of the OS and of `NODE_EXTRA_CA_CERTS`, in PEM. */
export function trustedAuthorities(): string[] {
  const all = (['default', 'system', 'extra'] as const).flatMap((kind) => tls.getCACertificates(kind));
  return [...new Set(all)];
}

/** Opens a connection to the origin of an address, by which `agentName` introduces itself. */
export function connect(given: URL, agentName: string): Connection {
  const { origin } = given;
  const agent = new https.Agent({
    keepAlive: true,
    maxSockets: 1,
    minVersion: 'TLSv1.2',
    ca: trustedAuthorities(),
    proxyEnv: process.env,
  });
  const all = AbortSignal.timeout(limits.networkSeconds * 1000);
  const get: Connection['get'] = async (url, accept, etag = null) => {
    if (url.origin !== origin || url.protocol !== 'https:') return { failed: 'it names another host' };
    noteSideEffect(`connected to ${origin}`);
    const signal = AbortSignal.any([all, AbortSignal.timeout(limits.requestSeconds * 1000)]);
    const headers = {
      accept,
      'accept-encoding': 'identity',
      'user-agent': agentName,
      ...(etag !== null && { 'if-none-match': etag }),
    };
    try {
      let at = url;
      for (let hops = 0; ; hops++) {
        const answer = await request(at, agent, headers, signal);
        const status = answer.statusCode ?? 0;
        if (redirects.has(status)) {
          answer.destroy();
          const next = onward(answer, at, hops);
          if ('failed' in next) return next;
          at = next;
          continue;
        }
        if (status !== 200 && status !== 304 && status !== 404) {
          answer.destroy();
          return { failed: `it answers with status ${status}` };
        }
        if ((answer.headers['content-encoding'] ?? 'identity') !== 'identity') {
          answer.destroy();
          return { failed: 'it answers compressed, which was not asked for' };
        }
        const bytes = await bodyOf(answer);
        if (bytes === null)
          return { failed: `it answers with more than ${limits.ruleBytes / 1024 / 1024} MiB` };
        const { etag: tag = null, 'content-type': type = '' } = answer.headers;
        return { status, type: type.split(';')[0]!.trim().toLowerCase(), etag: tag, bytes };
      }
    } catch (error) {
      return { failed: signal.aborted ? 'it took too long' : reasonOf(error) };
    }
  };
  return { get, close: () => agent.destroy() };
}
