/** Parts of facts: what packages, secrets, threats and pieces of evidence are described by. */
import { z } from 'zod';
import { Confidence, Severity, Verdict } from './common.ts';
import { gapReasons, packageTypes, threatClasses } from './words.ts';

/** Which allowlist entry decided, and in words why. */
export const Approval = z.strictObject({
  entry: z.string(),
  owner: z.string().optional(),
  reason: z.string().optional(),
  expires: z.string().optional(),
  /** The MCP tools that the entry speaks of; absent when it speaks of none. */
  tools: z
    .strictObject({ allow: z.array(z.string()).optional(), deny: z.array(z.string()).optional() })
    .optional(),
  /** Why it should be replaced all the same. */
  deprecated: z.string().optional(),
  /** Variables and headers that must hold a reference, and never the secret itself. */
  secretNames: z.array(z.string()).optional(),
});
export type Approval = z.infer<typeof Approval>;

export const Evidence = z.strictObject({
  tier: z.enum(['installed', 'configured', 'used', 'running']),
  /**
   * What was seen: `binary`, `name` (a program whose name others use too), `app`, `path`, a package (`npm`,
   * `pip`, `brew`, `cask`, `snap`, `flatpak`, `deb`, `msix`), `extension`, `file`, `folder`, `process`.
   */
  by: z.string(),
  path: z.string(),
  version: z.string().optional(),
});
export type Evidence = z.infer<typeof Evidence>;

export const Package = z.strictObject({
  type: z.enum(packageTypes),
  name: z.string(),
  /** Version, range, tag or digest as written; null when none is. */
  version: z.string().nullable(),
  /** Whether exactly one published artefact can be meant. */
  pinned: z.boolean(),
  purl: z.string(),
});
export type Package = z.infer<typeof Package>;

/** A version that lies on this disk, of a package that a definition does not pin. */
export const Resolved = z.strictObject({
  type: z.enum(packageTypes),
  name: z.string(),
  /** The version; of an image the digest. */
  version: z.string(),
  /** The cache that holds it, such as `npx-cache`. */
  by: z.string(),
  path: z.string(),
});
export type Resolved = z.infer<typeof Resolved>;

/** What an allowlist says of a fact that only some lists speak of; absent when the list does not. */
export const maybeJudged = {
  verdict: Verdict.optional(),
  approval: Approval.nullable().optional(),
  why: z.string().nullable().optional(),
};

export const Threat = z.strictObject({
  class: z.enum(threatClasses),
  id: z.string(),
  /** What it is about, as the list names it: a package, an extension, a host. */
  name: z.string(),
  advisories: z.array(z.string()),
  note: z.string(),
  severity: Severity,
  confidence: Confidence,
  replacement: z.string().nullable(),
});
export type Threat = z.infer<typeof Threat>;

export const Load = z.enum(['active', 'disabled', 'pending', 'not-loaded', 'unknown']);
export type Load = z.infer<typeof Load>;

/** What the judgement on a secret rests on. */
export const SecretReason = z.enum([
  /** It has the form of a provider's tokens. */
  'shape',
  /** Its own checksum or inner structure is right, or is not. */
  'checksum',
  'wrong-checksum',
  /** The name of its field says so. */
  'name',
  /** It looks made rather than written. */
  'entropy',
  /** It stands where a secret would: behind a scheme, in a URL, in a field that is a secret by definition. */
  'position',
  /** A good part of it counts, as in a sample that was typed. */
  'typed',
]);
export type SecretReason = z.infer<typeof SecretReason>;

export const SecretInfo = z.strictObject({
  /** Id of the shape that matched, or `generic-secret`, `password`, `oauth-token` ... */
  type: z.string(),
  provider: z.string().nullable(),
  length: z.int().nonnegative(),
  /** HMAC-SHA-256 under the fleet's or the state's key; null without a key. */
  fingerprint: z.string().nullable(),
  /** Never more than the public prefix and two characters. */
  masked: z.string(),
  /** Where its provider lets it be revoked; null when that is not known. */
  rotate: z.string().nullable(),
});
export type SecretInfo = z.infer<typeof SecretInfo>;

export const Storage = z.enum([
  'literal',
  'argv',
  'url',
  'oauth-file',
  'key-file',
  'dotenv',
  'shell',
  'credential-file',
  'database',
  'log',
  'temp',
  'text',
]);
export type Storage = z.infer<typeof Storage>;

/** What git makes of a file. Its history is not looked at. */
export const GitState = z.strictObject({
  /** Top of the work tree. */
  root: z.string(),
  /**
   * `tracked`: part of the repository; `staged`: about to be, and not in the last commit; `ignored` and
   * `untracked`: not part of it, by a rule or by chance; `unknown`: the list of files cannot be read.
   */
  state: z.enum(['tracked', 'staged', 'ignored', 'untracked', 'unknown']),
});
export type GitState = z.infer<typeof GitState>;

/** Why something could not be seen: a closed list, never a parser's or the OS's own words. */
export const GapReason = z.enum(Object.keys(gapReasons) as [keyof typeof gapReasons]);
export type GapReason = z.infer<typeof GapReason>;
