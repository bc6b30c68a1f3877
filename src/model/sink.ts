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

/** Headers of the connection and of the body (RFC 9110), which are ours to set. */
const ofConnection = new Set(
  (
    'host connection keep-alive proxy-connection proxy-authorization proxy-authenticate te trailer ' +
    'transfer-encoding upgrade content-length content-type content-encoding accept accept-encoding expect'
  ).split(' '),
);

/** Settings that not every kind has, and which have them. */
const kindsOf: Partial<Record<string, readonly (typeof sinkKinds)[number][]>> = {
  rule: ['sentinel'],
  stream: ['sentinel'],
  tenant: ['sentinel'],
  client: ['sentinel'],
  authority: ['sentinel'],
  audience: ['sentinel'],
  index: ['splunk-hec', 'elastic'],
  acknowledge: ['splunk-hec'],
  header: ['otlp', 'elastic'],
  credential: ['webhook', 'splunk-hec', 'elastic', 'otlp', 'sentinel', 'datadog'],
  tls: ['webhook', 'splunk-hec', 'elastic', 'syslog', 'otlp', 'sentinel', 'datadog'],
};
/** What Sentinel cannot do without. */
const ofSentinel = ['rule', 'stream', 'tenant', 'client'] as const;

/** Whether there can be such an address: a pattern knows nothing of ports beyond 65535 and of host names. */
const isAddress = (url: string): boolean => !['0', undefined].includes(URL.parse(url)?.port);

/** Where Elastic's documents go must be said once: by the path of the url, or by `index`. */
function streamFlaw(
  { url = '', index }: { url?: string | undefined; index?: string | undefined },
  wrong: (name: string, message: string) => void,
): void {
  const named = (URL.parse(url)?.pathname ?? '').split('/').filter(Boolean);
  if (named.at(-1) === '_bulk') named.pop();
  // What begins with an underscore is a word of the API, and no name.
  if (index === undefined && !/^[^_]/.test(named.at(-1) ?? ''))
    wrong('url', 'names no data stream; end it with one, such as /logs-shadowscan-default, or set "index"');
  if (index !== undefined && named.length > 0)
    wrong('index', 'the url has a path, which names the data stream already; leave one of them out');
  if (index !== undefined && (/[A-Z]/.test(index) || index.startsWith('_')))
    wrong('index', 'elastic wants small letters, and no underscore in front');
}

export const Sink = z
  .strictObject({
    /** What it goes by in messages and in the outbox. */
    name: z.string().regex(/^[\w.-]{1,64}$/, 'expected letters, digits, dots and dashes'),
    kind: z.enum(sinkKinds),
    /** For `file`: where to append. */
    path: AbsolutePath.optional(),
    /**
     * For all others: `https://...` (for elastic with the data stream at its end, or `index`), and for
     * syslog `tls://host:port` or `tcp://host:port`.
     */
    url: z
      .string()
      .regex(address, 'expected an address with https, without user and query')
      .refine(isAddress, 'expected an address: host, and port from 1 to 65535')
      .optional(),
    /** What is sent; default native. */
    profile: z.enum(profiles).optional(),
    credential: CredentialReference.optional(),
    tls: Tls.optional(),
    /**
     * Of Splunk: the index. Of Elastic: the data stream or index, where the url has no path; small letters,
     * as Elasticsearch wants them.
     */
    index: z
      .string()
      .regex(/^\w[\w.-]{0,254}$/, 'expected letters, digits, dots, dashes and underscores')
      .optional(),
    /** Of Splunk: whether to wait for acknowledgment. */
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
    authority: z
      .string()
      .regex(origin, 'expected an address with https and without a path')
      .refine(isAddress, 'expected an address: host, and port from 1 to 65535')
      .optional(),
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
      .regex(/^[A-Za-z][\w-]*$/, 'expected the name of a header')
      .refine((name) => !ofConnection.has(name.toLowerCase()), 'this header is none for credentials')
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
    const wrong = (name: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [name], message });
    for (const name of ofSentinel)
      if (sink.kind === 'sentinel' && sink[name] === undefined) wrong(name, 'sentinel needs it');
    for (const [name, kinds] of Object.entries(kindsOf))
      if (sink[name as keyof typeof sink] !== undefined && !kinds!.includes(sink.kind))
        wrong(name, `is for ${kinds!.join(', ')} alone`);
    if (sink.kind === 'elastic') streamFlaw(sink, wrong);
    if (sink.tls !== undefined && sink.url?.startsWith('tcp:')) wrong('tls', 'is for an address with tls:');
  });
export type Sink = z.infer<typeof Sink>;

/** A file of sinks, for `--ship FILE`. */
export const Sinks = z.strictObject({ $schema: z.string().optional(), sinks: z.array(Sink).min(1).max(16) });
export type Sinks = z.infer<typeof Sinks>;
