/**
 * One entry of the vault as a file: what it is for in clear text, its values under AES-256-GCM. The clear
 * part is the associated data, so that an envelope that was renamed, or given another command, does not open.
 * It does not tell an older copy of an envelope from the newest. No schema library: a launcher has no time to
 * load one, and what is proven by its tag needs none.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { Secret } from '../secrets/secret.ts';

/** The argument at a place begins with `before` and ends with `after`; what lies between is not sealed. */
export type OpenArgument = { at: number; before: string; after: string };

/** What an entry is for. It is kept in clear text, and nothing in it is a secret. */
export type VaultLabel = {
  /** Also the name of its file: small letters, digits and dashes, at most 96. */
  id: string;
  /** `values` go into the environment of a command, `files` into the folder of a bridge. */
  kind: 'values' | 'files';
  binding: {
    /** Absolute path of the config, or of the folder of token files, that the values came from. */
    config: string;
    /** Where in it: a JSON pointer, or the prefix of the token files. */
    pointer: string;
    /** `commandDigest` of the exact argv that may receive it; null for files. */
    command: string | null;
  };
  /** Arguments that the client fills in before it starts the command, and what is fixed of them. */
  open?: OpenArgument[];
  /** Prefixes of the token files that the command may be given as well (`exec --mcp-auth`). */
  stores?: string[];
  /** ISO 8601 with milliseconds. Of files: when the newest of them was written. */
  createdAt: string;
};

/**
 * `values` by name: of a variable of the environment for `values`; for `files` what stands behind the prefix
 * and its underscore, such as `tokens.json`, with the content as text.
 */
export type VaultEntry = VaultLabel & { values: Record<string, Secret> };

/** An envelope as it lies on the disk. */
type Envelope = { format: typeof format; label: VaultLabel; nonce: string; tag: string; data: string };

const format = 'shadowscan.vault/1';
const cipher = 'aes-256-gcm';
/** Bytes of a nonce: random ones do not meet within the writes of a lifetime. */
const nonceBytes = 12;
export const keyBytes = 32;

/** Whether a text can be the id of an entry, and with that the name of a file. */
export const isEntryId = (id: string): boolean => /^[a-z0-9][a-z0-9-]{0,95}$/.test(id);

/** The label in one spelling, whatever the order of its keys was. */
function canonical({ id, kind, binding, open, stores, createdAt }: VaultLabel): VaultLabel {
  const { config, pointer, command } = binding;
  return {
    id,
    kind,
    binding: { config, pointer, command },
    ...(open === undefined ? {} : { open: open.map(({ at, before, after }) => ({ at, before, after })) }),
    ...(stores === undefined ? {} : { stores: stores.toSorted() }),
    createdAt,
  };
}

const associated = (label: VaultLabel): Buffer =>
  Buffer.from(JSON.stringify([format, canonical(label)]), 'utf8');

/** Closes an entry. `random` gives the nonce. */
export function seal(entry: VaultEntry, key: Buffer, random: (bytes: number) => Buffer): Buffer {
  const nonce = random(nonceBytes);
  const sealing = createCipheriv(cipher, key, nonce);
  sealing.setAAD(associated(entry));
  const plain = Object.fromEntries(
    Object.entries(entry.values).map(([name, value]) => [name, Secret.open(value)]),
  );
  const data = Buffer.concat([sealing.update(JSON.stringify(plain), 'utf8'), sealing.final()]);
  const envelope: Envelope = {
    format,
    label: canonical(entry),
    nonce: nonce.toString('base64'),
    tag: sealing.getAuthTag().toString('base64'),
    data: data.toString('base64'),
  };
  return Buffer.from(`${JSON.stringify(envelope)}\n`, 'utf8');
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isOpenArgument = (value: unknown): value is OpenArgument =>
  isRecord(value) && Number.isInteger(value['at']) && isText(value['before']) && isText(value['after']);
const isListOf = <T>(value: unknown, is: (one: unknown) => one is T): value is T[] | undefined =>
  value === undefined || (Array.isArray(value) && value.every(is));

function isLabel(value: unknown): value is VaultLabel {
  if (!isRecord(value) || !isRecord(value['binding'])) return false;
  const { config, pointer, command } = value['binding'];
  const { id, kind, open, stores, createdAt } = value;
  return (
    isText(id) &&
    (kind === 'values' || kind === 'files') &&
    isText(config) &&
    isText(pointer) &&
    (command === null || isText(command)) &&
    isListOf(open, isOpenArgument) &&
    isListOf(stores, isText) &&
    isText(createdAt)
  );
}

function parse(bytes: Buffer): Envelope | null {
  try {
    const read: unknown = JSON.parse(bytes.toString('utf8'));
    if (!isRecord(read) || read['format'] !== format || !isLabel(read['label'])) return null;
    const { nonce, tag, data } = read;
    if (!isText(nonce) || !isText(tag) || !isText(data)) return null;
    return { format, label: read['label'], nonce, tag, data };
  } catch {
    return null;
  }
}

/** What an envelope says that it is for, unproven. Null when it is none, or has another's name. */
export function labelOf(bytes: Buffer, id: string): VaultLabel | null {
  const envelope = parse(bytes);
  return envelope === null || envelope.label.id !== id ? null : canonical(envelope.label);
}

/**
 * Opens an envelope by its name. Null when key, name, label or content are not those that it was closed with.
 */
export function unseal(bytes: Buffer, id: string, key: Buffer): VaultEntry | null {
  const envelope = parse(bytes);
  if (envelope === null || envelope.label.id !== id) return null;
  try {
    const opening = createDecipheriv(cipher, key, Buffer.from(envelope.nonce, 'base64'), {
      authTagLength: 16,
    });
    opening.setAAD(associated(envelope.label));
    opening.setAuthTag(Buffer.from(envelope.tag, 'base64'));
    const plain = Buffer.concat([opening.update(envelope.data, 'base64'), opening.final()]);
    const values = JSON.parse(plain.toString('utf8')) as Record<string, string>;
    plain.fill(0);
    const closed = Object.entries(values).map(([name, value]) => [name, new Secret(value)]);
    return { ...canonical(envelope.label), values: Object.fromEntries(closed) };
  } catch {
    return null;
  }
}
