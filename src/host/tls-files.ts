/**
 * Files of a sink for its connections, in PEM: judged before anything is scanned, since a connection would
 * only say that it failed. It does not look at dates or purposes: that is the matter of whoever is asked.
 */
import { type KeyObject, X509Certificate, createPrivateKey } from 'node:crypto';

/** Authorities beside those of the system, and our own certificate with its key. */
export type TlsFiles = { ca?: Buffer; cert?: Buffer; key?: Buffer };

const block =
  /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----.*?-----END (?:TRUSTED |X509 )?CERTIFICATE-----/gs;

/** The certificates of a text, or null when there is none or one cannot be read. */
function certificatesOf(bytes: Buffer): X509Certificate[] | null {
  try {
    const all = (bytes.toString('latin1').match(block) ?? []).map((text) => new X509Certificate(text));
    return all.length === 0 ? null : all;
  } catch {
    return null;
  }
}

function keyOf(bytes: Buffer): KeyObject | null {
  try {
    return createPrivateKey(bytes);
  } catch {
    return null;
  }
}

/** Which of the files cannot be used, and why; null when all can. */
export function tlsFlaw({ ca, cert, key }: TlsFiles): { of: keyof TlsFiles; flaw: string } | null {
  if (ca !== undefined && certificatesOf(ca) === null)
    return { of: 'ca', flaw: 'holds no certificate in PEM' };
  if (cert === undefined || key === undefined) return null;
  const own = certificatesOf(cert);
  if (own === null) return { of: 'cert', flaw: 'holds no certificate in PEM' };
  const opened = keyOf(key);
  if (opened === null)
    return { of: 'key', flaw: 'holds no private key in PEM that opens without a passphrase' };
  return own[0]!.checkPrivateKey(opened) ? null : { of: 'key', flaw: 'is the key of another certificate' };
}
