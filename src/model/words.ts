/**
 * Closed lists of words that run-time code needs. Apart from the schemas, which are made from them, so that a
 * scan does not pay for a validator it does not use.
 */

export const platforms = ['linux', 'macos', 'windows'] as const;

/** Worst first. */
export const severities = ['critical', 'high', 'medium', 'low', 'info'] as const;

/** Package types as purls have them. */
export const packageTypes = ['npm', 'pypi', 'oci', 'nuget', 'mcpb', 'cargo', 'golang', 'gem', 'jsr'] as const;

/** Worst first. */
export const threatClasses = ['malicious', 'compromised', 'vulnerable', 'archived', 'superseded'] as const;

/** Why something could not be seen, and how that is told: never in a parser's or the OS's own words. */
export const gapReasons = {
  malformed: 'it is broken',
  'too-deep': 'it is nested too deeply',
  'too-large': 'it is too large',
  'too-many': 'there is too much of it',
  unsupported: 'its form is not supported',
  'hot-journal': 'a write to it was not finished',
  encrypted: 'it is encrypted',
  unreadable: 'the right to read it is missing',
  'not-a-file': 'it is not a plain file',
  'link-out-of-place': 'a link leads out of its place',
  'not-owner': 'it belongs to another user',
  'changed-while-read': 'it changed while it was read',
  vanished: 'it vanished',
  'time-limit': 'the time was up',
  'remote-place': 'it lies on another file system or machine',
  protected: 'macOS protects it, and leave to look was not given',
  'not-local': 'its content lies with a cloud service and was not fetched',
  'sealed-disk': 'it is the disk of a virtual machine, to be scanned from inside',
  internal: 'a fault of the scanner',
} as const;

/** Doubts about what is around a command when it starts, which an entry can accept. */
export const softDoubts = [
  'launcher-folder',
  'package-folder',
  'working-folder',
  'env-file',
  'own-proxy',
  'own-ca',
] as const;

/** What an entry can be about; each has exactly one. */
export const subjects = [
  'package',
  'url',
  'command',
  'image',
  'agent',
  'extension',
  'profile',
  'setting',
  'endpoint',
  'account',
] as const;
