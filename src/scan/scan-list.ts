/** What a list decides in a scan: verdicts, programs whose content it asks for, findings that it waives. */
import { entryDigests } from '../allowlist/entry-digest.ts';
import { hashedPrograms, matcher } from '../allowlist/match.ts';
import { waive } from '../allowlist/waive.ts';
import { type Homes, relative } from '../evaluate/fingerprint.ts';
import type { Allowlist, Approver } from '../model/allowlist.ts';
import type { Host } from '../model/host.ts';
import type { AllowlistInfo, Finding } from '../model/report.ts';

export type Listed = {
  approver: Approver | null;
  info: AllowlistInfo | null;
  programs: string[];
  /** Digest of the approval of that name. */
  entryOf: (name: string) => string | null;
  waived: (findings: Finding[], homes: Homes) => Finding[];
};

/**
 * A list made ready for one scan; null for none. Where approvals are kept from run to run, the content of
 * approved programs counts as well.
 */
export function listed(
  given: { list: Allowlist; info: AllowlistInfo } | null,
  { hostname }: Host,
  now: Date,
  isKept: boolean,
): Listed {
  const { list = null, info = null } = given ?? {};
  return {
    info,
    approver: list && matcher(list, now, hostname),
    entryOf: list === null ? () => null : entryDigests(list),
    programs: list === null ? [] : hashedPrograms(list, isKept),
    waived: (findings, homes) =>
      waive(findings, list?.waivers ?? [], { now, host: hostname, place: (path) => relative(path, homes) }),
  };
}
