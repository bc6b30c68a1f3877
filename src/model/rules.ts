/** The other rule files: wrappers, secrets, checks, threats, remotes, and the Ruleset they make together. */
import { z } from 'zod';
import { Confidence, Severity } from './common.ts';
import type { CachesFile } from './cache.ts';
import { Threat } from './fact.ts';
import type { MovesFile } from './moves.ts';
import { AnyOf } from './predicate.ts';
import type { PlacesFile, ServerShape, Tool } from './tool.ts';
import type { Wrapper } from './wrapper.ts';

export { Wrapper } from './wrapper.ts';

/** One token shape of a provider. */
export const SecretShape = z
  .strictObject({
    id: z.string(),
    title: z.string(),
    /** JavaScript regular expression source; group 1 is the secret where there is one. Linear time. */
    pattern: z.string(),
    /** Literals, one of which is in every match: the fast search looks for these. */
    anchors: z.array(z.string().min(2)).default([]),
    /**
     * For patterns too common to stand alone: words, one of which the field's name must have; no anchor
     * then.
     */
    names: z.array(z.string().min(2)).default([]),
    /** Public part that may be shown. */
    prefix: z.string(),
    severity: Severity,
    confidence: Confidence,
    /** Structural check beyond the pattern, by name (`secrets/checksum.ts`). */
    checksum: z
      .enum([
        'crc32-base62',
        'crc32-base36',
        'crc32-hex',
        'crc32-base64',
        'sha256-base32',
        'bech32',
        'aws-account',
        'json-inside',
        'macaroon',
        'key-file',
        'numeric-id',
        'jwt-inside',
        'jwt',
      ])
      .optional(),
    /** Claims that the payload of a JWT must have, with their values. */
    claims: z.record(z.string(), z.string()).optional(),
    /** Publishable by design: an account of it is `info`. */
    public: z.boolean().default(false),
    rotate: z.string().optional(),
    /** Recipes that tests expand: `{a36}` random letters and digits and so on (`test/recipe.ts`). */
    matches: z.array(z.string()).min(1),
    clean: z.array(z.string()).min(1),
    source: z.string().optional(),
  })
  .refine((shape) => shape.anchors.length > 0 || shape.names.length > 0, 'expected anchors or names');
export type SecretShape = z.infer<typeof SecretShape>;
export const SecretFile = z.strictObject({
  provider: z.string(),
  rotate: z.string().optional(),
  shapes: z.array(SecretShape),
});
export type SecretFile = z.infer<typeof SecretFile>;

/** `rules/secrets/words.yaml` and its like: what names and values say about being a secret. */
export const SecretWords = z.strictObject({
  description: z.string(),
  /** Last words of names that mean a secret. */
  secretNames: z.array(z.string()),
  /** Those of them that mean a password, which people choose and which may be short. */
  passwordNames: z.array(z.string()).default([]),
  /** Last words of variables that hold ids as often as secrets: SESSION. */
  hintNames: z.array(z.string()).default([]),
  /** Header names, lower case, whose value is a secret. */
  secretHeaders: z.array(z.string()),
  /** Words before a secret word that make it harmless: PUBLIC KEY. */
  harmlessBefore: z.array(z.string()),
  /** Last words that make a name harmless: PATH, FILE, URL ... */
  harmlessLast: z.array(z.string()),
  /** Whole names that are harmless. */
  harmlessNames: z.array(z.string()),
  /** Patterns of values that refer to a secret kept elsewhere. */
  references: z.array(z.string()),
  /** Patterns of references with a literal default in group 1. */
  referenceDefaults: z.array(z.string()),
  /** Words that show a placeholder, as whole words. */
  placeholderWords: z.array(z.string()),
  /** Patterns of placeholders. */
  placeholders: z.array(z.string()),
  /** Passwords that everybody tries first. */
  weakPasswords: z.array(z.string()).default([]),
  /** Words before the secret in an authorization header: Bearer. */
  authSchemes: z.array(z.string()).default([]),
  /** Names of values that a model's provider made for itself, in transcripts: long, random and no secret. */
  opaqueNames: z.array(z.string()).default([]),
  /** Options whose value is `user:password`. */
  pairOptions: z.array(z.string()).default([]),
  /** Options whose value is `NAME=value`, or a name that the next argument is the value of. */
  envOptions: z.array(z.string()).default([]),
  /** Options whose value is a header line, or a name that the next argument is the value of. */
  headerOptions: z.array(z.string()).default([]),
  /** Patterns of placeholders made for people, which may be shown where a secret stands. */
  shownPlaceholders: z.array(z.string()).default([]),
  /** Words of which a shown placeholder made of words has at least one. */
  shownWords: z.array(z.string()).default([]),
  /** SHA-256 of values that are public samples; of a JWT, of its payload segment. */
  knownSamples: z.array(z.string()),
  /** Query parameters whose value is a secret. */
  queryNames: z.array(z.string()),
});
export type SecretWords = z.infer<typeof SecretWords>;

