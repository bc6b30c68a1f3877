/**
 * Where reports are sent: kind, address, what is sent, and where the credential lies. The credential itself
 * is never part of it: a policy is read by every user of a machine.
 */
import { z } from 'zod';

export const sinkKinds = ['file', 'webhook', 'splunk-hec', 'elastic', 'syslog', 'otlp'] as const;

const AbsolutePath = z.string().regex(/^(\/|[A-Za-z]:[/\\])/, 'expected an absolute path');

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
const addresses = [
  /^https:\/\/[^\s/?#@]+(?:\/[^\s?#]*)?$/,
  /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:\/[^\s?#]*)?$/,
  /^(?:tls|tcp|udp):\/\/[^\s/?#@]+:\d+$/,
];

export const Sink = z
  .strictObject({
    /** What it goes by in messages and in the outbox. */
    name: z.string().regex(/^[\w.-]{1,64}$/, 'expected letters, digits, dots and dashes'),
    kind: z.enum(sinkKinds),
    /** For `file`: where to append. */
    path: AbsolutePath.optional(),
    /** For all others: `https://...`, and for syslog `tls://host:port`, `tcp://` or `udp://`. */
    url: z
      .string()
      .refine(
        (url) => addresses.some((one) => one.test(url)),
        'expected an address with https, without user and query',
      )
      .optional(),
    /** What is sent, by its name. */
    profile: z
      .string()
      .regex(/^[\w.-]+$/)
      .optional(),
    credential: CredentialReference.optional(),
  })
  .refine(
    ({ kind, path, url }) => (kind === 'file' ? path !== undefined && !url : url !== undefined && !path),
    {
      message: 'a file has a path, everything else a url',
    },
  )
  .refine(({ kind, url }) => url === undefined || (kind === 'syslog') === /^(?:tls|tcp|udp):/.test(url), {
    path: ['url'],
    message: 'syslog goes by tls, tcp or udp, everything else by https',
  });
export type Sink = z.infer<typeof Sink>;
