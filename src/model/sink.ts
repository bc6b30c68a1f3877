/**
 * Where reports are sent: kind, address, what is sent, and where the credential lies. The credential itself
 * is never part of it: a policy is read by every user of a machine.
 */
import { z } from 'zod';

export const sinkKinds = ['file', 'webhook', 'splunk-hec', 'elastic', 'syslog', 'otlp'] as const;
export const profiles = ['native', 'ocsf', 'ecs'] as const;

/** A path that means the same wherever the program is started. */
export const AbsolutePath = z.string().regex(/^(\/|[A-Za-z]:[/\\])/, 'expected an absolute path');

/** Where a credential lies: a file that root alone can read, a variable, or an entry of the keychain. */
export const CredentialReference = z
  .strictObject({
    file: AbsolutePath.optional(),
    env: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'expected the name of a variable')
      .optional(),
    keychain: z.string().min(1).optional(),
  })
  .refine(
    (one) => Object.values(one).filter((part) => part !== undefined).length === 1,
    'expected exactly one of file, env, keychain',
  );
export type CredentialReference = z.infer<typeof CredentialReference>;

/** No user, password or query in it, where tokens would stand; plain HTTP to this machine alone. */
const ways = [
  String.raw`https:\/\/[^\s/?#@]+`,
  String.raw`http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?`,
  String.raw`(?:tls|tcp):\/\/[^\s/?#@]+:\d+`,
];
const address = new RegExp(String.raw`^(?:${ways.join('|')})(?:\/[^\s?#]*)?$`);

/**
 * Files in PEM for a connection: authorities beside those of the system, and our own certificate with its
 * key.
 */
const Tls = z
  .strictObject({
    ca: AbsolutePath.optional(),
    certificate: AbsolutePath.optional(),
    key: AbsolutePath.optional(),
  })
  .refine((one) => (one.certificate === undefined) === (one.key === undefined), {
    message: 'a certificate and its key go together',
  });

/** Kinds that cannot do without a credential. */
const needsCredential = new Set<string>(['webhook', 'splunk-hec']);

export const Sink = z
  .strictObject({
    /** What it goes by in messages and in the outbox. */
    name: z.string().regex(/^[\w.-]{1,64}$/, 'expected letters, digits, dots and dashes'),
    kind: z.enum(sinkKinds),
    /** For `file`: where to append. */
    path: AbsolutePath.optional(),
    /**
     * For all others: `https://...` (for elastic with the data stream at its end), and for syslog
     * `tls://host:port` or `tcp://host:port`.
     */
    url: z.string().regex(address, 'expected an address with https, without user and query').optional(),
    /** What is sent; default native. */
    profile: z.enum(profiles).optional(),
    credential: CredentialReference.optional(),
    tls: Tls.optional(),
    /** Of Splunk: the index, and whether to wait for acknowledgment. */
    index: z
      .string()
      .regex(/^[\w-]+$/)
      .optional(),
    acknowledge: z.boolean().optional(),
    /** Of OTLP and Elastic: the name of the header that the credential goes into; default Authorization. */
    header: z
      .string()
      .regex(/^[A-Za-z][\w-]*$/)
      .optional(),
  })
  .refine(
    ({ kind, path, url }) => (kind === 'file' ? path !== undefined && !url : url !== undefined && !path),
    {
      message: 'a file has a path, everything else a url',
    },
  )
  .refine(({ kind, url }) => url === undefined || (kind === 'syslog') === /^(?:tls|tcp):/.test(url), {
    path: ['url'],
    message: 'syslog goes by tls or tcp, everything else by https',
  })
  .refine(({ kind, credential }) => !needsCredential.has(kind) || credential !== undefined, {
    path: ['credential'],
    message: 'this kind needs one: a token (splunk-hec) or the key of signatures (webhook)',
  });
export type Sink = z.infer<typeof Sink>;

/** A file of sinks, for `--ship FILE`. */
export const Sinks = z.strictObject({ $schema: z.string().optional(), sinks: z.array(Sink).min(1).max(16) });
export type Sinks = z.infer<typeof Sinks>;
