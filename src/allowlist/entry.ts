/** Allowlist entries made ready once, so that each fact is compared without parsing anything again. */
import type { Allowlist, AllowlistEntry } from '../model/allowlist.ts';
import { subjects } from '../model/words.ts';
import type { Approval } from '../model/fact.ts';
import { namedPackage } from './package.ts';
import { shownPath } from '../secrets/token-segment.ts';
import { type UrlTemplate, urlTemplate } from './url-template.ts';

export type Entry = {
  entry: AllowlistEntry;
  /** Id, or position such as `approve[3]`. */
  name: string;
  /** The day or moment after which it no longer counts, and whether that has passed. */
  expires: string | undefined;
  expired: boolean;
  /** `npm:name` or `oci:host/name` of packages and images, normalised. */
  key: string | null;
  url: UrlTemplate | null;
  approval: Approval;
};

/** Last moment of a date in milliseconds; a day counts to its end, in UTC. */
export function endOf(date: string): number {
  return Date.parse(date.includes('T') ? date : `${date}T23:59:59.999Z`);
}

function keyOf({ package: text, image }: AllowlistEntry): string | null {
  if (image !== undefined) return `oci:${image.toLowerCase()}`;
  const found = text === undefined ? null : namedPackage(text);
  return found && `${found.type}:${found.name}`;
}

/** The entries of one side of a list. An entry expires with the list that it is in. */
export function entriesOf(list: Allowlist, side: 'approve' | 'deny', now: Date): Entry[] {
  return list[side].map((entry, index) => {
    const name = entry.id ?? `${side}[${index}]`;
    const address = entry.url ?? (entry.endpoint?.includes('://') ? entry.endpoint : undefined);
    const template = address === undefined ? null : urlTemplate(address);
    const dates = [entry.expires, side === 'approve' ? list.expires : undefined].filter(
      (one) => one !== undefined,
    );
    const expires = dates.toSorted((one, other) => endOf(one) - endOf(other))[0];
    const { owner, reason, tools, deprecated, secretNames } = entry;
    return {
      entry,
      name,
      expires,
      expired: expires !== undefined && now.getTime() > endOf(expires),
      key: keyOf(entry),
      url: typeof template === 'string' ? null : template,
      approval: {
        entry: name,
        ...(owner === undefined ? {} : { owner }),
        ...(reason === undefined ? {} : { reason }),
        ...(expires === undefined ? {} : { expires }),
        ...(tools === undefined ? {} : { tools }),
        ...(side === 'deny' || deprecated === undefined ? {} : { deprecated }),
        ...(side === 'deny' || secretNames === undefined ? {} : { secretNames }),
      },
    };
  });
}

/** What an entry is about, as its writer put it, but for tokens in an address. */
export function subjectOf({ entry }: Pick<Entry, 'entry'>): string {
  const subject = subjects.map((one) => entry[one]).find((one) => one !== undefined) ?? '';
  const { version, level, plan, organisation } = entry;
  const narrowed = [version, level, organisation, plan].flat().filter((one) => one !== undefined);
  return [subject.includes('://') ? shownPath(subject) : subject, ...narrowed].join(' ');
}
