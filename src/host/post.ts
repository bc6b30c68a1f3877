/**
 * Requests to receivers: https with the certificate always checked (plain http to this machine alone), no
 * redirect, answers read to a bound, and a deadline. What went wrong is told in our own words: a receiver's
 * are not passed on, but for the status and the codes that a sink knows.
 */
import * as http from 'node:http';
import * as https from 'node:https';
import type { HttpRequest, Reply, Send } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { reasonOf, sinkAuthority, trustedAuthorities } from './network.ts';
import { noteSideEffect } from './side-effects.ts';
import type { TlsFiles } from './tls-files.ts';

async function textOf(answer: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    total += chunk.length;
    if (total > limits.replyBytes) break;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const headersOf = (answer: http.IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(answer.headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value]] : [],
    ),
  );

/**
 * A way to send requests to the origin of an address; `close` ends what is kept open. `deed` is what the
 * report says of it.
 */
export function poster(
  origin: URL,
  agentName: string,
  files: TlsFiles = {},
  deed = 'sent events to',
): { send: Send; close(): void } {
  const isPlain = origin.protocol === 'http:';
  const { ca, ...own } = files;
  const agent = isPlain
    ? new http.Agent({ keepAlive: true, maxSockets: 1 })
    : new https.Agent({
        keepAlive: true,
        maxSockets: 1,
        minVersion: 'TLSv1.2',
        ca: [...trustedAuthorities(), ...(ca === undefined ? [] : [ca])],
        ...own,
        proxyEnv: process.env,
      });
  const request = (given: HttpRequest, signal: AbortSignal): Promise<http.IncomingMessage> =>
    new Promise((resolve, reject) => {
      const { method, url, headers, body } = given;
      const options = {
        method,
        agent,
        signal,
        headers: {
          'user-agent': agentName,
          accept: 'application/json',
          'accept-encoding': 'identity',
          'content-length': String(body?.length ?? 0),
          ...headers,
        },
      };
      const started = isPlain
        ? http.request(url, options, resolve)
        : https.request(url, { ...options, rejectUnauthorized: true }, resolve);
      started.on('error', reject).end(body ?? undefined);
    });
  const send = async (given: HttpRequest): Promise<Reply | { failed: string }> => {
    if (given.url.origin !== origin.origin) return { failed: 'it names another host' };
    noteSideEffect(`${deed} ${origin.origin}`);
    const signal = AbortSignal.timeout(limits.requestSeconds * 1000);
    try {
      const answer = await request(given, signal);
      return { status: answer.statusCode ?? 0, headers: headersOf(answer), body: await textOf(answer) };
    } catch (error) {
      return { failed: signal.aborted ? 'it took too long' : reasonOf(error, sinkAuthority) };
    }
  };
  return { send, close: () => agent.destroy() };
}
