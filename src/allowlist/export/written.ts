/** What stands beside the files: the sidecar of each client, and one page on where everything goes. */
import type { Exported } from './export-client.ts';
import type { OutFile, Warning } from './target.ts';

export type ListNamed = { name: string; version: string; sha256: string };

/**
 * The line by which an exported file says what it was made from. Who checks whether a policy is in force
 * looks for it, so its form is fixed.
 */
export function stampOf({ name, version, sha256 }: ListNamed): string {
  const one = (text: string, most: number): string =>
    text
      .replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu, ' ')
      .trim()
      .slice(0, most) || 'unnamed';
  return `shadowscan: ${one(name, 200)} version ${one(version, 100).replace(/\s+/g, '_')} sha256 ${sha256}`;
}

/** Whether a file is one that an export wrote, in whichever encoding. */
export function isStamped(bytes: Buffer): boolean {
  const text = bytes[0] === 0xff && bytes[1] === 0xfe ? bytes.toString('utf16le') : bytes.toString('utf8');
  return /shadowscan: .{1,200}? version \S+ sha256 [0-9a-f]{64}/.test(text);
}

/** `expected.json` of a client. */
export function sidecar(one: Exported, stamp: string, list: ListNamed): OutFile {
  const { target, expected, warnings, files } = one;
  const count = (verdict: string): number => expected.filter(({ client }) => client === verdict).length;
  const whole = {
    schema: 'shadowscan.export/1',
    stamp,
    list,
    client: target.id,
    source: target.source,
    files: files.map(({ path, goesTo }) => ({ path: path.slice(target.id.length + 1), goesTo })),
    summary: {
      allowed: count('allowed'),
      blocked: count('blocked'),
      replaced: count('replaced'),
      approvedButBlocked: one.blockedThough,
      allowedButNotApproved: one.allowedThough,
    },
    warnings,
    servers: expected,
  };
  return {
    path: `${target.id}/expected.json`,
    bytes: `${JSON.stringify(whole, null, 2)}\n`,
    goesTo: 'stays with you',
  };
}

/** Warnings told of a client on the page; the sidecar has all. */
const shownWarnings = 40;

/** What every client of several is warned of, to be said once. */
function shared(all: Exported[]): Warning[] {
  const [first, ...rest] = all;
  if (first === undefined || rest.length === 0) return [];
  const texts = rest.map(({ warnings }) => new Set(warnings.map(said)));
  return first.warnings.filter((one) => texts.every((known) => known.has(said(one))));
}

const said = ({ entry, text }: Warning): string => `${entry === null ? '' : `${entry}: `}${text}`;

function section({ target, files, install, warnings }: Exported, inert: (text: string) => string): string[] {
  return [
    `## ${target.title}`,
    '',
    ...files.map(({ path, goesTo }) => `- \`${path}\` -> ${goesTo}`),
    '',
    ...install.map((one) => `${one}\n`),
    ...(warnings.length > 0 ? ['What else it does not say as the list does:', ''] : []),
    ...warnings.slice(0, shownWarnings).map((one) => `- ${inert(said(one))}`),
    ...(warnings.length > shownWarnings
      ? [`- and ${warnings.length - shownWarnings} more, in \`${target.id}/expected.json\``]
      : []),
    '',
    `Format: ${target.source}`,
    '',
  ];
}

/** `INSTALL.md`. `inert` makes foreign text one harmless line. */
export function installNote(all: Exported[], stamp: string, inert: (text: string) => string): OutFile {
  const common = shared(all);
  const known = new Set(common.map(said));
  const own = all.map((one) => ({
    ...one,
    warnings: one.warnings.filter((warning) => !known.has(said(warning))),
  }));
  const lines = [
    '# Approved MCP servers, for the clients themselves',
    '',
    `Made by shadowscan from one list. ${inert(stamp)}`,
    '',
    'Read `expected.json` of a client first: it says of every server that was scanned whether that ' +
      'client would',
    'allow or block it, and by which row. Try the files on one machine, then let MDM put them in ' +
      'place. When the',
    'list changes, export again: `shadowscan scan` tells files that are out of date by the line above.',
    '',
    ...(common.length > 0 ? ['## What none of them can be told', ''] : []),
    ...common.slice(0, shownWarnings).map((one) => `- ${inert(said(one))}`),
    ...(common.length > shownWarnings
      ? [`- and ${common.length - shownWarnings} more, in each sidecar`]
      : []),
    ...(common.length > 0 ? [''] : []),
    ...own.flatMap((one) => section(one, inert)),
  ];
  return { path: 'INSTALL.md', bytes: `${lines.join('\n').trimEnd()}\n`, goesTo: 'stays with you' };
}
