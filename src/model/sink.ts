/**
 * Where reports are sent: kind, address, what is sent, and where the credential lies. The credential itself
 * is never part of it: a policy is read by every user of a machine.
 */
import { z } from 'zod';

export const sinkKinds = [
  'file',
  'webhook',
  'splunk-hec',
  'elastic',
  'syslog',
  'otlp',
  'sentinel',
  'datadog',
] as const;
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
/** The same without a path, and by HTTP. */
const origin = new RegExp(String.raw`^(?:${ways[0]}|${ways[1]})\/?$`);

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
const needsCredential = new Set<string>(['webhook', 'splunk-hec', 'sentinel', 'datadog']);

/** Settings of one kind, that no other has. */
const ofSentinel = ['rule', 'stream', 'tenant', 'client', 'authority', 'audience'] as const;

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
    /** Of Sentinel: immutable id of the data collection rule, and the name of its stream. */
    rule: z
      .string()
      .regex(/^dcr-[0-9a-f]{32}$/, 'expected the immutable id of a rule, dcr- and 32 hex digits')
      .optional(),
    stream: z
      .string()
      .regex(/^Custom-[A-Za-z]\w{0,99}$/, 'expected the name of a stream, such as Custom-Shadowscan_CL')
      .optional(),
    /** Of Sentinel: the app registration whose secret the credential is. */
    tenant: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]*$/, 'expected the id or domain of a tenant')
      .optional(),
    client: z
      .string()
      .regex(
        /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
        'expected the id of an app registration',
      )
      .optional(),
    /** Of Sentinel in other clouds: who gives tokens, and what for. Default: those of the public one. */
    authority: z.string().regex(origin, 'expected an address with https and without a path').optional(),
    audience: z
      .enum(['https://monitor.azure.com', 'https://monitor.azure.us', 'https://monitor.azure.cn'])
      .optional(),
    /** Of Datadog: the site, such as `datadoghq.eu`, in place of a url. */
    site: z
      .string()
      .regex(/^(?:[a-z0-9-]+\.)+[a-z]{2,}$/, 'expected a site, such as datadoghq.eu')
      .optional(),
    /** Of OTLP and Elastic: the name of the header that the credential goes into; default Authorization. */
    header: z
      .string()
      .regex(/^[A-Za-z][\w-]*$/)
      .optional(),
  })
  .refine(
    ({ kind, path, url, site }) =>
      [path, url, site].filter((one) => one !== undefined).length === 1 &&
      (kind === 'file') === (path !== undefined) &&
      (kind === 'datadog' || site === undefined),
    { message: 'a file has a path, datadog a site or a url, everything else a url' },
  )
  .refine(({ kind, url }) => url === undefined || (kind === 'syslog') === /^(?:tls|tcp):/.test(url), {
    path: ['url'],
    message: 'syslog goes by tls or tcp, everything else by https',
  })
  .refine(({ kind, credential }) => !needsCredential.has(kind) || credential !== undefined, {
    path: ['credential'],
    message:
      'this kind needs one: a token (splunk-hec), the key of signatures (webhook), the secret of an app ' +
      'registration (sentinel) or an API key (datadog)',
  })
  .superRefine((sink, context) => {
    for (const name of ofSentinel) {
      const isThere = sink[name] !== undefined;
      const isDemanded = name !== 'authority' && name !== 'audience';
      if (sink.kind === 'sentinel' && isDemanded && !isThere)
        context.addIssue({ code: 'custom', path: [name], message: 'sentinel needs it' });
      if (sink.kind !== 'sentinel' && isThere)
        context.addIssue({ code: 'custom', path: [name], message: 'is for sentinel alone' });
    }
  });
export type Sink = z.infer<typeof Sink>;

/** A file of sinks, for `--ship FILE`. */
export const Sinks = z.strictObject({ $schema: z.string().optional(), sinks: z.array(Sink).min(1).max(16) });
export type Sinks = z.infer<typeof Sinks>;
