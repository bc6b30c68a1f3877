/**
 * The rows under `proves:` of a tool file, one kind of fact each: which nodes, and where in them each part
 * is.
 */
import { z } from 'zod';
import { Confidence, Scope, Severity } from './common.ts';
import { Load, Storage } from './fact-parts.ts';
import { AnyOf } from './predicate.ts';
import { Selector, Selectors, many } from './path-row.ts';

export const Level = { confidence: Confidence.optional() };

/** The parts of a server definition, each of which clients spell in several ways. */
export const ServerPart = z.enum([
  'command',
  'args',
  'url',
  'env',
  'headers',
  'envNames',
  'headerNames',
  'transport',
  'disabled',
  'enabled',
  'secrets',
  'envFile',
  'cwd',
  'toolsOn',
  'toolsOff',
  'toolsAuto',
  'headersHelper',
  'name',
]);
export type ServerPart = z.infer<typeof ServerPart>;

export const ServerRow = z.strictObject({
  at: Selectors,
  /** Where the name is, when it is neither the key nor a `name` field. */
  name: Selectors.optional(),
  when: AnyOf.optional(),
  /** What an entry without an on/off switch of its own means; default `active`. */
  load: Load.optional(),
  scope: Scope.optional(),
  /** What a URL without a stated transport means to this client; default `http`. */
  transport: z.enum(['http', 'sse', 'ws']).optional(),
  workspace: z.string().optional(),
  /** Editor profile that the definition belongs to, as `{capture}`. */
  profile: z.string().optional(),
  /** Plugin or extension that brings it, as `{capture}`, for switches `by: folder`. */
  folder: z.string().optional(),
  /** Where parts are that this client alone spells so: instead of the shared spellings of these parts. */
  fields: z.partialRecord(ServerPart, Selectors).optional(),
  /** Words that the client puts before the entry's command, such as `docker`, `run`. */
  launcher: z.array(z.string()).min(1).optional(),
  /** An offer: it is a fact only once a switch names it. */
  offer: z.literal(true).optional(),
  /** The file is one that no client reads any more: what it holds is abandoned. */
  stale: z.literal(true).optional(),
  ...Level,
});
export type ServerRow = z.infer<typeof ServerRow>;

export const CredentialRow = z.strictObject({
  at: Selectors,
  /**
   * Fields below `at` that are secrets by definition; without it `at` selects the secret itself. `expires`
   * speaks of the first: a refresh token or client secret outlives it.
   */
  fields: Selectors.optional(),
  /** Let name and value decide, for free-form maps such as `env`; every scalar below `at` is looked at. */
  judge: z.boolean().optional(),
  /** Search the text for known shapes only, as in logs. */
  scan: z.boolean().optional(),
  when: AnyOf.optional(),
  type: z.string().optional(),
  /** What the secret is called where no key names it; default `file`. */
  field: z.string().optional(),
  expires: Selector.optional(),
  refresh: Selector.optional(),
  /** How to tell the server that it belongs to: a name, an URL, or the key that a bridge computes. */
  server: z
    .strictObject({ name: Selector.optional(), url: Selector.optional(), key: Selector.optional() })
    .optional(),
  storage: Storage.optional(),
  protection: z.enum(['plaintext', 'key-beside', 'weak', 'keychain']).optional(),
  /** How bad a leak of it would be, where the row knows better than the secret's shape. */
  severity: Severity.optional(),
  /** True, or the version whose server still reads the place (`{capture}`): otherwise it is abandoned. */
  stale: z.union([z.boolean(), z.string()]).optional(),
  ...Level,
});
export type CredentialRow = z.infer<typeof CredentialRow>;

export const AccountRow = z.strictObject({
  at: Selectors,
  /** An e-mail address; only its domain is kept. */
  email: Selectors.optional(),
  organisation: Selectors.optional(),
  organisationId: Selectors.optional(),
  plan: Selectors.optional(),
  personal: z.array(z.string()).optional(),
  corporate: z.array(z.string()).optional(),
  when: AnyOf.optional(),
  ...Level,
});
export type AccountRow = z.infer<typeof AccountRow>;

