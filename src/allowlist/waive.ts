/**
 * Findings against the waivers of a list. A waived finding is marked and stays; one whose waiver has ended
 * counts again and says so. No waiver makes anything vanish.
 */
import type { Waiver } from '../model/allowlist.ts';
import type { Finding } from '../model/report.ts';
import { endOf } from './entry.ts';
import { holdsFor } from './scope.ts';
import { loose, wildcard } from './wildcard.ts';

export type Waiving = {
  now: Date;
  host: string;
  /** `~/...` for what lies in a home, the path itself for all else. */
  place: (path: string) => string;
};

/** Whether segments read as a pattern in which `**` stands for any number of them, none included. */
function pathFits(pattern: string[], segments: string[]): boolean {
  // Which beginnings of the path the pattern so far can mean: one row after the other, so never exponential.
  let ends = new Set([0]);
  for (const part of pattern) {
    const next = new Set<number>();
    if (part === '**') {
      for (let at = Math.min(...ends); at <= segments.length; at += 1) next.add(at);
    } else {
      for (const at of ends) {
        const segment = segments[at];
        if (segment !== undefined && (wildcard(part, segment) || part === '*')) next.add(at + 1);
      }
    }
    if (next.size === 0) return false;
    ends = next;
  }
  return ends.has(segments.length);
}

function isMeant(waiver: Waiver, finding: Finding, { host, place }: Waiving): boolean {
  if (!loose(waiver.check, finding.check) || !holdsFor(waiver, finding.user, host)) return false;
  if (waiver.fingerprint !== undefined) return waiver.fingerprint === finding.fingerprint;
  const path = place(finding.origin.path);
  // Windows paths have no case, and `place` gives them in lower case.
  const pattern = /^[a-z]:/i.test(path) ? waiver.place!.toLowerCase() : waiver.place!;
  return pathFits(pattern.replaceAll('\\', '/').split('/'), path.split('/'));
}

/** The findings, those that a waiver means marked with it. The waiver that lasts longest counts. */
export function waive(findings: Finding[], waivers: Waiver[], given: Waiving): Finding[] {
  if (waivers.length === 0) return findings;
  const ordered = waivers.toSorted((one, other) => endOf(other.expires) - endOf(one.expires));
  return findings.map((finding): Finding => {
    const found = ordered.find((one) => isMeant(one, finding, given));
    if (found === undefined) return finding;
    const { reason, owner, expires } = found;
    const told = { reason, owner, expires };
    if (given.now.getTime() <= endOf(expires)) return { ...finding, waiver: told };
    const message = `${finding.message} The waiver by ${owner} ended on ${expires.slice(0, 10)}.`;
    return { ...finding, message, expiredWaiver: told };
  });
}
