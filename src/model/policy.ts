/**
 * The policy that an administrator gives to this program on a machine. What it sets is fixed: an option that
 * says otherwise is an error. A setting that is not known is one too, since nobody would enforce it.
 */
import { z } from 'zod';
import { AbsolutePath, Sink } from './sink.ts';
import { severities } from './words.ts';

export const Policy = z
  .strictObject({
    $schema: z.string().optional(),
    /** The list to judge by: an absolute path, or an address that begins with https. */
    allowlist: z
      .string()
      .regex(/^(https:\/\/.|\/|[A-Za-z]:[/\\])/, 'expected an absolute path or an address with https')
      .optional(),
    /** minisign public keys, or absolute paths of files with one; two while keys change. */
    publicKeys: z.array(z.string()).min(1).max(8).optional(),
    /** Whether lists without signature are refused: true where there are keys, unless it says false. */
    requireSignature: z.boolean().optional(),
    /** What an expired list still does: deny and approve nothing, or nothing at all since it is refused. */
    expiredAllowlist: z.enum(['deny-only', 'refuse']).optional(),
    /** Least severity that a scan exits with 1 for. */
    failOn: z.enum([...severities, 'none']).optional(),
    /** Whether waivers of a list count that users name themselves, and no key of the policy has signed. */
    localWaivers: z.boolean().optional(),
    /** File with the key of fingerprints, which root alone can read. */
    fingerprintKeyFile: AbsolutePath.optional(),
    /** Rules to use: a signed bundle, or a folder to add. */
    rules: AbsolutePath.optional(),
    /** Whether users may bring rules of their own where the policy names none; default true. */
    localRules: z.boolean().optional(),
    /** Checks that are left out; with it nobody else leaves out or chooses any. */
    skip: z.array(z.string()).optional(),
    /** Whether a scan that could not see everything exits with 2. */
    strict: z.boolean().optional(),
    /** Seconds after which no further source is read. */
    timeLimit: z.int().min(1).max(86_400).optional(),
    /** Whether homes are walked, transcripts read, running programs looked at. */
    deep: z.boolean().optional(),
    transcripts: z.boolean().optional(),
    processes: z.boolean().optional(),
    /** macOS: whether protected folders are looked into; where it is not said, with full disk access. */
    protectedFolders: z.boolean().optional(),
    /** Folder in which findings are kept from scan to scan. */
    stateFolder: AbsolutePath.optional(),
    /** Where reports are sent. */
    sinks: z.array(Sink).max(16).optional(),
    /** Whether the network is never used. */
    offline: z.boolean().optional(),
  })
  .refine(({ sinks = [] }) => new Set(sinks.map(({ name }) => name)).size === sinks.length, {
    path: ['sinks'],
    message: 'two sinks have the same name; rename one',
  })
  .refine(({ requireSignature, publicKeys }) => !requireSignature || publicKeys !== undefined, {
    path: ['requireSignature'],
    message: 'goes with "publicKeys"; name the keys that may sign',
  });
export type Policy = z.infer<typeof Policy>;
