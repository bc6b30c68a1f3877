/**
 * Facts: one thing observed each, with its origin. No fact carries the text of a secret: values are
 * described by type, length, masked form and keyed fingerprint.
 */
import { z } from 'zod';
import { Severity, Verdict } from './common.ts';
import { common } from './fact-common.ts';
import {
  Approval,
  Evidence,
  GapReason,
  GitState,
  Load,
  Package,
  Resolved,
  SecretInfo,
  SecretReason,
  Storage,
  Threat,
  maybeJudged,
} from './fact-parts.ts';
import { CommandFact, EndpointFact, InstructionFact, PermissionFact, PolicyFact } from './fact-settings.ts';

export * from './fact-parts.ts';
export * from './fact-settings.ts';

const judged = {
  verdict: Verdict,
  approval: Approval.nullable(),
  /** One sentence: what matched, or what is missing. */
  why: z.string().nullable(),
};

export const AgentFact = z.strictObject({
  kind: z.literal('agent'),
  ...common,
  name: z.string(),
  vendor: z.string(),
  category: z.string(),
  version: z.string().nullable(),
  tiers: z.array(z.enum(['installed', 'configured', 'used', 'running'])),
  evidence: z.array(Evidence),
  /** ISO time of the newest file that the tool itself writes, to the second. */
  lastUsed: z.string().nullable(),
  /** Known bad releases that the installed version is one of; absent until judged. */
  threats: z.array(Threat).optional(),
  /** What keeps its managed settings from enforcing the allowlist in use; absent when nothing does. */
  enforcement: z
    .strictObject({
      /** That no managed settings name the servers that may run. */
      missing: z.string().optional(),
      /** What sends it to other settings than the managed ones. */
      moved: z.string().optional(),
    })
    .optional(),
  ...judged,
});
export type AgentFact = z.infer<typeof AgentFact>;

export const ServerFact = z.strictObject({
  kind: z.literal('server'),
  ...common,
  name: z.string(),
  transport: z.enum(['stdio', 'http', 'sse', 'ws']),
  command: z.string().nullable(),
  /** Arguments with secrets masked. */
  args: z.array(z.string()),
  /** URL with userinfo and secret query values masked. */
  url: z.string().nullable(),
  envNames: z.array(z.string()),
  headerNames: z.array(z.string()),
  /** The first package that the command would fetch and run; for a bridge, the bridge itself. */
  package: Package.nullable(),
  /** Other packages that its launchers fetch, whose install scripts run too; absent when there is none. */
  extras: z.array(Package).optional(),
  /** Versions that its launchers have on disk of what is not pinned; absent when there is none. */
  resolved: z.array(Resolved).optional(),
  /** SHA-256 of programs that it runs, by path, where the allowlist asks for one; absent otherwise. */
  programs: z.array(z.strictObject({ path: z.string(), sha256: z.string() })).optional(),
  /** Folder that it names to start in, as it may be shown; absent when it names none. */
  cwd: z.string().optional(),
  /** Files of variables that a field of it names, as they may be shown; absent when there is none. */
  envFiles: z.array(z.string()).optional(),
  /** MCP tools that the definition turns on, turns off or lets run unasked; absent when it names none. */
  toolLists: z
    .strictObject({
      allow: z.array(z.string()).optional(),
      deny: z.array(z.string()).optional(),
      auto: z.array(z.string()).optional(),
    })
    .optional(),
  /** Those of them that the entry which approves the server does not allow; absent when there is none. */
  toolsBeyond: z.array(z.string()).optional(),
  /** What would really run: a purl, an URL, `command:<path>`; null when it cannot be told. */
  identity: z.string().nullable(),
  /** Wrappers that were taken off, outermost first. */
  via: z.array(z.string()),
  /** Another package registry that the definition names, or null. */
  registry: z.string().nullable(),
  /** Why the identity cannot be relied on; empty when it can. */
  doubts: z.array(z.string()),
  load: Load,
  workspace: z.string().nullable(),
  threats: z.array(Threat),
  /** Official remote servers of the same vendor that could replace this one. */
  officialRemotes: z.array(z.string()),
  /**
   * Variables and headers that its approval says are secret, that hold a literal, and whose value gives no
   * secret away by itself; absent when there is none.
   */
  secretsInClear: z.array(z.string()).optional(),
  ...judged,
  /** What is different from when it was first found approved by the same entry; absent when nothing is. */
  drift: z
    .strictObject({
      /** Start of the run that found it so. */
      since: z.string(),
      changes: z.array(z.string()),
      /** Whether it is another version of the same, and nothing else. */
      versionOnly: z.boolean(),
    })
    .optional(),
});
export type ServerFact = z.infer<typeof ServerFact>;

