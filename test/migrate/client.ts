/** A client that starts an MCP server as real ones do, through the SDK. */
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Session } from './session.ts';

export type Running = {
  /** Calls the server's tool and returns what it says. */
  ping(): Promise<string>;
  pid: number;
  close(): Promise<void>;
  /** What it wrote to its error stream. */
  errors(): string;
  /** Whether the client lost its patience and killed it, as clients of the SDK do some seconds after `close`. */
  wasKilled(): boolean;
};

/** Variables with a browser that agrees to everything; `log` has a line for each time that it was opened. */
export function withBrowser(session: Session): { env: Record<string, string>; log: string } {
  const log = path.join(session.home, 'browser.log');
  const browser = path.join(session.home, 'browser');
  const script = path.join(import.meta.dirname, 'browser.mjs');
  fs.writeFileSync(browser, `#!/bin/sh\nexec '${process.execPath}' '${script}' "$1"\n`, { mode: 0o755 });
  const env = { ...session.env, BROWSER: browser, BROWSER_LOG: log } as Record<string, string>;
  return { env, log };
}

/** A server that is being started: `pid` is null before there is a process. */
export type Starting = { pid(): number | null; running: Promise<Running>; close(): Promise<void> };

/** The process behind a transport, which the SDK keeps to itself. */
const watched = (transport: StdioClientTransport): ChildProcess =>
  Reflect.get(transport, '_process') as ChildProcess;

/** Starts a server and says hello to it. */
export function begin(argv: string[], env: Record<string, string>): Starting {
  const [command = '', ...args] = argv;
  const transport = new StdioClientTransport({ command, args, env, stderr: 'pipe' });
  let errors = '';
  transport.stderr?.on('data', (chunk: Buffer) => void (errors += chunk.toString('utf8')));
  const client = new Client({ name: 'test', version: '1.0.0' });
  const connect = async (): Promise<Running> => {
    try {
      await client.connect(transport, { timeout: 40_000 });
    } catch (error) {
      await transport.close();
      throw new Error(`${String(error)}\n${errors}`, { cause: error });
    }
    let killed = false;
    watched(transport).on('exit', (_, signal) => void (killed = signal === 'SIGKILL'));
    return {
      async ping() {
        const { content } = await client.callTool({ name: 'ping', arguments: {} });
        return (content as { text: string }[])[0]!.text;
      },
      pid: transport.pid!,
      close: () => client.close(),
      errors: () => errors,
      wasKilled: () => killed,
    };
  };
  return { pid: () => transport.pid, running: connect(), close: () => transport.close() };
}