export const ProfileRow = z.strictObject({
  at: Selectors,
  name: Selectors.optional(),
  id: Selectors.optional(),
  /** Profile whose extensions it has instead of a list of its own, and when. */
  inherits: z.strictObject({ from: z.string(), when: AnyOf }).optional(),
  when: AnyOf.optional(),
  ...Level,
});
export type ProfileRow = z.infer<typeof ProfileRow>;

export const ExtensionRow = z.strictObject({
  at: Selectors,
  id: Selectors,
  version: Selectors.optional(),
  /** Folder name, for switches that name folders. */
  folder: Selectors.optional(),
  /** Profile that the list belongs to; `default` when not given. */
  profile: z.string().optional(),
  /** When it is active in every profile of the editor. */
  everywhere: AnyOf.optional(),
  when: AnyOf.optional(),
  ...Level,
});
export type ExtensionRow = z.infer<typeof ExtensionRow>;

export const PermissionRow = z.strictObject({
  at: Selectors,
  setting: z.string(),
  /** Where the value is below `at`, when `at` is a map. */
  value: Selector.optional(),
  /** Value as written -> normalised level. */
  levels: z.record(z.string(), z.string()).optional(),
  /** Level when nothing is selected. */
  absent: z.string().optional(),
  workspace: z.string().optional(),
  when: AnyOf.optional(),
  ...Level,
});
export type PermissionRow = z.infer<typeof PermissionRow>;

/**
 * A list or flag, here or in another source, that turns facts of other rows on or off: disabled lists,
 * `.obsolete`, enabled state. It applies within the same workspace or profile where both name one.
 */
export const SwitchRow = z.strictObject({
  at: Selectors,
  /** What the named facts become. */
  set: Load,
  /** Ids of rows of this tool whose facts are meant. */
  of: many(z.string()),
  /**
   * Name of the fact: a `{capture}`, a selector below `at`, or `*` for all; default the selected text, or
   * the key that led to it.
   */
  name: z.string().optional(),
  /** What the name begins with there and not in the fact; other names mean nothing. */
  prefix: z.string().optional(),
  /** Compared with: `name` (default), or `folder` for extensions. */
  by: z.enum(['name', 'folder', 'profile']).optional(),
  /** What facts that are not named become, once one such list exists: an allow-list of names. */
  others: Load.optional(),
  workspace: z.string().optional(),
  profile: z.string().optional(),
  when: AnyOf.optional(),
});
export type SwitchRow = z.infer<typeof SwitchRow>;

/**
 * A folder or file named in a source: the value, or `path` with captures. Binds the base it is listed under.
 */
export const LeadRow = z.strictObject({ at: Selectors, path: z.string().optional(), when: AnyOf.optional() });
export type LeadRow = z.infer<typeof LeadRow>;

/** A model API in use, or a local service of a runtime or gateway. Parts are selectors below `at`. */
export const EndpointRow = z.strictObject({
  at: Selectors,
  /** `serves`: others can connect to it here; `uses`: the tool sends its prompts there. */
  role: z.enum(['serves', 'uses']),
  /** A `{capture}` or a selector: the provider or service. */
  name: Selectors.optional(),
  /** An URL, or `host:port`. */
  url: Selectors.optional(),
  host: Selectors.optional(),
  port: Selectors.optional(),
  /** What the setting that `when` asks for means, such as `0.0.0.0:11434` for a switch. */
  value: z.string().optional(),
  /** What holds when neither is there, such as `127.0.0.1:11434`; without it there is no fact then. */
  default: z.string().optional(),
  when: AnyOf.optional(),
  ...Level,
});
export type EndpointRow = z.infer<typeof EndpointRow>;

/**
 * A command that the tool starts by itself: `at` is its text or argument list, unless `command` says where.
 */
export const CommandRow = z.strictObject({
  at: Selectors,
  purpose: z.enum(['hook', 'helper', 'status', 'notify', 'startup']),
  command: Selectors.optional(),
  args: Selectors.optional(),
  /** The event or use, as `{capture}` or selector. */
  name: Selectors.optional(),
  workspace: z.string().optional(),
  when: AnyOf.optional(),
  ...Level,
});
export type CommandRow = z.infer<typeof CommandRow>;

/** What a file is to the agent that reads it. */
export const InstructionRole = z.enum(['rules', 'memory', 'skill', 'agent', 'command']);
export type InstructionRole = z.infer<typeof InstructionRole>;
