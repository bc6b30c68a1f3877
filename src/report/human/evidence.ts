/** Evidence in short: what a message does not say, and once for a whole group where it is the same. */
import type { Finding } from '../../model/report.ts';
import { between, say } from '../layout.ts';
import type { Span } from '../layout.ts';
import { label } from '../words.ts';

/** Names and values of a finding's evidence as text; without `all`, only what its message leaves unsaid. */
export function evidence(finding: Finding, all: boolean): Map<string, string> {
  const shown = new Map<string, string>();
  for (const [name, value] of Object.entries(finding.evidence)) {
    const text = textOf(value);
    const said = typeof value !== 'boolean' && text.length > 2 && finding.message.includes(text);
    if (text !== '' && (all || !said)) shown.set(label(name), text);
  }
  return shown;
}

/** Takes out of each what all of them have, and returns that; of a single one it takes nothing. */
export function takeShared(each: Map<string, string>[]): Map<string, string> {
  const [first, ...others] = each;
  if (first === undefined || others.length === 0) return new Map();
  const shared = new Map([...first].filter(([name, text]) => others.every((one) => one.get(name) === text)));
  for (const one of each) for (const name of shared.keys()) one.delete(name);
  return shared;
}

/** Evidence on a line. */
export function evidenceSpans(shown: Map<string, string>, dot: string): Span[] {
  const parts = [...shown].map(([name, text]) => [say(`${name}: `, 'quiet'), say(text)]);
  return between(parts, ` ${dot} `, 'quiet');
}

function textOf(value: Finding['evidence'][string]): string {
  if (value === null) return '';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value);
}
