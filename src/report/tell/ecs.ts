/** A report as documents with ECS names, one by one. */
import type { EcsDocument } from '../../model/ecs.ts';
import type { Report } from '../../model/report.ts';
import type { CutPart } from '../../model/telling.ts';
import { agentAssets, removedDocument } from '../ecs/agent.ts';
import { findingDocument } from '../ecs/finding.ts';
import { heartbeatDocument, scanDocument } from '../ecs/run.ts';
import { factFinder } from '../event.ts';
import type { Teller, Told } from '../tell.ts';

function cut(record: object, parts: CutPart[], bytes: number): object {
  const document = record as EcsDocument;
  return { ...document, shadowscan: { ...document.shadowscan, cut: { bytes, parts } } };
}

const told = (record: EcsDocument): Told => ({ id: record.shadowscan.record, record, cut });

/** A report as documents with ECS names. */
export function ecsTeller(report: Report): Teller {
  const factOf = factFinder(report.facts);
  return {
    heartbeat: (telling) => told(heartbeatDocument(report, telling)),
    assets: () =>
      agentAssets(report).map(({ make, ...asset }) => ({ ...asset, told: (change) => told(make(change)) })),
    removed: (asset) => told(removedDocument(asset, report)),
    finding: (finding) => told(findingDocument(finding, factOf(finding), report)),
    run: (telling) => told(scanDocument(report, telling)),
  };
}
