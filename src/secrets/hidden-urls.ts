/**
 * What is hidden of URLs, whoever judges it: user information, and query and fragment values that are more
 * than a short word or number. Host and path stay, since they are what a server goes by, but for a long
 * random segment that is written like a token: many services let in whoever knows it.
 */
import type { Span } from './hit.ts';
import { isLoneBase64, isLoneToken } from './lone.ts';
import { isMasked } from './mask.ts';
import type { NamedJudge } from './named.ts';
import { isTokenSegment } from './token-segment.ts';
import { percentDecoded, urlSpans, userinfoEnd } from './urls.ts';
import { type Covers, isCalm } from './visible.ts';

/** The user of every public git host, who is nobody. */
const anybody = 'git';
const plainValue = /^(?:[A-Za-z]{0,8}|\d{1,8})$/;
const nameForm = /^[A-Za-z_$][\w.[\]$-]{0,63}$/;
const gitTransport = /git\+[a-z]{2,5}:\/\/$/i;
/** Characters of a text that are looked at as one URL. */
const wholeChars = 8_192;
/** Revision of a repository. */
const revision = /^[0-9a-f]{7,64}$/;

function hiddenUser(info: string, covers: Covers): Span[] {
  // Placeholders in angle brackets are for people; nothing else with a `<` is.
  const how = info.includes('<') ? 'named' : 'variable';
  const colon = info.indexOf(':');
  const user = colon < 0 ? info : info.slice(0, colon);
  const spans = user === anybody ? [] : covers(user, how);
  return colon < 0 ? spans : [...spans, ...covers(info.slice(colon + 1), how, colon + 1)];
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

/** A host that somebody could mean, at the start of a text. */
const realHost = new RegExp(
  [
    String.raw`^(?:[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,24}|localhost|(?:\d{1,3}\.){3}\d{1,3}|\[[0-9a-f:]+\])`,
    String.raw`(?::\d+)?(?:[/?#]|$)`,
  ].join(''),
  'i',
);
/** What stands before the scheme where a whole text is one URL, or the value of one name is. */
const lead = /^["']?(?:--?[\w.-]{1,80}=|[A-Za-z_][\w.-]{0,80}=)?["']?[A-Za-z][A-Za-z0-9+.-]{0,24}:\/\/$/;
/** A repository's page, or its own URL. */
const repository = /\.git$|^[^/]+\/[\w.~-]+\/[\w.-]+\/?$/;

/** What stands for a port and is none: a password in a URL that breaks off before its `@`. */
function hiddenPort(rest: string, by: number, covers: Covers): Span[] {
  const [host, , port] = /^([^/?#:[]*)(:)([^/?#]*)/.exec(rest)?.slice(1) ?? [];
  // What was hidden before is a password with its own end.
  if (host === undefined || port === undefined || /^\d{0,5}$|…/.test(port)) return [];
  return covers(port, 'variable', by + host.length + 1);
}

/**
 * What is hidden of a text that is one URL as a whole, with signs and blanks that should have been escaped: a
 * password up to the last `@`, and a secret query value up to the next one.
 */
export function hiddenInWholeUrl(text: string, judge: NamedJudge, covers: Covers): Span[] {
  const start = text.indexOf('://') + 3;
  if (start < 3 || !lead.test(text.slice(0, start))) return [];
  const hidden: Span[] = [];
  const rest = text.slice(start, start + wholeChars);
  const late = rest.lastIndexOf('@');
  const colon = rest.slice(0, Math.max(0, late)).search(/[:/?#@]/);
  const isInfo = colon >= 0 && rest[colon] === ':' && !/^\d{1,5}(?:[/?#]|$)/.test(rest.slice(colon + 1));
  const first = userinfoEnd(rest);
  const isFirst = first > 0 && (rest[late - 1] === '/' || realHost.test(rest.slice(first + 1)));
  if (isInfo && (isFirst || rest[late - 1] !== '/')) {
    for (const { start: from, end } of hiddenUser(rest.slice(0, isFirst ? first : late), covers)) {
      hidden.push({ start: start + from, end: start + end });
    }
  }
  if (late < 0) hidden.push(...hiddenPort(rest, start, covers));
  if (!/\s/.test(rest)) return hidden;
  for (const match of rest.matchAll(/[?&#]([\w.[\]$-]{1,64})=([^&]*)/g)) {
    if (judge.classify(match[1]!, 'query') === 'no' || !/\s/.test(match[2]!)) continue;
    const end = start + match.index + match[0].length;
    hidden.push({ start: end - match[2]!.length, end });
  }
  return hidden;
}

/** One `name=value`, or what stands without a name. `sign` is what parts it from the one before. */
function hiddenPiece(
  piece: string,
  sign: string,
  { git, page }: { git: boolean; page: boolean },
  judge: NamedJudge,
  covers: Covers,
): Span[] {
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
  const pinned = (git || page) && revision.test(decoded);
  if (equals < 0 && sign === '#' && (pinned || !(isLoneToken(decoded) || isLoneBase64(decoded)))) return [];
  return covers(value, 'named', equals + 1);
}

/** Segments of a path that are hidden; `path` begins behind the user information. */
function hiddenSegments(path: string): Span[] {
  const spans: Span[] = [];
  for (const { index, 0: segment } of path.matchAll(/(?<=\/)[^/]+/g))
    if (isTokenSegment(segment)) spans.push({ start: index, end: index + segment.length });
  return spans;
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
    add(hiddenSegments(from < 0 ? rest.slice(info) : rest.slice(info, info + from)), start + info);
    if (from < 0) continue;
    const git = gitTransport.test(text.slice(Math.max(0, start - 16), start));
    const page = repository.test(rest.slice(info, info + from).replace(/^@/, ''));
    for (const match of rest.slice(info + from).matchAll(/([?&#])([^&#]*)/g)) {
      const by = start + info + from + match.index + 1;
      add(hiddenPiece(match[2]!, match[1]!, { git, page }, judge, covers), by);
    }
  }
  return hidden;
}
