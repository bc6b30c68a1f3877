/** What all OCSF events share: the time, the device, the product, the severity, and ids. */
import type { Confidence, Platform, Severity } from '../../model/common.ts';
import type { OcsfDetection, OcsfEvent } from '../../model/ocsf.ts';
import type { Report } from '../../model/report.ts';
import { recordId } from '../event.ts';
import { platformNames } from '../words.ts';

type Common = Pick<OcsfEvent, 'time' | 'message' | 'metadata' | 'device' | 'severity' | 'severity_id'>;
type Level = Pick<OcsfEvent, 'severity' | 'severity_id'>;

const levels: Record<Severity, Level> = {
  critical: { severity_id: 5, severity: 'Critical' },
  high: { severity_id: 4, severity: 'High' },
  medium: { severity_id: 3, severity: 'Medium' },
  low: { severity_id: 2, severity: 'Low' },
  info: { severity_id: 1, severity: 'Informational' },
};

/** How sure a finding is. */
export const sureness: Record<Confidence, Pick<OcsfDetection, 'confidence' | 'confidence_id'>> = {
  high: { confidence_id: 3, confidence: 'High' },
  medium: { confidence_id: 2, confidence: 'Medium' },
  low: { confidence_id: 1, confidence: 'Low' },
};

const systems: Record<Platform, 100 | 200 | 300> = { windows: 100, linux: 200, macos: 300 };

/** Milliseconds since 1970 of an ISO time. */
export function millis(iso: string): number {
  return Date.parse(iso);
}

/** The machine. What kind of device it is no file says. */
function deviceOf({ device }: Report): Common['device'] {
  const { id, hostname, platform, osVersion } = device;
  const type = platformNames[platform];
  return {
    type_id: 0,
    type: 'Unknown',
    hostname,
    name: hostname,
    uid: id,
    os: { name: type, type_id: systems[platform], type, version: osVersion },
  };
}

/** This program. */
export function scanner({ tool }: Report): Common['metadata']['product'] {
  return { name: tool.name, vendor_name: 'shadowscan', version: tool.version, uid: tool.name };
}

/** The common part. `event` is the id that the event has in every run, `code` what kind it is. */
export function common(
  report: Report,
  { event, code, severity, message }: { event: string; code: string; severity: Severity; message: string },
): Common {
  const { run, tool } = report;
  return {
    ...levels[severity],
    time: millis(run.endedAt),
    message,
    metadata: {
      version: '1.8.0',
      product: scanner(report),
      uid: recordId(event, run),
      correlation_uid: run.id,
      event_code: code,
      log_name: 'shadowscan',
      log_version: tool.rules.version,
      original_time: run.endedAt,
      profiles: ['host'],
    },
    device: deviceOf(report),
  };
}

/** The list that judged, as OCSF names policies; nothing without one. */
export function policyOf({ allowlist }: Report): { name: string; version: string; uid: string } | undefined {
  if (allowlist === null) return undefined;
  return { name: allowlist.name, version: allowlist.version, uid: allowlist.sha256 };
}