const Text = z.string().min(1);
/** `rules/checks/<id>.yaml`: which facts, how bad, why, what to do. */
export const Check = z.strictObject({
  title: Text,
  on: z.enum([
    'agent',
    'server',
    'credential',
    'account',
    'profile',
    'extension',
    'permission',
    'endpoint',
    'command',
    'instruction',
    'policy',
    'workspace',
    'gap',
  ]),
  when: AnyOf,
  severity: z.union([
    Severity,
    /** The fact's own severity (credentials carry one). */
    z.literal('fact'),
    z.array(z.strictObject({ when: AnyOf.optional(), is: z.union([Severity, z.literal('fact')]) })).min(1),
  ]),
  confidence: Confidence,
  /** `file`: one finding for each file and user, however many facts it holds. */
  per: z.literal('file').optional(),
  /** One sentence; `{field}` stands for a field of the fact. */
  message: Text,
  /** Fields of the fact that are shown as evidence. */
  evidence: z.array(z.string()),
  why: Text,
  remedy: Text,
  references: z.array(z.string()),
  frameworks: z.record(z.string(), z.array(z.string())),
  /** Partial facts: those that must match and those that must not. */
  examples: z.strictObject({
    match: z.array(z.record(z.string(), z.unknown())).min(1),
    clean: z.array(z.record(z.string(), z.unknown())).min(1),
  }),
});
export type CheckFile = z.infer<typeof Check>;
export type Check = CheckFile & { id: string };

/** `rules/threats/*.yaml`: servers and packages known to be bad, or given up by their makers. */
export const ThreatEntry = z.strictObject({
  id: z.string(),
  /**
   * `npm`, `pypi`, `oci` ...; `extension` for those of editors, `tool` for agents by id, `url` for servers.
   */
  ecosystem: z.string(),
  name: z.string(),
  /** Semver range, comma list of versions, or `*`. */
  versions: z.string(),
  class: Threat.shape.class,
  severity: Severity,
  confidence: Confidence,
  advisories: z.array(z.string()).default([]),
  note: z.string(),
  replacement: z.string().nullable().default(null),
  sources: z.array(z.string()),
});
export type ThreatEntry = z.infer<typeof ThreatEntry>;
export const ThreatFile = z.strictObject({ description: z.string(), threats: z.array(ThreatEntry) });

/** `rules/remotes/*.yaml`: a vendor's official remote servers, and packages that they replace. */
export const RemoteEntry = z.strictObject({
  vendor: z.string(),
  urls: z.array(z.string()).min(1),
  /** `npm:name`, `pypi:name`, `oci:name` that the remote can take the place of. */
  replaces: z.array(z.string()).default([]),
  confidence: Confidence,
  source: z.string(),
  docs: z.string().optional(),
});
export type RemoteEntry = z.infer<typeof RemoteEntry>;
export const RemoteFile = z.strictObject({ description: z.string(), remotes: z.array(RemoteEntry) });

/** All rules of one run, validated and frozen. */
export type Ruleset = {
  version: string;
  sha256: string;
  tools: Tool[];
  places: PlacesFile;
  server: ServerShape;
  caches: z.infer<typeof CachesFile>;
  wrappers: (Wrapper & { id: string })[];
  secrets: (SecretShape & { provider: string })[];
  words: SecretWords;
  moves: MovesFile;
  checks: Check[];
  threats: ThreatEntry[];
  remotes: RemoteEntry[];
};
