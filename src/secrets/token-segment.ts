/**
 * Segments of a URL's path that are tokens: many services let in whoever knows such an address. Reports hide
 * them; an identity has a short digest in their place, so that two such servers are two, and a list that
 * names one approves it alone. It tells nothing of a token that is long and random, and no other is replaced.
 */
import { createHash } from 'node:crypto';
import { isLoneToken } from './lone.ts';
import { percentDecoded } from './urls.ts';

/** Characters of the shortest segment that is taken for a token. */
const leastChars = 24;
/** Characters of a digest, in hex. */
const digestChars = 12;
const hidden = '…';
const digests = new RegExp(`${hidden}[0-9a-f]{${digestChars}}(?=/|$)`, 'g');

/** Whether a segment is random and in letters of both cases, as ids and revisions seldom are. */
export function isTokenSegment(segment: string): boolean {
  if (segment.length < leastChars) return false;
  const text = percentDecoded(segment);
  if (text.length < leastChars || !/[a-z]/.test(text) || !/[A-Z]/.test(text)) return false;
  return isLoneToken(text);
}

/** A segment as identities have it: a token by its digest, all else as it is. */
export function segmentIdentity(segment: string): string {
  if (!isTokenSegment(segment)) return segment;
  const digest = createHash('sha256')
    .update(`segment of a path\0${percentDecoded(segment)}`)
    .digest('hex');
  return hidden + digest.slice(0, digestChars);
}

/** A URL as it is shown, with digests where the open text has tokens. */
export function urlIdentity(shown: string, open: string): string {
  const [read, told] = [open.replace(/[?#].*$/s, '').split('/'), shown.split('/')];
  return told
    .map((one, nth) => (one === hidden && nth in read ? segmentIdentity(read[nth]!) : one))
    .join('/');
}

/** An identity as its URL is shown. */
export const withoutDigests = (identity: string): string => identity.replace(digests, hidden);

/** An address that somebody wrote, with its tokens hidden. */
export const shownPath = (address: string): string =>
  address
    .split('/')
    .map((one) => (isTokenSegment(one) ? hidden : one))
    .join('/');
