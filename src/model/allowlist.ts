/**
 * The allowlist file: what is approved, by whom, why, until when; and what is denied. Nothing in it goes by
 * the name that a configuration gives a server, since whoever edits that file chooses the name.
 */
import { z } from 'zod';
import type { AgentFact, Approval, ExtensionFact, ServerFact } from './fact.ts';
import type { Verdict } from './common.ts';

const When = z.string().regex(/^\d{4}-\d{2}-\d{2}(T.*Z)?$/, 'expected a date such as 2027-01-31');

/**
 * One approval or denial. Exactly one of `package`, `url`, `command`, `image`, `agent`, `extension` says
 * what is meant; the rest narrows it.
 */
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
    /** For servers: variables and headers that must hold a reference, and never the secret itself. */
    secretNames: z.array(z.string().min(1)).min(1).optional(),
    /** Why what is approved here should be replaced all the same. */
    deprecated: z.string().min(1).optional(),
    owner: z.string().optional(),
    reason: z.string().optional(),
    expires: When.optional(),
  })
  .refine(
    (entry) =>
      [entry.package, entry.url, entry.command, entry.image, entry.agent, entry.extension].filter(
        (value) => value !== undefined,
      ).length === 1,
    'expected exactly one of package, url, command, image, agent, extension',
  );
export type AllowlistEntry = z.infer<typeof AllowlistEntry>;

export const Allowlist = z.strictObject({
  $schema: z.string().optional(),
  version: z.union([z.string(), z.number()]).transform(String),
  name: z.string(),
  owner: z.string().optional(),
  created: When.optional(),
  expires: When.optional(),
  approve: z.array(AllowlistEntry).default([]),
  deny: z.array(AllowlistEntry).default([]),
});
export type Allowlist = z.infer<typeof Allowlist>;

/** Facts that can be approved. */
export type Approvable = ServerFact | AgentFact | ExtensionFact;
/** What a list says of one fact, by which entry, and in one sentence why. */
export type Decision = { verdict: Verdict; approval: Approval | null; why: string | null };
/** An allowlist ready to be asked. */
export type Approver = (fact: Approvable) => Decision;
