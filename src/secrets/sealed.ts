/** Private keys that a passphrase protects: what lies on the disk is of no use without it. */
import { Secret } from './secret.ts';

/** Characters of a key's body that its cipher is named in. */
const headChars = 128;
const openssh = Buffer.from('openssh-key-v1\0');

/** The cipher that the newer form of OpenSSH names, or null for other forms. */
function cipherOf(text: string): string | null {
  const body = /-----BEGIN OPENSSH PRIVATE KEY-----([^-]*)/.exec(text)?.[1];
  if (body === undefined) return null;
  const bytes = Buffer.from(body.replace(/\s|\\[nr]/g, '').slice(0, headChars), 'base64');
  if (!bytes.subarray(0, openssh.length).equals(openssh) || bytes.length < openssh.length + 4) return null;
  const from = openssh.length + 4;
  return bytes.subarray(from, from + bytes.readUInt32BE(openssh.length)).toString('latin1');
}

/** Whether a text is a private key that cannot be used without its passphrase. */
export function isSealed(secret: Secret): boolean {
  const text = Secret.open(secret);
  if (!text.startsWith('-----BEGIN ')) return false;
  if (/^-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(text.slice(0, 512))) return true;
  const cipher = cipherOf(text);
  return cipher !== null && cipher !== 'none' && cipher !== '';
}
