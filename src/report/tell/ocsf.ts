/** A report as OCSF events, one by one. */
import type { OcsfEvent } from '../../model/ocsf.ts';
import type { Report } from '../../model/report.ts';
import type { CutPart } from '../../model/telling.ts';
import { factFinder } from '../event.ts';
import { findingEvent } from '../ocsf/finding.ts';
import { removedEvent, softwareAssets } from '../ocsf/inventory.ts';
import { heartbeatEvent, scanEvent } from '../ocsf/run.ts';
import type { Teller, Told } from '../tell.ts';

function cut(record: object, parts: CutPart[], bytes: number): object {
  const { metadata, unmapped, ...rest } = record as OcsfEvent;
  const marked = { ...metadata, is_truncated: true as const, untruncated_size: bytes };
  return { ...rest, metadata: marked, unmapped: { ...unmapped, cut: parts } };
}

const told = (record: OcsfEvent): Told => ({ id: record.metadata.uid, record, cut });

/** A report as OCSF events. */
export function ocsfTeller(report: Report): Teller {
  const factOf = factFinder(report.facts);
  return {
    heartbeat: (telling) => told(heartbeatEvent(report, telling)),
    assets: () =>
      softwareAssets(report).map(({ make, ...asset }) => ({
        ...asset,
        told: (change) => told(make(change)),
      })),
    removed: (asset) => told(removedEvent(asset, report)),
    finding: (finding) => told(findingEvent(finding, factOf(finding), report)),
    run: (telling) => told(scanEvent(report, telling)),
  };
}
