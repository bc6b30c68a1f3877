/**
 * Lines of shell, taken apart into closed words. Nothing is expanded: a variable stays as it is written, and
 * a line that is more than one simple command is not taken apart at all.
 */
import { createRequire } from 'node:module';
import type { parse as Parse } from 'shell-quote';
import { Secret } from './secret.ts';

/** Characters of a line that is looked at; the parser is quadratic on hostile ones. */
const lineChars = 16_384;
const drive = /(?:^|[\s"'=])[A-Za-z]:\\/;

/** Whether a line has a substitution, or a line break outside quotes: more than one simple command. */
function isCompound(line: string): boolean {
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quote === "'") quote = char === "'" ? '' : quote;
    else if (char === '\\') at++;
    else if (char === '`' || (char === '$' && line[at + 1] === '(')) return true;
    else if (char === '"' || (char === "'" && quote === '')) quote = quote === '' ? char : '';
    else if (quote === '' && /[\r\n]/.test(char)) return true;
  }
  return false;
}

let parser: typeof Parse | null = null;

function shellParser(): typeof Parse {
  parser ??= (createRequire(import.meta.url)('shell-quote') as { parse: typeof Parse }).parse;
  return parser;
}

/** `NAME=value` as name and closed value; null for anything else. */
export function assignmentOf(arg: Secret): { name: string; value: Secret } | null {
  const match = /^([A-Za-z_][A-Za-z0-9_.-]{0,200})=([^]*)$/.exec(Secret.open(arg));
  return match && { name: match[1]!, value: new Secret(match[2]!) };
}

/** The words of one simple command; null when the line is more or other than that. */
export function shellWords(line: Secret): Secret[] | null {
  const text = Secret.open(line).trim();
  if (text === '' || text.length > lineChars) return null;
  if (isCompound(text)) return null;
  try {
    // A line with drive letters is meant for a shell that has another escape character.
    const escape = drive.test(text) ? '^' : '\\';
    const entries = shellParser()(text, (name) => (name === '' ? '$' : `\${${name}}`), { escape });
    const words: Secret[] = [];
    for (const entry of entries) {
      if (typeof entry === 'string') words.push(new Secret(entry));
      else if ('pattern' in entry) words.push(new Secret(entry.pattern));
      else if ('op' in entry) return null;
    }
    return words.length === 0 ? null : words;
  } catch {
    return null;
  }
}
