/**
 * Files and a text that the command line names: read as the tools would that know such a file, by the format
 * that the name promises, and as free text, so that what stands in a comment or a broken file is seen too.
 */
import * as path from 'node:path';
import { claimsOn, givenSource, pipedInfo } from '../discover/given.ts';
import { workspacePlace } from '../discover/places.ts';
import type { Draft } from '../inventory/draft.ts';
import { observeTranscripts } from '../inventory/transcript.ts';
import type { Platform } from '../model/common.ts';
import type { Fact } from '../model/fact.ts';
import type { Host, LargeRead } from '../model/host.ts';
import type { Claim, Source } from '../model/place.ts';
import type { Format, Proves, Tool } from '../model/tool.ts';
import { formatOf } from '../parse/decode.ts';
import { addedIn, isDiff } from '../parse/diff.ts';
import { attempt } from './scan-place.ts';
import { type Run, gap } from './scan-run.ts';
import type { BulkHit } from '../secrets/bulk.ts';
import { withLines } from '../secrets/bulk/lines.ts';
import { asUtf8 } from '../parse/encoding.ts';

/** What came through a pipe; `cut` when there was more of it. */
export type Piped = { name: string | null; bytes: Buffer; cut: boolean };
export type Given = { files: string[]; piped: Piped | null; platform: Platform };

/** Formats whose fields have names. */
const named = new Set<Format>(['json', 'json5', 'yaml', 'toml', 'dotenv', 'ini', 'plist', 'xml']);

/** Nobody's rows: they belong to no tool, and no fact names one. */
const nobody: Tool = {
  id: '',
  name: '',
  vendor: '',
  category: 'platform',
  homepage: '',
  source: '',
  checked: '',
  shapes: [],
  places: {},
  files: [],
};

function claimOf(source: Source, platform: Platform, format: Format, proves: Proves): Claim {
  const folder = path.dirname(source.path);
  const place = workspacePlace(folder, null, platform);
  return { tool: nobody, row: { path: {}, format, proves }, bindings: {}, place };
}

const pem = 'pem-private-key';

const isCredential = ({ fact }: Draft): boolean => fact.kind === 'credential';

/** What tells one secret of a file from another, without its text. */
function looks(fact: Fact): string[] {
  if (fact.kind !== 'credential') return [];
  const { line } = fact.origin;
  const { masked, length, type } = fact.secret;
  if (line === undefined) return [`${masked} ${length}`];
  const looks = [`${masked} ${length}`];
  // One of several lines is longer in a text that escapes them, and may begin behind its name.
  if (type === pem) return [...looks, `line ${line} ${pem}`, `line ${line - 1} ${pem}`];
  return [...looks, `line ${line} ${length}`];
}

/** Adds drafts of secrets that nobody has seen in this source yet, for no tool. */
function addNew(run: Run, from: number, drafts: Draft[]): void {
  const known = new Set(run.got.drafts.slice(from).flatMap(({ fact }) => looks(fact)));
  for (const draft of drafts) {
    if (looks(draft.fact).some((one) => known.has(one))) continue;
    draft.fact.tools = [];
    run.got.drafts.push(draft);
  }
}

/** The run with a source of its own whose bytes are at hand. */
function holding(run: Run, name: string, bytes: Buffer): Run {
  const info = pipedInfo(bytes.length, name);
  const read: Host['read'] = (file, boundary, maxBytes) =>
    file === name ? { bytes, info } : run.host.read(file, boundary, maxBytes);
  return { ...run, host: { ...run.host, read } };
}

/** What is found in bytes at hand, with lines. */
function readHeld(run: Run, bytes: Buffer, salt: string): LargeRead<BulkHit> {
  const hits = withLines(bytes, run.secrets.bulk(salt)(bytes, { start: 0, end: bytes.length }));
  return { info: null, bytes: bytes.length, hits, reasons: [], start: 0, end: null };
}

/** Reads one source in all three ways; `text` gives what is found in it as free text. */
function readSource(
  run: Run,
  source: Source,
  platform: Platform,
  text: () => LargeRead<BulkHit>,
  isWhole = true,
): void {
  const { got, rules, secrets } = run;
  const first = got.drafts.length;
  const format = formatOf(source.path);
  const claims = isWhole ? claimsOn(source.path, platform, rules) : [];
  const wanted = claims.filter(({ row }) => row.proves && row.format !== 'none' && !row.transcripts);
  if (wanted.length > 0) attempt(run, { ...source, claims: wanted });
  const storage = format === 'dotenv' ? ('dotenv' as const) : ('text' as const);
  if (isWhole && named.has(format)) {
    const before = got.drafts.length;
    const proves: Proves = { credential: [{ at: ['.'], judge: true, storage }] };
    // A broken file is no gap: its text is read as well.
    const noted: Fact[] = [];
    attempt(
      { ...run, got: { ...got, facts: noted } },
      { ...source, claims: [claimOf(source, platform, format, proves)] },
    );
    got.facts.push(...noted.filter((fact) => fact.kind === 'gap' && fact.reason === 'internal'));
    const judged = got.drafts.splice(before);
    addNew(run, first, judged.filter(isCredential));
  }
  const read = text();
  got.bytes += read.bytes;
  got.read.add(source.info.realPath);
  for (const reason of read.reasons) gap(run, source, 'read', reason, [], null);
  const proves: Proves = { credential: [{ at: ['.'], scan: true, storage }] };
  const scanned = { ...source, claims: [claimOf(source, platform, 'text', proves)] };
  addNew(run, first, observeTranscripts([{ source: scanned, read }], rules, secrets));
}

/** Reads a text that came through a pipe; of a diff the lines that it adds. */
function readPiped(run: Run, { name, bytes: given, cut }: Piped, platform: Platform, salt: string): void {
  const bytes = asUtf8(given);
  const shown = name ?? '-';
  const source = (called: string, size: number): Source => ({
    path: called,
    boundary: called,
    info: pipedInfo(size, called),
    claims: [],
    othersCanRead: null,
  });
  if (cut) gap(run, { path: shown }, 'read', 'too-large', [], null);
  if (bytes.subarray(0, 8192).includes(0)) {
    gap(run, { path: shown }, 'read', 'unsupported', [], null);
    return;
  }
  const text = name === null ? bytes.toString('utf8') : '';
  if (!isDiff(text)) {
    const held = holding(run, shown, bytes);
    readSource(held, source(shown, bytes.length), platform, () => readHeld(run, bytes, salt), name !== null);
    return;
  }
  for (const added of addedIn(text)) {
    const lines = Buffer.from(added.text, 'utf8');
    readSource(run, source(added.path, lines.length), platform, () => readHeld(run, lines, salt), false);
  }
}

/** Reads everything that was given by name. */
export function readGiven(run: Run, { files, piped, platform }: Given): void {
  if (files.length === 0 && piped === null) return;
  const { host, rules, secrets } = run;
  const salt = host.randomId() + host.randomId();
  const data = { rules: { secrets: rules.secrets, words: rules.words }, key: run.key, salt };
  const work = { scan: secrets.bulk(salt), data, late: run.late };
  for (const file of files) {
    const source = givenSource(host, file);
    if (source === null) {
      gap(run, { path: file }, 'read', 'vanished', [], null);
      continue;
    }
    const large = { path: source.path, boundary: source.boundary, size: source.info.size };
    readSource(run, source, platform, () => host.readLarge([large], work)[0]!);
  }
  if (piped !== null) readPiped(run, piped, platform, salt);
}
