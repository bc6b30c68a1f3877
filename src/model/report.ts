/** The report, `schema: "shadowscan.report/1"`. Its shape is a contract: additions only. */
import { z } from 'zod';
import { Confidence, Origin, Platform, Severity } from './common.ts';
import { Fact } from './fact.ts';

export const Finding = z.strictObject({
  id: z.string(),
  check: z.string(),
  severity: Severity,
  confidence: Confidence,
  title: z.string(),
  message: z.string(),
  /** Id of the fact that was judged. */
  fact: z.string(),
  tools: z.array(z.string()),
  user: z.string().nullable(),
  origin: Origin,
  /** Masked facts that show why, by name. */
  evidence: z.record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()]),
  ),
  /** Why it matters, in the words of the check. */
  why: z.string().optional(),
  remedy: z.string(),
  references: z.array(z.string()),
  /** Framework ids by framework, such as `owasp-mcp: [MCP01:2025]`. */
  frameworks: z.record(z.string(), z.array(z.string())),
  fingerprint: z.string(),
  /** Against earlier runs, where `--state` keeps them: `open` without it. */
  state: z.enum(['new', 'open', 'resolved']),
  /** Start of the first run that found it, and for a resolved one of the last that did; with `--state`. */
  firstSeen: z.string().optional(),
  lastSeen: z.string().optional(),
  /** What is different since the last run that found it; absent when nothing is. */
  changed: z.array(z.string()).optional(),
  waiver: z.strictObject({ reason: z.string(), owner: z.string(), expires: z.string() }).optional(),
  /** A waiver that has ended, so that the finding counts again. */
  expiredWaiver: z.strictObject({ reason: z.string(), owner: z.string(), expires: z.string() }).optional(),
  /** Set when it says that a list does not allow something, and not that it is dangerous by itself. */
  byList: z.literal(true).optional(),
});
export type Finding = z.infer<typeof Finding>;

export const Coverage = z.strictObject({
  tool: z.string(),
  user: z.string().nullable(),
  status: z.enum(['found', 'absent', 'partial', 'unreadable', 'malformed', 'skipped']),
  sources: z.int().nonnegative(),
  reason: z.string().optional(),
});
export type Coverage = z.infer<typeof Coverage>;

export const Run = z.strictObject({
  id: z.string(),
  startedAt: z.string(),
  endedAt: z.string(),
  durationMs: z.int().nonnegative(),
  status: z.enum(['complete', 'partial']),
  homes: z.array(z.strictObject({ user: z.string().nullable(), path: z.string(), status: z.string() })),
  sourcesRead: z.int().nonnegative(),
  bytesRead: z.int().nonnegative(),
  /** Ids of checks that `--only` or `--skip` left out. */
  checksLeftOut: z.array(z.string()),
  /** Findings that were known before are left out, and not counted. */
  onlyNew: z.literal(true).optional(),
  /** What the run did beyond reading: empty by default. */
  sideEffects: z.array(z.string()),
});
export type Run = z.infer<typeof Run>;

export const Device = z.strictObject({
  id: z.string(),
  hostname: z.string(),
  platform: Platform,
  osVersion: z.string(),
  arch: z.string(),
});
export type Device = z.infer<typeof Device>;

export const AllowlistInfo = z.strictObject({
  source: z.string(),
  name: z.string(),
  version: z.string(),
  sha256: z.string(),
  fetchedAt: z.string(),
  expiresAt: z.string().nullable(),
  signature: z.enum(['valid', 'none']),
  /** Number of the key that signed it; absent without a signature. */
  keyId: z.string().optional(),
  /** How this copy came here. Of one that is kept for offline use, `fetchedAt` is when it was fetched. */
  from: z.enum(['file', 'network', 'cache']).optional(),
  /** Of a registry: packages and addresses that no list can express, and that approve nothing. */
  leftOut: z.int().positive().optional(),
});
export type AllowlistInfo = z.infer<typeof AllowlistInfo>;

/** The policy of the machine's administrator: where it is, and which settings it fixes. */
export const PolicyInfo = z.strictObject({ source: z.string(), settings: z.array(z.string()) });
export type PolicyInfo = z.infer<typeof PolicyInfo>;

export const Summary = z.strictObject({
  bySeverity: z.record(Severity, z.int().nonnegative()),
  byCheck: z.record(z.string(), z.int().positive()),
  /** Checks that found nothing wrong, of those that had something to look at. */
  score: z.strictObject({
    achieved: z.int().nonnegative(),
    evaluated: z.int().nonnegative(),
    notEvaluated: z.int().nonnegative(),
  }),
  facts: z.record(z.string(), z.int().nonnegative()),
});
export type Summary = z.infer<typeof Summary>;

export const Report = z.strictObject({
  schema: z.literal('shadowscan.report/1'),
  tool: z.strictObject({
    name: z.literal('shadowscan'),
    version: z.string(),
    rules: z.strictObject({ version: z.string(), sha256: z.string() }),
  }),
  run: Run,
  device: Device,
  allowlist: AllowlistInfo.nullable(),
  policy: PolicyInfo.nullable(),
  coverage: z.array(Coverage),
  facts: z.array(Fact),
  findings: z.array(Finding),
  summary: Summary,
});
export type Report = z.infer<typeof Report>;
