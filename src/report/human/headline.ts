/** The first lines: how bad it is, where, and how much was looked at. */
import type { Report } from '../../model/report.ts';
import { between, say, solid, wrap } from '../layout.ts';
import type { Line, Span } from '../layout.ts';
import { unseenHomes } from '../places.ts';
import { counts, standing } from '../severity.ts';
import { day, duration, moment, platformNames, plural, size } from '../words.ts';
import { afterLabel } from './page.ts';
import type { Page } from './page.ts';

/** Headline and run. */
export function headline(report: Report, page: Page): Line[] {
  const { run, tool } = report;
  const rules = `${tool.rules.version} (${tool.rules.sha256.slice(0, 8)}), shadowscan ${tool.version}`;
  return [
    ...wrap(verdict(report), page.prose, 0, 2),
    [],
    ...pairs(
      [
        ['Status', status(report)],
        ['Machine', machine(report)],
        ['Homes', homes(report, page)],
        ['Read', read(report)],
        ['Checks', [say(checks(report))]],
        ['Allowlist', allowlist(report, page)],
        ['Policy', policy(report, page)],
        ['Rules', [say(rules)]],
        ['Also did', run.sideEffects.length > 0 ? [say(run.sideEffects.join(', '), 'warn')] : []],
      ],
      page,
    ),
  ];
}

function verdict(report: Report): Span[] {
  const found = standing(report.findings);
  if (found.length > 0) {
    const parts = counts(found).map(({ severity, count }) => [solid(`${count} ${severity}`, severity)]);
    const fresh = found.filter((one) => one.state === 'new').length;
    const news = fresh === 0 || fresh === found.length ? [] : [say(` (${fresh} new)`)];
    return [solid(plural(found.length, 'finding'), 'strong'), ...news, say(': '), ...between(parts, ', ')];
  }
  const none = report.run.onlyNew ? 'No new findings' : 'No findings';
  if (report.run.status === 'complete') return [say(none, 'good')];
  return [say(`${none} in what could be read, which is not all`, 'warn')];
}

function status(report: Report): Span[] {
  const places = report.facts.filter((fact) => fact.kind === 'gap').length;
  const homes = unseenHomes(report).length;
  const unseen = [
    ...(homes > 0 ? [plural(homes, 'home')] : []),
    ...(places > 0 ? [plural(places, 'place')] : []),
  ].join(' and ');
  const gaps = unseen === '' ? '' : `: ${unseen} could not be seen, see Coverage`;
  if (report.run.status === 'complete') return [say('complete', 'good'), say(gaps)];
  return [solid('PARTIAL', 'warn'), say(gaps)];
}

function machine({ device }: Report): Span[] {
  const system = `${platformNames[device.platform]} ${device.osVersion}`.trim();
  return [solid(device.hostname, 'strong'), say(`, ${system}, ${device.arch}`)];
}

function homes(report: Report, page: Page): Span[] {
  const all = report.run.homes;
  if (all.length === 0) return [say('none')];
  const unseen = new Set(unseenHomes(report));
  const parts = all.map((home): Span[] => {
    const name = solid(home.user ?? home.path);
    return unseen.has(home) ? [name, say(` (${home.status})`, 'warn')] : [name];
  });
  const shown = page.verbose ? parts : parts.slice(0, shownHomes);
  const rest = parts.length - shown.length;
  return [
    ...(all.length > 1 ? [say(`${all.length}: `)] : []),
    ...between(shown, ', '),
    ...(rest > 0 ? [say(` and ${rest} more`)] : []),
  ];
}

/** Homes named in the headline. */
const shownHomes = 12;

function read({ run }: Report): Span[] {
  const parts = [plural(run.sourcesRead, 'file'), size(run.bytesRead), `in ${duration(run.durationMs)}`];
  return [
    ...between(
      parts.map((part) => [solid(part)]),
      ', ',
    ),
    say(' on '),
    solid(moment(run.startedAt)),
  ];
}

function checks({ run, summary: { score } }: Report): string {
  const out = run.checksLeftOut.length;
  const left = out === 0 ? '' : `; ${plural(out, 'check')} left out by --only or --skip`;
  const idle = score.notEvaluated === 0 ? '' : `; ${score.notEvaluated} had nothing to look at`;
  return `${score.achieved} of ${score.evaluated} found nothing wrong${idle}${left}`;
}

function allowlist({ allowlist: list, run }: Report, page: Page): Span[] {
  if (list === null) return [say('none: nothing could be approved or denied', 'warn')];
  const signed = list.signature === 'valid' ? 'signature valid' : 'not signed';
  const until = list.expiresAt === null ? 'no expiry' : `expires ${day(list.expiresAt)}`;
  const over = list.expiresAt !== null && list.expiresAt < run.endedAt;
  return [
    ...(over ? [solid('EXPIRED', 'warn'), say(', so nothing is approved: ')] : []),
    say(`${list.name} ${list.version}, ${signed}, ${until}, from `),
    solid(page.path(list.source)),
  ];
}

/** Who fixed what; nothing without a policy. */
function policy({ policy: own }: Report, page: Page): Span[] {
  if (own === null) return [];
  const what = own.settings.length === 0 ? 'fixes nothing' : `fixes ${own.settings.join(', ')}`;
  return [solid(page.path(own.source)), say(`: ${what}`)];
}

function pairs(rows: [string, Span[]][], page: Page): Line[] {
  const shown = rows.filter(([, value]) => value.length > 0);
  const room = Math.max(...shown.map(([name]) => name.length)) + 2;
  return shown.flatMap(([name, value]) =>
    wrap(
      [say(name, 'quiet'), afterLabel(room - name.length, page), ...value],
      page.prose,
      2,
      page.narrow ? 4 : room + 2,
    ),
  );
}
