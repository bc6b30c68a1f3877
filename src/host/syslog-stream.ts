/**
 * A connection to a syslog receiver, over TCP or TLS, for one batch: opened, written, ended, and waited for
 * until the receiver has ended it as well. Only then it had read all that was sent, as far as TCP can tell: a
 * receiver that stops before sends a reset, or nothing until the deadline.
 */
import * as net from 'node:net';
import * as tls from 'node:tls';
import { limits } from '../limits.ts';
import { reasonOf, trustedAuthorities } from './network.ts';
import type { TlsFiles } from './post.ts';
import { noteSideEffect } from './side-effects.ts';

function open(url: URL, { ca, ...own }: TlsFiles): net.Socket {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const options = { host, port: Number(url.port), allowHalfOpen: true };
  if (url.protocol === 'tcp:') return net.connect(options);
  return tls.connect({
    ...options,
    minVersion: 'TLSv1.2',
    ca: [...trustedAuthorities(), ...(ca === undefined ? [] : [ca])],
    ...own,
    ...(net.isIP(host) === 0 && { servername: host }),
    rejectUnauthorized: true,
  });
}

/** Writes a batch of frames. Null when the receiver ended the connection in order, or what went wrong. */
export function writeFrames(url: URL, files: TlsFiles, frames: Buffer[]): Promise<string | null> {
  noteSideEffect(`sent events to ${url.protocol}//${url.host}`);
  return new Promise((resolve) => {
    const socket = open(url, files);
    let written = false;
    const done = (failed: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failed);
    };
    const timer = setTimeout(() => done('it took too long'), limits.requestSeconds * 1000);
    socket.on('error', (error) => done(reasonOf(error)));
    // Ended before everything was written: whatever it had read by then, nobody can tell.
    socket.on('end', () => done(written ? null : 'it ended the connection early'));
    socket.on('close', () => done('it ended the connection early'));
    socket.on('data', () => undefined);
    socket.once(url.protocol === 'tcp:' ? 'connect' : 'secureConnect', () => {
      socket.end(Buffer.concat(frames), () => {
        written = true;
      });
    });
  });
}