export const CredentialFact = z.strictObject({
  kind: z.literal('credential'),
  ...common,
  secret: SecretInfo,
  /** What confidence and severity rest on. */
  because: z.array(SecretReason),
  /** Name of the field, variable, header or option that held it. */
  field: z.string(),
  storage: Storage,
  protection: z.enum(['plaintext', 'key-beside', 'weak', 'keychain']),
  /** Id of the server fact that uses it, or null. */
  server: z.string().nullable(),
  serverName: z.string().nullable(),
  expiresAt: z.string().nullable(),
  refreshable: z.boolean(),
  /** POSIX mode of the file, such as `0600`; null on Windows. */
  mode: z.string().nullable(),
  /** Whether users other than the owner can read it; null where modes mean nothing. */
  othersCanRead: z.boolean().nullable(),
  /** Whether the place is one that the tool no longer reads. */
  stale: z.boolean(),
  /** How often the same secret occurs in this source, or in all transcripts of the tool. */
  count: z.int().positive(),
  /** Transcripts that hold it; the origin is the first place in the first of them. */
  files: z.int().positive().optional(),
  /** The last place in the last of them. */
  last: z.strictObject({ path: z.string(), line: z.int().positive().optional() }).optional(),
  severity: Severity,
  /** Whose the file is, where it is not the home's own user; absent otherwise. */
  owner: z.string().optional(),
  /** The service that copies its folder to other machines; absent when none is known to. */
  synced: z.string().optional(),
  /** What git makes of its file; absent outside of work trees. */
  git: GitState.optional(),
  /** Servers that are given it by a file of variables or refer to it by name; absent when none is known. */
  usedBy: z.array(z.strictObject({ id: z.string(), name: z.string() })).optional(),
  /** Whether it has run out; absent when it has not, or cannot be told. */
  expired: z.literal(true).optional(),
  /** In how many places of this scan the same secret lies; absent when in this one alone. */
  places: z.int().min(2).optional(),
});
export type CredentialFact = z.infer<typeof CredentialFact>;

export const AccountFact = z.strictObject({
  kind: z.literal('account'),
  ...common,
  /** Domain of the e-mail address; the address itself is not recorded. */
  domain: z.string().nullable(),
  organisation: z.string().nullable(),
  organisationId: z.string().nullable(),
  plan: z.string().nullable(),
  tier: z.enum(['personal', 'corporate', 'unknown']),
  ...maybeJudged,
});
export type AccountFact = z.infer<typeof AccountFact>;

export const ProfileFact = z.strictObject({
  kind: z.literal('profile'),
  ...common,
  name: z.string(),
  profile: z.string(),
  /** Ids of extensions active in it, sorted. */
  extensions: z.array(z.string()),
  /** Those of them that are AI agents. */
  agents: z.array(z.string()),
  ...judged,
});
export type ProfileFact = z.infer<typeof ProfileFact>;

export const ExtensionFact = z.strictObject({
  kind: z.literal('extension'),
  ...common,
  extension: z.string(),
  version: z.string().nullable(),
  profile: z.string().nullable(),
  load: Load,
  /** Tool id when the extension is, or belongs to, a known AI agent. */
  agent: z.string().nullable(),
  /** Known bad releases that the installed version is one of; absent until judged. */
  threats: z.array(Threat).optional(),
  ...judged,
});
export type ExtensionFact = z.infer<typeof ExtensionFact>;

export const WorkspaceFact = z.strictObject({
  kind: z.literal('workspace'),
  ...common,
  path: z.string(),
  status: z.enum(['read', 'absent', 'outside', 'unreadable', 'remote']),
});
export type WorkspaceFact = z.infer<typeof WorkspaceFact>;

export const GapFact = z.strictObject({
  kind: z.literal('gap'),
  ...common,
  stage: z.enum(['discover', 'read', 'parse', 'inventory', 'resolve', 'evaluate']),
  reason: GapReason,
  /** For `protected`: the folders that were left alone. One gap tells of all of a home. */
  folders: z.array(z.string()).optional(),
});
export type GapFact = z.infer<typeof GapFact>;

export const Fact = z.discriminatedUnion('kind', [
  AgentFact,
  ServerFact,
  CredentialFact,
  AccountFact,
  ProfileFact,
  ExtensionFact,
  PermissionFact,
  EndpointFact,
  CommandFact,
  InstructionFact,
  PolicyFact,
  WorkspaceFact,
  GapFact,
]);
export type Fact = z.infer<typeof Fact>;
export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;
