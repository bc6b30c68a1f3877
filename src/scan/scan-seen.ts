/**
 * What is there now of what earlier runs knew, as whoever scans a home sees it. Told as plain words, since
 * the one who compares may be somebody else, with other rights.
 */
import * as path from 'node:path';
import { placeKey, targetsOf } from '../evaluate/looked.ts';
import type { Report } from '../model/report.ts';
import { type KnownPlace, type Seen, type There } from '../model/known.ts';
import type { Run } from './scan-run.ts';

type Looking = Pick<Run, 'host' | 'got' | 'machine'>;

function thereAt({ host, got }: Looking, { file, tools }: KnownPlace): There {
  if (!path.isAbsolute(file)) return 'hidden';
  const info = host.look(file, path.parse(file).root);
  if (info === null) return 'gone';
  if ('refused' in info) return 'hidden';
  if (info.type === 'directory') {
    const listing = host.list(file, file, null);
    return listing !== null && 'entries' in listing ? 'listed' : 'folder';
  }
  const readers = got.readers.get(info.realPath);
  const forAll = readers === undefined || tools.every((tool) => readers.has(tool));
  return got.read.has(info.realPath) && forAll ? 'read' : 'unread';
}

/** What is there of `known`, as far as it belongs to what this run was about; nothing when nobody asks. */
export function seenBy(run: Looking, report: Report, known: KnownPlace[] | undefined): Seen {
  const { host, machine } = run;
  const top = machine?.path ?? null;
  if (known === undefined) return { machine: top, there: new Map(), located: new Set() };
  const { targets } = targetsOf(report.device.platform, report.run.homes, top);
  const there = new Map<string, There>();
  for (const one of known) if (targets.has(one.target)) there.set(placeKey(one), thereAt(run, one));
  const files = new Set([...report.findings, ...report.facts].map(({ origin }) => origin.path));
  const located = [...files].filter((file) => {
    const info = path.isAbsolute(file) ? host.look(file, path.parse(file).root) : null;
    return info !== null && !('refused' in info);
  });
  return { machine: top, there, located: new Set(located) };
}
