/**
 * The documents that this program writes with the field names of the Elastic Common Schema 9.4.0 (Apache-2.0,
 * read 2026-11), strictly. What ECS has no field for lies under `shadowscan`, where names keep one type each,
 * so that an index never meets two.
 */
import { z } from 'zod';
import { Cut, Telling, assetChanges } from './telling.ts';

/** The version of every document, in one place. */
export const ecsVersion = '9.4.0';

const Time = z.string();
const Count = z.int().nonnegative();

const Event = z.strictObject({
  kind: z.enum(['alert', 'event', 'asset', 'state']),
  category: z.array(z.enum(['configuration', 'iam', 'package', 'vulnerability', 'host'])).min(1),
  type: z.array(z.literal('info')).length(1),
  module: z.literal('shadowscan'),
  provider: z.literal('shadowscan'),
  dataset: z.enum(['shadowscan.finding', 'shadowscan.agent', 'shadowscan.heartbeat', 'shadowscan.scan']),
  /** By finding, device and user, the same in every run; of a scan, by its run. */
  id: z.string(),
  action: z.string(),
  code: z.string(),
  severity: z.int().optional(),
  outcome: z.enum(['success', 'failure', 'unknown']).optional(),
  reason: z.string().optional(),
  start: Time.optional(),
  end: Time.optional(),
  /** Nanoseconds. */
  duration: Count.optional(),
  created: Time,
});

const Host = z.strictObject({
  id: z.string(),
  name: z.string(),
  hostname: z.string(),
  architecture: z.string(),
  os: z.strictObject({
    type: z.enum(['linux', 'macos', 'windows']),
    platform: z.string(),
    name: z.string(),
    version: z.string(),
  }),
});

const base = {
  '@timestamp': Time,
  ecs: z.strictObject({ version: z.literal(ecsVersion) }),
  message: z.string(),
  event: Event,
  host: Host,
  observer: z.strictObject({
    product: z.literal('shadowscan'),
    vendor: z.literal('shadowscan'),
    type: z.literal('scanner'),
    version: z.string(),
  }),
  user: z.strictObject({ name: z.string() }).optional(),
  related: z.strictObject({ user: z.array(z.string()), hosts: z.array(z.string()) }),
};

const Run = { id: z.string(), status: z.enum(['complete', 'partial']), rules_version: z.string() };
const Pair = z.strictObject({ name: z.string(), value: z.string() });

const Subject = z.strictObject({
  type: z.string(),
  name: z.string(),
  uid: z.string().optional(),
  version: z.string().optional(),
});

const Waiver = z.strictObject({ reason: z.string(), owner: z.string(), expires: z.string() });

export const EcsFinding = z.strictObject({
  ...base,
  rule: z.strictObject({
    id: z.string(),
    name: z.string(),
    description: z.string().optional(),
    version: z.string(),
    ruleset: z.literal('shadowscan'),
    reference: z.string().optional(),
  }),
  file: z.strictObject({
    path: z.string(),
    name: z.string(),
    mode: z.string().optional(),
    owner: z.string().optional(),
  }),
  package: z
    .strictObject({ name: z.string(), version: z.string().optional(), type: z.string().optional() })
    .optional(),
  url: z.strictObject({ full: z.string(), domain: z.string().optional() }).optional(),
  /** The first advisory; all of them are with the fact. */
  vulnerability: z.strictObject({ id: z.string(), severity: z.string() }).optional(),
  threat: z
    .strictObject({
      framework: z.string(),
      technique: z.strictObject({
        id: z.array(z.string()).min(1),
        subtechnique: z.strictObject({ id: z.array(z.string()).min(1) }).optional(),
      }),
    })
    .optional(),
  tags: z.array(z.string()),
  shadowscan: z.strictObject({
    run: z.strictObject(Run),
    /** Of this telling: event and run. */
    record: z.string(),
    cut: Cut.optional(),
    finding: z.strictObject({
      fingerprint: z.string(),
      severity: z.string(),
      confidence: z.string(),
      state: z.enum(['new', 'open', 'resolved']),
      by_list: z.boolean(),
      waived: z.boolean(),
      waiver: Waiver.optional(),
      expired_waiver: Waiver.optional(),
      first_seen: Time.optional(),
      last_seen: Time.optional(),
      tools: z.array(z.string()),
      remedy: z.string(),
      line: z.int().optional(),
      column: z.int().optional(),
      pointer: z.string().optional(),
      evidence: z.array(Pair),
    }),
    fact: z
      .strictObject({
        id: z.string(),
        kind: z.string(),
        scope: z.string(),
        subject: Subject,
        advisories: z.array(z.string()).optional(),
      })
      .optional(),
  }),
});
export type EcsFinding = z.infer<typeof EcsFinding>;

export const EcsAgent = z.strictObject({
  ...base,
  package: z.strictObject({ name: z.string(), version: z.string().optional(), path: z.string() }),
  shadowscan: z.strictObject({
    run: z.strictObject(Run),
    record: z.string(),
    cut: Cut.optional(),
    agent: z.strictObject({
      tools: z.array(z.string()),
      vendor: z.string(),
      seen: z.boolean(),
      category: z.string().optional(),
      tiers: z.array(z.string()),
      last_used: Time.optional(),
      verdict: z.string().optional(),
      servers: z.array(Subject),
      extensions: z.array(Subject),
      permissions: z.array(Pair),
      /** What is different, where a receiver was told of it before. */
      change: z.enum(assetChanges).optional(),
    }),
  }),
});
export type EcsAgent = z.infer<typeof EcsAgent>;

const RunSummary = z.strictObject({
  ...Run,
  severity: z.strictObject({ critical: Count, high: Count, medium: Count, low: Count, info: Count }),
  waived: Count,
  score: z.strictObject({ achieved: Count, evaluated: Count, not_evaluated: Count }),
  files: Count,
  gaps: Count,
  gap_reasons: z.array(z.string()),
  checks_left_out: z.array(z.string()),
  side_effects: z.array(z.string()),
});

/** What a receiver is told beside the run, and what was left out for want of room. */
const told = { ...Telling.partial().shape, cut: Cut.optional() };

export const EcsHeartbeat = z.strictObject({
  ...base,
  shadowscan: z.strictObject({ run: RunSummary, record: z.string(), ...told }),
});
export type EcsHeartbeat = z.infer<typeof EcsHeartbeat>;

export const EcsScan = z.strictObject({
  ...base,
  shadowscan: z.strictObject({
    run: RunSummary,
    record: z.string(),
    ...told,
    homes: z.array(z.strictObject({ user: z.string().optional(), status: z.string() })),
    coverage: z.array(
      z.strictObject({
        tool: z.string(),
        user: z.string().optional(),
        status: z.string(),
        reason: z.string().optional(),
      }),
    ),
    coverage_absent: Count,
    allowlist: z.strictObject({ name: z.string(), version: z.string(), sha256: z.string() }).optional(),
  }),
});
export type EcsScan = z.infer<typeof EcsScan>;

export const EcsDocument = z.union([EcsFinding, EcsAgent, EcsScan, EcsHeartbeat]);
export type EcsDocument = z.infer<typeof EcsDocument>;
