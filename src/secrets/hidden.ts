/**
 * Characters that nobody sees in an editor and that models read all the same: the way in which instructions
 * are hidden in rules files and skills. Emoji use some of them one at a time, and right-to-left scripts
 * use marks; these are not counted.
 * Source: Unicode 17 chapters 23.2 to 23.9; Pillar Security, "Rules File Backdoor" (2025-03).
 */
import { Secret } from './secret.ts';

/** Tags spell ASCII unseen; flags of regions (England) are a black flag with tags, and are taken out. */
const tags = /[\u{e0000}-\u{e007f}]/gu;
const flags = /\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{1,8}\u{e007f}/gu;
/** Embeddings, overrides and isolates turn the visible order around. */
const controls = /[\u202a-\u202e\u2066-\u2069]/g;
/** Zero-width characters in a row carry bits; one between letters joins or parts them. */
const zeroWidth = /[\u200b-\u200d\u2060-\u2064\u180e\ufeff]{2,}/g;
/** Selectors beyond the sixteen of emoji, in a row, carry bytes. */
const selectors = /[\u{e0100}-\u{e01ef}]{2,}|[\u{fe00}-\u{fe0d}]{2,}/gu;

const some = /[\u180e\u200b-\u200d\u202a-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e01ef}]|[\u{fe00}-\u{fe0d}]/u;

/** How many hidden characters a text has. */
export function hiddenIn(text: Secret): number {
  const plain = Secret.open(text);
  // Most files have none of these, and one look tells.
  if (!some.test(plain)) return 0;
  const seen = plain.replace(flags, '').replace(/^\ufeff/, '');
  let count = 0;
  for (const pattern of [tags, controls, zeroWidth, selectors])
    for (const [found] of seen.matchAll(pattern)) count += [...found].length;
  return count;
}
