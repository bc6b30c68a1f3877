/**
 * The one secret that leaves the program by design: the key of the vault, on its way into the OS's keychain.
 */
import { Secret } from './secret.ts';

/** What the keychain is to keep. */
export function keychainText(secret: Secret): string {
  return Secret.open(secret);
}
