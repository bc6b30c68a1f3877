/** A verdict in words: what would run, what was taken off, what is in doubt, which entry decided. */
import { runs } from '../identity/package-of.ts';
import type { Allowlist, Decision } from '../model/allowlist.ts';
import type { Resolved, ServerFact } from '../model/fact.ts';
import { doubtInWords } from './doubts.ts';
import { matcher } from './match.ts';
import { nearestEntry } from './nearest-entry.ts';

/** A label and what is said under it; several lines are several items. */
export type Said = { label: string; texts: string[] };

function running(fact: ServerFact): string {
  const found = runs(fact);
  if (found === null) return fact.identity ?? 'this cannot be told';
  const version = found.version === null ? 'no version' : `version ${found.version}`;
  const pinned = found.pinned ? '' : ', not pinned: whatever is newest then';
  return `${found.type}:${found.name}, ${version}${pinned}`;
}

/** What is said of a version that lies on this disk, were it written into the definition. */
function ofResolved(one: Resolved, fact: ServerFact, list: Allowlist, now: Date, host: string): string {
  const found = runs(fact);
  if (found === null || found.type !== one.type || found.name !== one.name) return '';
  const pinned = { ...found, version: one.version, pinned: true };
  const known: ServerFact = {
    ...fact,
    package: pinned,
    identity: pinned.purl,
  };
  const { verdict } = matcher(list, now, host)(known);
  const said = verdict === 'approved' ? 'is approved' : `is ${verdict}`;
  return `; that version ${said}, but the definition may run another one tomorrow: write the version into it`;
}

function decided(decision: Decision, list: Allowlist, fact: ServerFact, now: Date, host: string): Said[] {
  const { approval } = decision;
  if (approval !== null) {
    const parts = [
      approval.entry,
      ...(approval.owner ? [`owner ${approval.owner}`] : []),
      ...(approval.reason ? [`reason: ${approval.reason}`] : []),
      ...(approval.expires ? [`until ${approval.expires.slice(0, 10)}`] : []),
    ];
    const { allow, deny } = approval.tools ?? {};
    const tools = [
      ...(allow ? [`only ${allow.join(', ')}`] : []),
      ...(deny ? [`not ${deny.join(', ')}`] : []),
      ...(fact.toolsBeyond ? [`turned on beyond that: ${fact.toolsBeyond.join(', ')}`] : []),
    ];
    return [
      { label: 'Entry', texts: [parts.join(', ')] },
      { label: 'MCP tools', texts: tools },
    ];
  }
  // What is known to be bad is denied whatever a list says.
  if (decision.verdict === 'denied') return [];
  const near = nearestEntry(list, fact, now, host);
  if (near === null) return [{ label: 'Nearest entry', texts: ['none that comes close'] }];
  const { entry, subject, differs } = near;
  return [{ label: 'Nearest entry', texts: [`${entry} (${subject})`, `differs: ${differs}`] }];
}

/** All that can be said of a server's verdict. Without a list, of what it would run alone. */
export function explainServer(fact: ServerFact, list: Allowlist | null, now: Date, host: string): Said[] {
  const written = fact.command === null ? (fact.url ?? '') : [fact.command, ...fact.args].join(' ');
  const decision: Decision = { verdict: fact.verdict, approval: fact.approval, why: fact.why };
  const onDisk = (fact.resolved ?? []).map((one) => {
    const more = list === null ? '' : ofResolved(one, fact, list, now, host);
    return `${one.type}:${one.name} ${one.version} (${one.by})${more}`;
  });
  return [
    { label: 'Written', texts: [written] },
    { label: 'Starts in', texts: fact.cwd === undefined ? [] : [fact.cwd] },
    { label: 'Would run', texts: [running(fact)] },
    { label: 'Taken off', texts: fact.via.length === 0 ? [] : [fact.via.join(', then ')] },
    { label: 'On this disk', texts: onDisk },
    {
      label: 'SHA-256',
      texts: (fact.programs ?? []).map(({ path, sha256 }) => `${path} ${sha256}`),
    },
    { label: 'Doubts', texts: fact.doubts.map(doubtInWords) },
    { label: 'Threats', texts: fact.threats.map(({ class: kind, id, note }) => `${kind}: ${note} (${id})`) },
    { label: 'Verdict', texts: [fact.verdict] },
    { label: 'Because', texts: fact.why === null ? [] : [fact.why] },
    ...(list === null ? [] : decided(decision, list, fact, now, host)),
  ].filter(({ texts }) => texts.length > 0);
}
