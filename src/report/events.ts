/**
 * What of a report is sent to receivers, event by event: a sign of life, what is there, the findings that are
 * new, changed or resolved (all of them where no state tells), and last the run with its counts. A receiver
 * that misses the last one has part of a run; one that misses the first has a machine that is silent.
 */
import type { OutEvent } from '../model/delivery.ts';
import type { Finding, Report } from '../model/report.ts';
import type { profiles } from '../model/sink.ts';
import { ecsDocuments } from './ecs.ts';
import { assetId, eventId, recordId } from './event.ts';
import { ocsfEvents } from './ocsf.ts';
import { compactJson } from './write-json.ts';

export type Profile = (typeof profiles)[number];

/** Without the news that is none: what was open before and is open still, unchanged. */
function newsOf(report: Report): Report {
  const isNews = ({ state, changed, firstSeen }: Finding): boolean =>
    state !== 'open' || changed !== undefined || firstSeen === undefined;
  return { ...report, findings: report.findings.filter(isNews) };
}

type Told = Pick<OutEvent, 'id' | 'kind' | 'severity'> & { record: object };

/** Severities by the events that tell a finding. */
function severitiesOf({ findings, device, run }: Report): Map<string, Finding['severity']> {
  const own = ({ state, severity }: Finding) => (state === 'resolved' ? 'info' : severity);
  return new Map(findings.map((one) => [recordId(eventId(one, device), run), own(one)]));
}

/**
 * Our own shape, `shadowscan.event/1`: an envelope that is the same for all, and the record of the report.
 */
function* nativeEvents(report: Report): Generator<Told> {
  const { run, device, tool, summary, allowlist } = report;
  const { id: deviceId, hostname, platform } = device;
  const told = (type: Told['kind'], event: string, severity: Told['severity'], rest: object): Told => {
    const id = recordId(event, run);
    const head = {
      schema: 'shadowscan.event/1',
      type,
      id,
      event,
      time: run.endedAt,
      run: run.id,
      device: { id: deviceId, hostname, platform },
      tool: { version: tool.version, rules: tool.rules.version },
    };
    return { id, kind: type, severity, record: { ...head, ...rest } };
  };
  const counted = { status: run.status, ...summary };
  yield told('heartbeat', `heartbeat-${deviceId}`, 'info', { severity: 'info', ...counted });
  for (const fact of report.facts)
    if (fact.kind === 'agent' || fact.kind === 'server')
      yield told('asset', assetId(fact, device), 'info', { severity: 'info', fact });
  for (const finding of report.findings) {
    const severity = finding.state === 'resolved' ? 'info' : finding.severity;
    yield told('finding', eventId(finding, device), severity, { severity, finding });
  }
  const list = allowlist === null ? null : { name: allowlist.name, version: allowlist.version };
  yield told('run', `run-${deviceId}`, 'info', {
    severity: 'info',
    ...counted,
    details: run,
    allowlist: list,
  });
}

function* ocsfTold(report: Report): Generator<Told> {
  const severities = severitiesOf(report);
  for (const record of ocsfEvents(report)) {
    const { uid: id, event_code: code } = record.metadata;
    const severity = severities.get(id);
    const kind =
      severity !== undefined ? 'finding' : code === 'heartbeat' ? code : code === 'scan' ? 'run' : 'asset';
    yield { id, kind, severity: severity ?? 'info', record };
  }
}

const ecsKinds = {
  'shadowscan.finding': 'finding',
  'shadowscan.agent': 'asset',
  'shadowscan.heartbeat': 'heartbeat',
  'shadowscan.scan': 'run',
} as const;

function* ecsTold(report: Report): Generator<Told> {
  const severities = severitiesOf(report);
  for (const record of ecsDocuments(report)) {
    const id = record.shadowscan.record;
    yield { id, kind: ecsKinds[record.event.dataset], severity: severities.get(id) ?? 'info', record };
  }
}

const tellers = { native: nativeEvents, ocsf: ocsfTold, ecs: ecsTold } satisfies Record<
  Profile,
  (report: Report) => Iterable<Told>
>;

/** The events of a report in a profile, in the order in which they are sent. */
export function* outEvents(report: Report, profile: Profile): Generator<OutEvent> {
  for (const { record, ...told } of tellers[profile](newsOf(report)))
    yield { ...told, time: report.run.endedAt, body: compactJson(record) };
}
