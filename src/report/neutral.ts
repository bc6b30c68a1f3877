/**
 * Makes foreign text inert before a person or a terminal sees it. File names, server names and values are
 * an attacker's to choose: escape sequences could rewrite the screen, bidirectional controls reverse what is
 * read, and invisible characters hide what is there. Here they become visible escapes. This is not an
 * encoding: a name that holds the six characters of an escape looks the same as the escape.
 */
import { limits } from '../limits.ts';

/** Controls, formats (bidi, zero width, tags), separators, lone surrogates, and what no font draws. */
const unsafe = String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]`;
/** Marks that would sit on our own text, and piles of marks that would cover the lines around. */
const piled = String.raw`^\p{M}|(?<=\p{M}{4})\p{M}`;
const hidden = new RegExp(`${unsafe}|${piled}`, 'u');
const pieces = new RegExp(`(?<hidden>${unsafe}|${piled})|[^]`, 'gu');
const unsafeInJson = new RegExp(String.raw`(?!\n)${unsafe}`, 'gu');

/**
 * Text that is safe to show: one line, nothing invisible, at most `limits.shownChars` characters. What is
 * cut off is counted.
 */
export function neutral(text: string): string {
  if (text.length <= limits.shownChars && !hidden.test(text)) return text;
  let shown = '';
  let used = 0;
  for (const match of text.matchAll(pieces)) {
    const piece = match.groups?.hidden === undefined ? match[0] : escape(match[0]);
    if (shown.length + piece.length > limits.shownChars) break;
    shown += piece;
    used += match[0].length;
  }
  const rest = text.length - used;
  return rest === 0 ? shown : `${shown}[${rest} more characters]`;
}

/** JSON text that means the same, but holds no character that a terminal or an editor could act on. */
export function neutralJson(json: string): string {
  return json.replace(unsafeInJson, (found) => {
    let escaped = '';
    for (let at = 0; at < found.length; at++) escaped += `\\u${hex(found.charCodeAt(at))}`;
    return escaped;
  });
}

function escape(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${hex(code)}`;
}

function hex(unit: number): string {
  return unit.toString(16).padStart(4, '0');
}
