/**
 * CycloneDX 1.7 (ECMA-424) as an AI-BOM: the device, its AI agents, MCP servers, extensions and
 * instruction files as components, remote servers and model APIs as services, and what leads to what.
 * What the minimum elements for AI SBOMs (CISA and G7, 2026-05) ask for and no file on an endpoint tells
 * is said to be unknown. A run that could not see everything is an incomplete composition, with a note on
 * each place.
 */
import type { Fact, FactOf } from '../model/fact.ts';
import type { Report } from '../model/report.ts';
import { gapReasons } from '../model/words.ts';
import { type Part, component } from './cyclonedx/components.ts';
import { properties } from './cyclonedx/parts.ts';
import { agentFinder, dependencies, deviceRef, partsOf } from './cyclonedx/relations.ts';
import { service } from './cyclonedx/services.ts';
import { vulnerabilities } from './cyclonedx/vulnerabilities.ts';
import { runUuid } from './event.ts';
import { platformNames } from './words.ts';
import { writeJson } from './write-json.ts';

/** The clusters of the minimum elements, and what a scan of files can say to each. */
const clusters = {
  metadata: 'given: author (the tool), time, format and version',
  'system-level': 'given: name, version and producer as far as files tell; intended use unknown',
  models: 'unknown: no file that is read tells which models answered',
  datasets: 'unknown',
  infrastructure: 'given: device, operating system, local services, remote servers and model APIs in use',
  security: 'given: permissions, verdicts, storage of credentials, findings',
  'key-performance-indicators': 'unknown',
};

function scanner({ tool }: Report): object {
  const { version, sha256 } = tool.rules;
  return {
    type: 'application',
    name: tool.name,
    version: tool.version,
    properties: properties({ 'rules-version': version, 'rules-sha256': sha256 }),
  };
}

function metadata(report: Report): object {
  const { run, device, allowlist, summary } = report;
  const { id, hostname, platform, osVersion, arch } = device;
  const minimum = Object.fromEntries(
    Object.entries(clusters).map(([name, said]) => [`ai-sbom:${name}`, said]),
  );
  return {
    timestamp: run.endedAt,
    lifecycles: [{ phase: 'discovery' }],
    tools: { components: [scanner(report)] },
    component: {
      type: 'device',
      'bom-ref': deviceRef,
      name: hostname,
      properties: properties({ 'device-id': id, os: platformNames[platform], 'os-version': osVersion, arch }),
    },
    distributionConstraints: { tlp: 'AMBER' },
    properties: [
      ...properties({ run: run.id, status: run.status, 'checks-left-out': run.checksLeftOut }),
      ...properties({ home: run.homes.map(({ user, path, status }) => `${user ?? path}: ${status}`) }),
      ...properties({ score: `${summary.score.achieved} of ${summary.score.evaluated} checks` }),
      ...properties({ 'checks-without-material': summary.score.notEvaluated }),
      ...properties({
        allowlist: allowlist === null ? 'none' : `${allowlist.name} ${allowlist.version}`,
        'side-effect': run.sideEffects,
      }),
      ...properties(coverage(report)),
      ...properties(minimum),
    ],
  };
}

/** Tools by status; those that are absent as a number. */
function coverage(report: Report): Record<string, unknown> {
  const present = report.coverage.filter(({ status }) => status !== 'absent');
  return {
    coverage: present.map(({ tool, user, status, reason }) => {
      const whose = user === null ? '' : ` of ${user}`;
      return `${tool}${whose}: ${status}${reason === undefined ? '' : ` (${reason})`}`;
    }),
    'coverage-absent': report.coverage.length - present.length,
  };
}

function annotation(gap: FactOf<'gap'>, report: Report, subjects: string[]): object {
  return {
    subjects,
    annotator: { component: { type: 'application', name: report.tool.name, version: report.tool.version } },
    timestamp: report.run.endedAt,
    text: `Could not be seen: ${gap.origin.path} (${gapReasons[gap.reason]}, ${gap.stage}).`,
  };
}

/** A note on each gap, on the agents that it is about, or on the device. */
function* annotations(report: Report, parts: Part[]): Generator<object> {
  const agentOf = agentFinder(parts);
  const isGap = (fact: Fact): fact is FactOf<'gap'> => fact.kind === 'gap';
  for (const gap of report.facts.filter(isGap)) {
    const agents = gap.tools.map((tool) => agentOf(tool, gap.user)).filter((ref) => ref !== null);
    yield annotation(gap, report, agents.length > 0 ? [...new Set(agents)] : [deviceRef]);
  }
}

function* made(parts: Part[], make: (part: Part) => object | null): Generator<object> {
  for (const part of parts) {
    const one = make(part);
    if (one !== null) yield one;
  }
}

/** One BOM. Its serial number is that of the run, and everything else is the same for the same report. */
export function* cyclonedx(report: Report): Generator<string> {
  const parts = partsOf(report);
  const aggregate = report.run.status === 'partial' ? 'incomplete' : 'unknown';
  yield* writeJson({
    $schema: 'http://cyclonedx.org/schema/bom-1.7.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    serialNumber: `urn:uuid:${runUuid(report.run)}`,
    version: 1,
    metadata: metadata(report),
    components: made(parts, component),
    services: made(parts, service),
    dependencies: dependencies(report).values(),
    compositions: [{ aggregate, assemblies: [deviceRef], dependencies: [deviceRef] }],
    vulnerabilities: vulnerabilities(parts).values(),
    annotations: annotations(report, parts),
  });
  yield '\n';
}
