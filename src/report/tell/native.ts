/** Our own shape, `shadowscan.event/1`: an envelope that is the same for all, and a record of the report. */
import type { NativeEvent } from '../../model/event.ts';
import type { Report } from '../../model/report.ts';
import type { CutPart, Telling } from '../../model/telling.ts';
import { assetId, eventId, recordId } from '../event.ts';
import type { Teller, Told } from '../tell.ts';

const cut = (record: object, parts: CutPart[], bytes: number): object => ({
  ...record,
  cut: { bytes, parts },
});

/** Evidence by what was seen, not by how often and where. */
const seen = (evidence: { tier: string; by: string; version?: string }[]): string[] =>
  [...new Set(evidence.map(({ tier, by, version }) => [tier, by, version].join(' ')))].toSorted();

/** A report as events of our own shape. */
export function nativeTeller(report: Report): Teller {
  const { run, device, tool, summary, allowlist, facts } = report;
  const { id: deviceId, hostname, platform } = device;
  const told = (type: NativeEvent['type'], event: string, rest: object): Told => {
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
    return { id, record: { ...head, ...rest }, cut };
  };
  const counted = { severity: 'info', status: run.status, ...summary } as const;
  const list = allowlist === null ? null : { name: allowlist.name, version: allowlist.version };
  return {
    heartbeat: (telling: Telling) => told('heartbeat', `heartbeat-${deviceId}`, { ...counted, ...telling }),
    assets: () =>
      facts.flatMap((fact) => {
        if (fact.kind !== 'agent' && fact.kind !== 'server') return [];
        const event = assetId(fact, device);
        const content = fact.kind === 'agent' ? { ...fact, evidence: seen(fact.evidence) } : fact;
        const tell = (change: string): Told => told('asset', event, { severity: 'info', change, fact });
        return [{ event, anchor: fact, name: fact.name, content, told: tell }];
      }),
    removed: ({ event, fact: id, kind, name, tools, user, file }) => {
      const fact = { id, kind, name, tools, user: user === '' ? null : user, origin: { path: file } };
      return told('asset', event, { severity: 'info', change: 'removed', fact });
    },
    finding: (finding) => {
      const severity = finding.state === 'resolved' ? 'info' : finding.severity;
      return told('finding', eventId(finding, device), { severity, finding });
    },
    run: (telling) =>
      told('run', `run-${deviceId}`, { ...counted, ...telling, details: run, allowlist: list }),
  };
}
