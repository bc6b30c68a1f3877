/**
 * One event of our own shape as a receiver gets it: an envelope that is the same for all, and a record of
 * the report. `event` is the same in every run, `id` in every delivery of one run.
 */
import { z } from 'zod';
import { Platform, Severity } from './common.ts';
import { AgentFact, ServerFact } from './fact.ts';
import { Finding, Run, Summary } from './report.ts';
import { Cut, Telling, assetChanges } from './telling.ts';

const head = {
  schema: z.literal('shadowscan.event/1'),
  id: z.string(),
  event: z.string(),
  time: z.string(),
  run: z.string(),
  device: z.strictObject({ id: z.string(), hostname: z.string(), platform: Platform }),
  tool: z.strictObject({ version: z.string(), rules: z.string() }),
  severity: Severity,
  /** Of an event that was too long: what was left out. */
  cut: Cut.optional(),
};

/** How the run went; of it all, not of what is news. */
const counted = { status: Run.shape.status, ...Summary.shape, ...Telling.shape };

export const HeartbeatEvent = z.strictObject({ ...head, type: z.literal('heartbeat'), ...counted });

/** What is left to say of something that is not there any more. */
export const RemovedFact = z.strictObject({
  id: z.string(),
  kind: z.enum(['agent', 'server']),
  name: z.string(),
  tools: z.array(z.string()),
  user: z.string().nullable(),
  origin: z.strictObject({ path: z.string() }),
});

const asset = { ...head, type: z.literal('asset') };
export const AssetEvent = z.strictObject({
  ...asset,
  change: z.enum(assetChanges).exclude(['removed']),
  fact: z.discriminatedUnion('kind', [AgentFact, ServerFact]),
});
export const RemovedEvent = z.strictObject({ ...asset, change: z.literal('removed'), fact: RemovedFact });

export const FindingEvent = z.strictObject({ ...head, type: z.literal('finding'), finding: Finding });

export const RunEvent = z.strictObject({
  ...head,
  type: z.literal('run'),
  ...counted,
  details: Run,
  allowlist: z.strictObject({ name: z.string(), version: z.string() }).nullable(),
});

export const NativeEvent = z.union([HeartbeatEvent, AssetEvent, RemovedEvent, FindingEvent, RunEvent]);
export type NativeEvent = z.infer<typeof NativeEvent>;
