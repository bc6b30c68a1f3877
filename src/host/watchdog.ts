/**
 * Ends this process when nobody waits for it any more: its parent is gone, or its time is over. A thread of
 * its own looks, since the first one may be inside a parser, or in a call to a disk that never answers. The
 * process is killed and says nothing.
 */
import { Worker } from 'node:worker_threads';
import { limits } from '../limits.ts';

const look = `
const { workerData } = require('node:worker_threads');
const { parent, milliseconds, every } = workerData;
const since = performance.now();
setInterval(() => {
  const isLate = performance.now() - since > milliseconds;
  if (isLate || process.ppid !== parent) process.kill(process.pid, 'SIGKILL');
}, every);
`;

/**
 * Watches from now on, for so long at most; the process may end by itself before. Windows goes on naming a
 * parent that is gone: there only the time counts.
 */
export function endWithParent(milliseconds: number): void {
  const workerData = { parent: process.ppid, milliseconds, every: limits.watchMilliseconds };
  new Worker(look, { eval: true, workerData, env: {}, execArgv: [] }).unref();
}
