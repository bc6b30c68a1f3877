/**
 * What is hidden of URLs, whoever judges it: user information, and query and fragment values that are more
 * than a short word or number. Host and path stay, since they are what a server goes by.
 */
import type { Span } from './hit.ts';
import { isLoneToken } from './lone.ts';
import { isMasked } from './mask.ts';
import type { NamedJudge } from './named.ts';
import { percentDecoded, urlSpans, userinfoEnd } from './urls.ts';
import { type Covers, isCalm } from './visible.ts';

/** The user of every public git host, who is nobody. */
const anybody = 'git';
const plainValue = /^(?:[A-Za-z]{0,8}|\d{1,8})$/;
const nameForm = /^[A-Za-z_$][\w.[\]$-]{0,63}$/;
const gitTransport = /git\+[a-z]{2,5}:\/\/$/i;
/** Revision of a repository. */
const revision = /^[0-9a-f]{7,64}$/;

function hiddenUser(info: string, covers: Covers): Span[] {
  const colon = info.indexOf(':');
  const user = colon < 0 ? info : info.slice(0, colon);
  const spans = user === anybody ? [] : covers(user, 'variable');
  return colon < 0 ? spans : [...spans, ...covers(info.slice(colon + 1), 'variable', colon + 1)];
}

/**
 * Where the user information ends, also where it is a token with a `/` in it. A host that somebody could mean
 * has a dot, or is this machine.
 */
function infoEnd(rest: string): number {
  const known = userinfoEnd(rest);
  const late = rest.lastIndexOf('@');
  if (
    known >= 0 ||
    late < 0 ||
    /^(?:[\w-]+(?:\.[\w-]+)+|localhost|\[[0-9a-f:]+\])(?::\d+)?[/?#]/i.test(rest)
  ) {
    return Math.max(0, known);
  }
  const info = rest.slice(0, late);
  const isMixed = info.length >= 16 && /[a-z]/.test(info) && /[A-Z]/.test(info) && /\d/.test(info);
  return (isCalm(info) && !isMixed) || !/^[\w.:+/=%~-]+$/.test(info) ? 0 : late;
}

/** One `name=value`, or what stands without a name. `sign` is what parts it from the one before. */
function hiddenPiece(piece: string, sign: string, git: boolean, judge: NamedJudge, covers: Covers): Span[] {
  const sides = piece.indexOf('=');
  const first = piece.slice(0, Math.max(0, sides));
  // What ends in `=` and is long is base64 rather than a name without a value.
  const isName = nameForm.test(first) && isCalm(first) && (first.length < 16 || /[^=]$/.test(piece));
  const equals = isName ? sides : -1;
  const name = isName ? first : '';
  const whole = piece.slice(equals + 1);
  // What closes something that the URL did not open is the text around it.
  const value = /[([{]/.test(whole) ? whole : whole.replace(/[),.\]}]+$/, '');
  const decoded = percentDecoded(value);
  const harmless = equals < 0 || judge.classify(name, 'query') === 'no';
  if (harmless && (plainValue.test(decoded) || isMasked(decoded))) return [];
  if (harmless && git && (isCalm(decoded) || revision.test(decoded))) return [];
  if (equals < 0 && sign === '#' && (revision.test(decoded) || !isLoneToken(decoded))) return [];
  return covers(value, 'named', equals + 1);
}

/** Parts of the URLs in a text that are hidden. */
export function hiddenInUrls(text: string, judge: NamedJudge, covers: Covers): Span[] {
  const hidden: Span[] = [];
  for (const { start, end } of urlSpans(text)) {
    const rest = text.slice(start, end);
    const add = (spans: Span[], by: number): void => {
      for (const span of spans) hidden.push({ start: span.start + by, end: span.end + by });
    };
    const info = infoEnd(rest);
    if (info > 0) add(hiddenUser(rest.slice(0, info), covers), start);
    const from = rest.slice(info).search(/[?#]/);
    if (from < 0) continue;
    const git = gitTransport.test(text.slice(Math.max(0, start - 16), start));
    for (const match of rest.slice(info + from).matchAll(/([?&#])([^&#]*)/g)) {
      const by = start + info + from + match.index + 1;
      add(hiddenPiece(match[2]!, match[1]!, git, judge, covers), by);
    }
  }
  return hidden;
}
