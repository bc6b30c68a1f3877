/**
 * A connection to a syslog receiver, over TCP or TLS, for one batch: opened, written, held for a moment,
 * ended, and waited for until the receiver has ended it as well. One that is being stopped ends it before we
 * do, or is not there a moment later; then the batch does not count. What a receiver loses of its own memory
 * when it is stopped, plain syslog cannot tell.
 */
import * as net from 'node:net';
import * as tls from 'node:tls';
import { pause } from './pause.ts';
import { limits } from '../limits.ts';
import { reasonOf, sinkAuthority, trustedAuthorities } from './network.ts';
import { noteSideEffect } from './side-effects.ts';
import type { TlsFiles } from './tls-files.ts';

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

/** Writes frames and ends the connection. Null when the receiver ended it in order, or what went wrong. */
function write(url: URL, files: TlsFiles, frames: Buffer[], hold: number): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = open(url, files);
    let written = false;
    const done = (failed: string | null): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(failed);
    };
    const timer = setTimeout(() => done('it took too long'), limits.requestSeconds * 1000);
    socket.on('error', (error) => done(reasonOf(error, sinkAuthority)));
    // Ended before everything was written: whatever it had read by then, nobody can tell.
    socket.on('end', () => done(written ? null : 'it ended the connection early'));
    socket.on('close', () => done('it ended the connection early'));
    socket.on('data', () => undefined);
    socket.once(url.protocol === 'tcp:' ? 'connect' : 'secureConnect', () => {
      socket.write(Buffer.concat(frames), () => {
        setTimeout(() => {
          written = true;
          socket.end();
        }, hold);
      });
    });
  });
}

/** Writes a batch of frames. Null when the receiver has taken it and is still there, or what went wrong. */
export async function writeFrames(url: URL, files: TlsFiles, frames: Buffer[]): Promise<string | null> {
  noteSideEffect(`sent events to ${url.protocol}//${url.host}`);
  const failed = await write(url, files, frames, limits.syslogHoldMilliseconds);
  if (failed !== null) return failed;
  await pause(limits.syslogSettleMilliseconds);
  return (await write(url, files, [Buffer.alloc(0)], 0)) === null ? null : 'it was stopped right after';
}
