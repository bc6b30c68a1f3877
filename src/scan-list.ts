/** What a list decides in a scan: verdicts, programs whose content it asks for, findings that it waives. */
import { hashedPrograms, matcher } from './allowlist/match.ts';
import { waive } from './allowlist/waive.ts';
import { type Homes, relative } from './evaluate/fingerprint.ts';
import type { Allowlist, Approver } from './model/allowlist.ts';
import type { Host } from './model/host.ts';
import type { AllowlistInfo, Finding } from './model/report.ts';

export type Listed = {
  approver: Approver | null;
  info: AllowlistInfo | null;
  programs: string[];
  waived: (findings: Finding[], homes: Homes) => Finding[];
};

/** A list made ready for one scan; null for none. */
export function listed(
  given: { list: Allowlist; info: AllowlistInfo } | null,
  { hostname }: Host,
  now: Date,
): Listed {
  const { list = null, info = null } = given ?? {};
  return {
    info,
    approver: list && matcher(list, now, hostname),
    programs: list === null ? [] : hashedPrograms(list),
    waived: (findings, homes) =>
      waive(findings, list?.waivers ?? [], { now, host: hostname, place: (path) => relative(path, homes) }),
  };
}
