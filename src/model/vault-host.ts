/**
 * The part of the outside world that the vault stands on: one item in the keychain of the OS, and a folder
 * that is the user's alone. No behaviour. Waiting is in milliseconds.
 */
import type { Secret } from '../secrets/secret.ts';

/**
 * Why the keychain cannot be used. `no-library`: its client library is not installed; `no-service`: nothing
 * serves it (SSH, a container, no desktop session); `locked`; `denied`: the user or a sandbox said no;
 * `no-answer`: it did not answer in time, for instance because it waits for a password; `failed`: anything
 * else.
 */
export type KeychainTrouble = 'no-library' | 'no-service' | 'locked' | 'denied' | 'no-answer' | 'failed';

/**
 * The keychain of the OS, for one item by its name. Nothing here throws, and no call outlasts its deadline.
 */
export type Keychain = {
  /** `value` is null when there is no such item, or when Linux hides it because its collection is locked. */
  get(name: string, deadline: number): Promise<{ value: Secret | null } | { trouble: KeychainTrouble }>;
  /** Null when it was stored. */
  set(name: string, value: Secret, deadline: number): Promise<KeychainTrouble | null>;
  /** Null when it is not there any more. */
  remove(name: string, deadline: number): Promise<KeychainTrouble | null>;
};

/**
 * A folder of the running user's that nobody else may enter. Names are plain file names. Bad folders and
 * failed writes throw a usage error of one line; a file is whole, and on the disk, before `write` returns.
 */
export type PrivateFolder = {
  path: string;
  /** Null when it is not there. */
  read(name: string): Buffer | null;
  write(name: string, bytes: Buffer): void;
  remove(name: string): void;
  /** Names of files, sorted; none when the folder is not there. */
  names(): string[];
};

export type VaultHost = {
  keychain: Keychain;
  folder: PrivateFolder;
  random(bytes: number): Buffer;
  now(): Date;
  /** Runs `work` while no other process of this user does; null when that could not be had in time. */
  alone<T>(deadline: number, work: () => Promise<T>): Promise<{ done: T } | null>;
};
