/** What is said when the vault cannot be used: the reason in words, and the way out. */
import type { KeychainTrouble } from '../model/vault-host.ts';

/** `key-missing`: there are entries, and no key to open them. */
export type VaultTrouble = KeychainTrouble | 'key-missing';

const words: Record<VaultTrouble, { why: string; wayOut: string }> = {
  'no-library': {
    why: 'the library of the keychain is not installed',
    wayOut: 'install libsecret (Debian: libsecret-1-0)',
  },
  'no-service': {
    why: 'there is no keychain in this session, as over SSH or in a container',
    wayOut: 'run this in a desktop session with a keychain such as GNOME Keyring or KWallet',
  },
  locked: { why: 'the keychain is locked', wayOut: 'unlock it and try again' },
  denied: {
    why: 'the keychain refused access',
    wayOut: 'allow shadowscan when it asks, or leave the sandbox',
  },
  'no-answer': {
    why: 'the keychain did not answer in time',
    wayOut: 'unlock it, answer its prompt, and try again',
  },
  failed: { why: 'the keychain failed', wayOut: 'see whether other programs can use it' },
  'key-missing': {
    why: 'the keychain is locked, or no longer has the key of the vault',
    wayOut: 'unlock it and try again; if it was reset, sign in anew and set the secrets again',
  },
};

/** One line for people. */
export function troubleWords(trouble: VaultTrouble): string {
  const { why, wayOut } = words[trouble];
  return `${why}; ${wayOut}`;
}
