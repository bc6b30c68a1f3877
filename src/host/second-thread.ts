/**
 * A second thread for large texts. Both take parts from one list until none is left; what the second one
 * finds comes as plain data. The first never waits for more than one part, and reads itself what does not
 * come: a thread that cannot start, or dies, costs time and nothing else.
 */
import { availableParallelism, getPriority } from 'node:os';
import { MessageChannel, type MessagePort, Worker, receiveMessageOnPort } from 'node:worker_threads';
import { limits } from '../limits.ts';
import type { LargeHit } from '../model/host.ts';
import type { Part } from './large-chunks.ts';
import { threadStart } from './thread-start.ts';

/** Whose a part is: nobody's, the first thread's, the second's, and done there. */
export const states = { free: 0, first: 1, second: 2, done: 3 } as const;

/** Parts to share, with the state of each. */
export type Batch = { parts: Part[]; state: SharedArrayBuffer };
export type Result<H> = { nth: number; hits: H[]; bytes: number };

export type Second<H extends LargeHit> = {
  /** Calls `own` for parts that this thread takes and `theirs` for what the other one has read. */
  share(parts: Part[], own: (nth: number) => void, theirs: (nth: number, result: Result<H>) => void): void;
  stop(): void;
};

function shareParts<H extends LargeHit>(
  port: MessagePort,
  parts: Part[],
  own: (nth: number) => void,
  theirs: (nth: number, result: Result<H>) => void,
): boolean {
  const state = new Int32Array(new SharedArrayBuffer(4 * Math.max(1, parts.length)));
  port.postMessage({ parts, state: state.buffer } satisfies Batch);
  for (let nth = 0; nth < parts.length; nth++)
    if (Atomics.compareExchange(state, nth, states.free, states.first) === states.free) own(nth);
  const lost = new Set(parts.keys().filter((nth) => state[nth] !== states.first));
  let alive = true;
  for (const nth of lost) {
    if (alive) alive = Atomics.wait(state, nth, states.second, limits.partMilliseconds) !== 'timed-out';
  }
  for (let got = receiveMessageOnPort(port); got !== undefined; got = receiveMessageOnPort(port)) {
    const result = got.message as Result<H>;
    if (lost.delete(result.nth)) theirs(result.nth, result);
  }
  for (const nth of lost) own(nth);
  return lost.size === 0;
}

/** Whether the program runs at a lower priority than others, as management software starts it. */
function givesWay(): boolean {
  try {
    return getPriority() > 0;
  } catch {
    return false;
  }
}

/** Starts the thread; null where there is no second processor, it is not ours to take, or none starts. */
export function startSecond<H extends LargeHit>(data: unknown): Second<H> | null {
  if (availableParallelism() < 2 || givesWay()) return null;
  const { port1, port2 } = new MessageChannel();
  let worker: Worker;
  try {
    const { code, isCode } = threadStart();
    worker = new Worker(code, {
      eval: isCode,
      workerData: { port: port2, data },
      transferList: [port2],
      env: {},
      execArgv: [],
      argv: [],
      stdin: false,
      stdout: true,
      stderr: true,
    });
  } catch {
    return null;
  }
  // Nobody listens to it while the scan runs, and afterwards its end is of no interest.
  worker.on('error', () => undefined);
  worker.unref();
  port1.unref();
  let alive = true;
  return {
    share(parts, own, theirs) {
      if (alive) alive = shareParts(port1, parts, own, theirs);
      else for (const nth of parts.keys()) own(nth);
    },
    stop() {
      port1.close();
      void worker.terminate();
    },
  };
}
