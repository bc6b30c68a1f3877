/**
 * Where a finding is, for SARIF. Files in a home are named below it, so that a log that is handed on need not
 * tell where the home lies: its base has a name and no address.
 */
import type { Origin } from '../../model/common.ts';
import type { Report } from '../../model/report.ts';
import { type Labelled, inHome, labelledHomes } from '../places.ts';
import { fileUri, relativeUri } from '../uri.ts';

/** Homes and the name of the base that stands for each. */
export type Bases = { homes: Labelled[]; ids: Map<string, string> };

/** `HOME`, or `HOME1`, `HOME2` ... where there are several. */
export function basesOf(report: Report): Bases {
  const homes = labelledHomes(report);
  const order = report.run.homes.map((home) => home.path.replace(/[\\/]$/, ''));
  const sorted = homes.toSorted((a, b) => order.indexOf(a.path) - order.indexOf(b.path));
  const ids = new Map(
    sorted.map((home, index) => [home.path, sorted.length === 1 ? 'HOME' : `HOME${index + 1}`]),
  );
  return { homes, ids };
}

/** The `originalUriBaseIds` of a run. */
export function uriBases({ homes, ids }: Bases): Record<string, object> {
  const labels = new Map(homes.map(({ path, label }) => [path, label]));
  return Object.fromEntries(
    [...ids].map(([path, id]) => [
      id,
      { description: { text: `The home that is written ${labels.get(path)} in texts.` } },
    ]),
  );
}

/** The file, its region where a line is known, and the place within it by names. */
export function location(origin: Origin, { homes, ids }: Bases): object {
  const found = inHome(origin.path, homes);
  const base = found === null ? undefined : ids.get(found.home.path);
  const uri = found === null ? fileUri(origin.path) : relativeUri(found.rest);
  return {
    physicalLocation: {
      artifactLocation: { uri: uri === '' ? '.' : uri, uriBaseId: base },
      region: origin.line === undefined ? undefined : { startLine: origin.line, startColumn: origin.column },
    },
    logicalLocations:
      origin.pointer === undefined || origin.pointer === ''
        ? undefined
        : [{ fullyQualifiedName: origin.pointer, kind: 'member' }],
  };
}
