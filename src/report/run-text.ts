/**
 * What there is to say of a run, in the sentences that documents for people share. Nothing is made inert
 * here.
 */
import type { Report } from '../model/report.ts';
import { unseenHomes } from './places.ts';
import { counts, standing } from './severity.ts';
import { day, duration, moment, platformNames, plural, size } from './words.ts';

/** The sentence that says it all; the same in every format for people. */
export function verdict(report: Report): string {
  const found = standing(report.findings);
  if (found.length > 0) {
    const parts = counts(found).map(({ severity, count }) => `${count} ${severity}`);
    return `${plural(found.length, 'finding')}: ${parts.join(', ')}`;
  }
  return report.run.status === 'complete'
    ? 'No findings'
    : 'No findings in what could be read, which is not all';
}

/** What could not be seen, as a sentence; null where all was. */
export function partial(report: Report): string | null {
  if (report.run.status === 'complete') return null;
  const places = report.facts.filter(({ kind }) => kind === 'gap').length;
  const homes = unseenHomes(report).length;
  const unseen = [
    ...(homes > 0 ? [plural(homes, 'home')] : []),
    ...(places > 0 ? [plural(places, 'place')] : []),
  ];
  return `This report is partial: ${unseen.join(' and ') || 'something'} could not be seen.`;
}

/** The score in words. It is never a lone number. */
export function scoreText({ run, summary: { score } }: Report): string {
  const out = run.checksLeftOut.length;
  const left = out === 0 ? '' : `; ${plural(out, 'check')} left out by --only or --skip`;
  if (score.evaluated === 0) return `no check had anything to look at${left}`;
  const idle = score.notEvaluated === 0 ? '' : `; ${score.notEvaluated} had nothing to look at`;
  return `${score.achieved} of ${score.evaluated} checks found nothing wrong${idle}${left}`;
}

function allowlistText({ allowlist: list, run }: Report): string {
  if (list === null) return 'none: nothing could be approved or denied';
  const signed = list.signature === 'valid' ? 'signature valid' : 'not signed';
  const over = list.expiresAt !== null && list.expiresAt < run.endedAt;
  const until = list.expiresAt === null ? 'no expiry' : `expires ${day(list.expiresAt)}`;
  const expired = over ? 'EXPIRED, so nothing is approved: ' : '';
  return `${expired}${list.name} ${list.version}, ${signed}, ${until}, from ${list.source}`;
}

/** What there is to know of the run, by name. */
export function runRows(report: Report): [string, string][] {
  const { run, device, tool, policy } = report;
  const homes = run.homes.map(({ user, path, status }) => {
    const name = user ?? path;
    return status === 'read' ? name : `${name} (${status})`;
  });
  return [
    ['Status', run.status],
    ['Machine', `${device.hostname}, ${platformNames[device.platform]} ${device.osVersion}, ${device.arch}`],
    ['Homes', homes.join(', ') || 'none'],
    ['Read', `${plural(run.sourcesRead, 'file')}, ${size(run.bytesRead)}, in ${duration(run.durationMs)}`],
    ['When', moment(run.startedAt)],
    ['Checks', scoreText(report)],
    ['Allowlist', allowlistText(report)],
    ...(policy === null
      ? []
      : [
          ['Policy', `${policy.source}: fixes ${policy.settings.join(', ') || 'nothing'}`] as [
            string,
            string,
          ],
        ]),
    ['Rules', `${tool.rules.version} (${tool.rules.sha256.slice(0, 8)}), shadowscan ${tool.version}`],
    ...(run.sideEffects.length > 0 ? [['Also did', run.sideEffects.join(', ')] as [string, string]] : []),
  ];
}
