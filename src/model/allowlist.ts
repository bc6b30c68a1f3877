/**
 * The allowlist file: what is approved, by whom, why, until when; and what is denied. Nothing in it goes by
 * the name that a configuration gives a server, since whoever edits that file chooses the name.
 */
import { z } from 'zod';
import type {
  AccountFact,
  AgentFact,
  Approval,
  EndpointFact,
  ExtensionFact,
  PermissionFact,
  ProfileFact,
  ServerFact,
} from './fact.ts';
import type { Verdict } from './common.ts';
import { softDoubts, subjects } from './words.ts';

const When = z.string().regex(/^\d{4}-\d{2}-\d{2}(T.*Z)?$/, 'expected a date such as 2027-01-31');
const Texts = z.array(z.string().min(1)).min(1);

/** MCP tools of a server: all that is not denied, and where there is an allow list, nothing else. */
export const ToolLists = z.strictObject({ allow: Texts.optional(), deny: Texts.optional() });
export type ToolLists = z.infer<typeof ToolLists>;

/** One approval or denial. Exactly one of `subjects` says what is meant; the rest narrows it. */
export const AllowlistEntry = z
  .strictObject({
    /** Own id; default the position, such as `approve[3]`. */
    id: z.string().optional(),
    /** `npm:@scope/name`, `pypi:name`, `nuget:name` ... */
    package: z
      .string()
      .regex(/^(npm|pypi|nuget|mcpb|cargo|golang|gem|jsr):.+$/, 'expected npm:NAME, pypi:NAME ...')
      .optional(),
    /** Semver range for `package` and `extension`; for `agent` a range, or the lowest version allowed. */
    version: z.string().optional(),
    /** For `package` with `version`: approve definitions that leave the version open, too. */
    allowUnpinned: z.boolean().optional(),
    /**
     * Remote server. `*` and `{name}` stand for one label of the host or one segment of the path, `*` at the
     * end of the path for all the rest. Query and trailing slash do not count.
     */
    url: z.string().optional(),
    /** Absolute path or bare name of a local program or script, as the definition writes it. */
    command: z.string().min(1).optional(),
    /** For `command`: every argument in order; `*` in one stands for text without `/` that is no option. */
    args: z.array(z.string()).optional(),
    /** For a `command` by its path: the file that lies there, which a scan reads only when a list asks. */
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected 64 hex digits in lower case')
      .optional(),
    /** Container image without tag, such as `docker.io/mcp/github`. */
    image: z.string().optional(),
    tag: z.string().optional(),
    digest: z
      .string()
      .regex(/^sha256:[0-9a-f]{64}$/, 'expected sha256: and 64 hex digits')
      .optional(),
    /** Id of a tool, as `shadowscan tools` lists them. */
    agent: z.string().optional(),
    /** Editor extension, `publisher.name`. */
    extension: z.string().optional(),
    /** Editor profile, by its name or id; `*` stands for any text. */
    profile: z.string().min(1).optional(),
    /** Setting of an agent as a scan reports it, such as `approval`, and the levels that are meant. */
    setting: z.string().min(1).optional(),
    level: z.union([z.string().min(1), Texts]).optional(),
    /** Model API: a host such as `*.openai.azure.com` or `127.0.0.1:11434`, or an URL template. */
    endpoint: z.string().min(1).optional(),
    /** Domain of a signed-in account; `*` alone for any, also where none is known. */
    account: z.string().min(1).optional(),
    /** For `account`: name or id of the organisation, and the plan, in any case. */
    organisation: z.string().min(1).optional(),
    plan: z.union([z.string().min(1), Texts]).optional(),
    /** Only in these clients (ids of tools), for these users, on these hosts; `*` stands for any text. */
    clients: Texts.optional(),
    users: Texts.optional(),
    hosts: Texts.optional(),
    /** For servers: which of their MCP tools. */
    tools: ToolLists.optional(),
    /** For servers: doubts about the surroundings that do not matter here. */
    accept: z.array(z.enum(softDoubts)).min(1).optional(),
    /** For servers: variables and headers that must hold a reference, and never the secret itself. */
    secretNames: z.array(z.string().min(1)).min(1).optional(),
    /** Why what is approved here should be replaced all the same. */
    deprecated: z.string().min(1).optional(),
    owner: z.string().optional(),
    reason: z.string().optional(),
    expires: When.optional(),
  })
  .refine(
    (entry) => subjects.filter((subject) => entry[subject] !== undefined).length === 1,
    `expected exactly one of ${subjects.join(', ')}`,
  );
export type AllowlistEntry = z.infer<typeof AllowlistEntry>;

/**
 * A finding that somebody accepts for a time: by check and fingerprint, or by check and place. It stays in
 * the report, marked, and comes back when the waiver ends.
 */
export const Waiver = z
  .strictObject({
    check: z.string().min(1),
    fingerprint: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'expected the 32 hex digits of a finding')
      .optional(),
    /** Path of the file: `~` is any home, `*` a name, `**` any folders. */
    place: z.string().min(1).optional(),
    users: Texts.optional(),
    hosts: Texts.optional(),
    reason: z.string().min(1),
    owner: z.string().min(1),
    expires: When,
  })
  .refine(
    ({ fingerprint, place }) => (fingerprint === undefined) !== (place === undefined),
    'expected exactly one of fingerprint, place',
  );
export type Waiver = z.infer<typeof Waiver>;

export const Allowlist = z.strictObject({
  $schema: z.string().optional(),
  version: z.union([z.string(), z.number()]).transform(String),
  name: z.string(),
  owner: z.string().optional(),
  created: When.optional(),
  expires: When.optional(),
  approve: z.array(AllowlistEntry).default([]),
  deny: z.array(AllowlistEntry).default([]),
  waivers: z.array(Waiver).default([]),
});
export type Allowlist = z.infer<typeof Allowlist>;

/** Facts that can be approved. */
export type Approvable =
  | ServerFact
  | AgentFact
  | ExtensionFact
  | ProfileFact
  | PermissionFact
  | EndpointFact
  | AccountFact;
/** What a list says of one fact, by which entry, and in one sentence why. */
export type Decision = { verdict: Verdict; approval: Approval | null; why: string | null };
/** An allowlist ready to be asked. */
export type Approver = (fact: Approvable) => Decision;
