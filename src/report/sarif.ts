/**
 * SARIF 2.1.0 (OASIS, with Errata 01), for code scanning and editors: findings as results, checks as
 * rules, frameworks as taxonomies, and every place that could not be seen as a notification of the tool.
 * A place that a rule speaks of lies below a named base where it lies in a home.
 */
import type { FactOf } from '../model/fact.ts';
import type { Report } from '../model/report.ts';
import { gapReasons } from '../model/words.ts';
import { factFinder, runUuid } from './event.ts';
import { labelledHomes, shortPaths } from './places.ts';
import { type Bases, basesOf, location, uriBases } from './sarif/location.ts';
import { type Scene, result } from './sarif/result.ts';
import { byCheck, cited, rule, taxonomies } from './sarif/rules.ts';
import { plain } from './sarif/text.ts';
import { writeJson } from './write-json.ts';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

function gapsOf(report: Report): FactOf<'gap'>[] {
  return report.facts.filter((fact) => fact.kind === 'gap');
}

/** How the run went. A fault of the scanner is a failed execution, a place out of reach is not. */
function invocation(report: Report, bases: Bases): object {
  const gaps = gapsOf(report);
  return {
    executionSuccessful: gaps.every((gap) => gap.reason !== 'internal'),
    startTimeUtc: report.run.startedAt,
    endTimeUtc: report.run.endedAt,
    machine: report.device.hostname,
    toolExecutionNotifications: gaps.map((gap) => ({
      descriptor: { id: `gap/${gap.reason}` },
      level: gap.reason === 'internal' ? 'error' : 'warning',
      message: { text: `Could not be seen: ${plain(gapReasons[gap.reason])}.` },
      locations: [location(gap.origin, bases)],
      properties: { stage: gap.stage, tools: gap.tools, user: gap.user },
    })),
    properties: { status: report.run.status, sideEffects: report.run.sideEffects },
  };
}

function notification(reason: FactOf<'gap'>['reason']): object {
  const text = `A place that could not be seen: ${gapReasons[reason]}.`;
  const help = 'What lies there is not in this log, so its absence says nothing.';
  return {
    id: `gap/${reason}`,
    shortDescription: { text },
    fullDescription: { text: `${text} ${help}` },
    help: { text: help },
  };
}

function driver(report: Report): object {
  const all = cited(report.findings);
  const reasons = [...new Set(gapsOf(report).map((gap) => gap.reason))].toSorted();
  return {
    name: 'shadowscan',
    organization: 'shadowscan',
    semanticVersion: report.tool.version,
    properties: { rules: report.tool.rules },
    supportedTaxonomies: taxonomies(all).map((one, index) => ({
      name: (one as { name: string }).name,
      index,
    })),
    notifications: reasons.map(notification),
    rules: [...byCheck(report.findings)].map((one) => rule(one, all)),
  };
}

function* results(report: Report, bases: Bases): Generator<object> {
  const factOf = factFinder(report.facts);
  const scene: Scene = {
    device: report.device,
    bases,
    index: new Map([...byCheck(report.findings).keys()].map((check, index) => [check, index])),
    short: shortPaths(labelledHomes(report)),
  };
  for (const finding of report.findings) yield result(finding, factOf(finding), scene);
}

/** One log with one run. */
export function* sarif(report: Report): Generator<string> {
  const bases = basesOf(report);
  const { run, device, allowlist, policy, coverage, summary } = report;
  yield* writeJson({
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driver(report) },
        automationDetails: { id: `shadowscan/${device.id}/`, guid: runUuid(run) },
        invocations: [invocation(report, bases)],
        originalUriBaseIds: uriBases(bases),
        columnKind: 'utf16CodeUnits',
        taxonomies: taxonomies(cited(report.findings)),
        results: results(report, bases),
        properties: {
          status: run.status,
          device,
          homes: run.homes.map(({ user, status }) => ({ user, status })),
          checksLeftOut: run.checksLeftOut,
          allowlist,
          policy,
          score: summary.score,
          coverage: coverage.values(),
        },
      },
    ],
  });
  yield '\n';
}
