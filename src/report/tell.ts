/**
 * What of a report is sent to receivers, event by event, in each profile: a sign of life, what is there,
 * findings, and last the run with its counts. A receiver that misses the last one has part of a run; one
 * that misses the first has a machine that is silent. Which of it is news is decided elsewhere.
 */
import { createHash } from 'node:crypto';
import type { Fact } from '../model/fact.ts';
import type { OutEvent } from '../model/delivery.ts';
import type { ToldAsset } from '../model/known.ts';
import type { Finding, Report } from '../model/report.ts';
import type { profiles } from '../model/sink.ts';
import type { AssetChange, CutPart, Telling } from '../model/telling.ts';
import { shortened } from './shorten.ts';
import { ecsTeller } from './tell/ecs.ts';
import { nativeTeller } from './tell/native.ts';
import { ocsfTeller } from './tell/ocsf.ts';

export type Profile = (typeof profiles)[number];

/** One event before it is text. `cut` says where parts of it were left out, in words of its profile. */
export type Told = {
  id: string;
  record: object;
  cut(record: object, parts: CutPart[], bytes: number): object;
};

/** What is there: `content` is all that is told of it, and `anchor` the fact that stands for it. */
export type Asset = {
  event: string;
  anchor: Fact;
  name: string;
  content: object;
  told(change: AssetChange): Told;
};

/** A profile's way to tell a report. */
export type Teller = {
  heartbeat(telling: Telling): Told;
  assets(): Asset[];
  removed(asset: ToldAsset): Told;
  finding(finding: Finding): Told;
  run(telling: Telling): Told;
};

const tellers = { native: nativeTeller, ocsf: ocsfTeller, ecs: ecsTeller } satisfies Record<
  Profile,
  (report: Report) => Teller
>;

/** What is told by itself: that time has passed or lines have moved makes nothing another thing. */
const passing = new Set(['line', 'column', 'path', 'lastUsed', 'last_used']);

function digestOf(content: object): string {
  const text = JSON.stringify(content, (key, value: unknown) => (passing.has(key) ? undefined : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** Without the news that is none: what was open before and is open still, unchanged. */
function isNews({ state, changed, firstSeen }: Finding): boolean {
  return state !== 'open' || changed !== undefined || firstSeen === undefined;
}

/** The events of a report in a profile; `heartbeat` comes first, and `run` last. */
export function tellerOf(report: Report, profile: Profile) {
  const teller = tellers[profile](report);
  const sent = (kind: OutEvent['kind'], severity: OutEvent['severity'], told: Told): OutEvent => {
    const { id } = told;
    return { id, kind, severity, time: report.run.endedAt, body: shortened(told) };
  };
  return {
    heartbeat: (telling: Telling) => sent('heartbeat', 'info', teller.heartbeat(telling)),
    assets: () =>
      teller.assets().map(({ told, content, ...asset }) => ({
        ...asset,
        digest: digestOf(content),
        sent: (change: AssetChange) => sent('asset', 'info', told(change)),
      })),
    removed: (asset: ToldAsset) => sent('asset', 'info', teller.removed(asset)),
    /** Findings that are news, or all of them. */
    findings: (all: boolean) =>
      report.findings
        .filter((finding) => all || isNews(finding))
        .map((finding) => {
          const severity = finding.state === 'resolved' ? 'info' : finding.severity;
          return sent('finding', severity, teller.finding(finding));
        }),
    run: (telling: Telling) => sent('run', 'info', teller.run(telling)),
  };
}
