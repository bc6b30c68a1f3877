/** The second thread's side of large texts: takes parts, reads them, and tells what it found. */
import { type MessagePort, workerData } from 'node:worker_threads';
import type { Ruleset } from '../model/rules.ts';
import type { BulkScan } from '../secrets/bulk.ts';
import { createSecrets } from '../secrets/engine.ts';
import { type Batch, states } from './second-thread.ts';
import { readPart, wipe } from './large-chunks.ts';

/** What the search in the second thread is made of. */
export type ScanData = { rules: Pick<Ruleset, 'secrets' | 'words'>; key: Uint8Array | null; salt: string };

function serveBatch(port: MessagePort, scan: BulkScan, { parts, state: shared }: Batch): void {
  const state = new Int32Array(shared);
  for (const [nth, part] of parts.entries()) {
    if (Atomics.compareExchange(state, nth, states.free, states.second) !== states.free) continue;
    // What cannot be read here is read again by the first thread, which notes why.
    try {
      port.postMessage({ nth, ...readPart(part, scan) });
    } catch {
      // Nothing is told of it.
    }
    Atomics.store(state, nth, states.done);
    Atomics.notify(state, nth);
  }
  wipe();
}

/** Serves until the first thread ends this one. */
export function serveParts(): void {
  const { port, data } = workerData as { port: MessagePort; data: ScanData };
  const { rules, key, salt } = data;
  const scan = createSecrets(rules, key === null ? null : Buffer.from(key)).bulk(salt);
  port.on('message', (batch: Batch) => serveBatch(port, scan, batch));
}
