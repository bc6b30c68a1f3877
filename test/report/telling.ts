/** What a heartbeat tells, for tests of formats. */
import type { Telling } from '../../src/model/telling.ts';

/** Two receivers, of which one has lost something, and is behind. */
export const telling: Telling = {
  delivery: {
    lost: 5,
    sinks: [
      {
        name: 'siem',
        waiting: { events: 0, bytes: 0, seconds: 0 },
        delivered: { events: 812, last: '2026-11-19T09:12:33.000Z' },
        refused: { events: 2, untold: 0 },
        dropped: { full: 0, old: 0, untold: 0 },
        trouble: null,
      },
      {
        name: 'lake',
        waiting: { events: 90, bytes: 120_311, seconds: 1_209_000 },
        delivered: { events: 0, last: null },
        refused: { events: 1, untold: 1 },
        dropped: { full: 0, old: 4, untold: 4 },
        trouble: 'status 401',
      },
    ],
  },
  inventory: {
    told: 'changes',
    whole: '2026-11-16T09:12:31.120Z',
    assets: 14,
    findings: 9,
    new: 1,
    changed: 0,
    removed: 2,
  },
};
