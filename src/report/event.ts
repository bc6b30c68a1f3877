/**
 * Ids of what a report says, for receivers that keep it: an event is one finding on one device of one user
 * and keeps its id from run to run; a record is one telling of it. Neither holds a value or a line.
 */
import { createHash } from 'node:crypto';
import type { Fact } from '../model/fact.ts';
import type { Finding, Report } from '../model/report.ts';

function digest(...parts: (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** 32 hex digits by finding, device and user: the same in every run and after rule updates. */
export function eventId(finding: Finding, device: Report['device']): string {
  return digest('finding', finding.fingerprint, device.id, finding.user);
}

/** The same for what is there, such as an agent of a user. */
export function assetId(fact: Fact, device: Report['device']): string {
  return digest('asset', fact.id, device.id, fact.user);
}

/** The same for a tool of a user of which there is no fact of its own. */
export function toolId(tools: string[], user: string | null, device: Report['device']): string {
  return digest('tool', tools.join(), device.id, user);
}

/** 32 hex digits by event and run: the same however often this run is delivered. */
export function recordId(event: string, run: Report['run']): string {
  return digest('record', event, run.id);
}

/** A UUID for a run: its own id where that is one, else one made of it (version 8 of RFC 9562). */
export function runUuid({ id }: Report['run']): string {
  if (/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) return id.toLowerCase();
  const hex = digest('run', id);
  const variant = '89ab'[Number.parseInt(hex[16]!, 16) % 4];
  const version = `8${hex.slice(13, 16)}`;
  return [hex.slice(0, 8), hex.slice(8, 12), version, `${variant}${hex.slice(17, 20)}`, hex.slice(20)].join(
    '-',
  );
}

/** Facts by the findings that judge them: ids alone are shared by users who have the same thing. */
export function factFinder(facts: Fact[]): (finding: Finding) => Fact | null {
  const own = new Map(facts.map((fact) => [`${fact.id}\0${fact.user ?? ''}`, fact]));
  const any = new Map(facts.map((fact) => [fact.id, fact]));
  return ({ fact, user }) => own.get(`${fact}\0${user ?? ''}`) ?? any.get(fact) ?? null;
}
