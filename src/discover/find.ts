/**
 * Rows of the catalogue -> files that exist in a place. Each file is one source, however many rows and tools
 * claim it. Opens nothing; what may not be looked at becomes a refusal with the tools that wanted it.
 */
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { FileInfo, Host } from '../model/host.ts';
import type { Bindings, Claim, Place, Source } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Row, Tool } from '../model/tool.ts';
import { expander } from './expand.ts';
import { type Bound, beginsInWorkspace, capture, toGlob } from './paths.ts';
import { ownedBy } from './owner.ts';
import { presence } from './presence.ts';

export type Refused = { path: string; reason: GapReason; claim: Claim };
export type Found = { sources: Source[]; refused: Refused[] };

/** `wild` where the name itself was matched. */
type Candidate = { path: string; boundary: string; bindings: Bindings; wild?: boolean };

/** Whether group or others may pass every folder from the file up to its place. */
function reachable(host: Host, file: string, info: FileInfo, place: Place): boolean | null {
  if (info.mode === null || place.platform === 'windows') return null;
  for (const bits of [0o4, 0o40]) {
    if ((info.mode & bits) === 0) continue;
    let folder = path.dirname(file);
    let open = true;
    while (open && folder.length >= place.path.length && folder !== path.dirname(folder)) {
      const seen = host.look(folder, place.boundary);
      open = seen !== null && 'mode' in seen && ((seen.mode ?? 0) & (bits >> 2)) !== 0;
      folder = path.dirname(folder);
    }
    if (open) return true;
  }
  return false;
}

type Looking = { host: Host; ask: ReturnType<typeof presence>; expand: ReturnType<typeof expander> };

/** Agents keep a file for every message. */
const mostOf = (row: Row): number => (row.transcripts ? limits.transcriptsPerRow : limits.filesPerRow);

function candidates(
  { host, ask, expand }: Looking,
  row: Row,
  claim: Omit<Claim, 'bindings'>,
  refuse: (path: string, reason: GapReason) => void,
): Candidate[] {
  return expand(row.path, claim.tool).flatMap(
    ({ literal, pattern, boundary, bindings: named }): Candidate[] => {
      const folder = pattern === '' ? path.dirname(literal) : literal;
      const state = literal === boundary ? 'there' : ask(folder, boundary);
      if (state === 'absent') return [];
      if (state !== 'there') {
        refuse(state.path, state.reason);
        return [];
      }
      if (pattern === '') return [{ path: literal, boundary, bindings: named }];
      const wild = /[*{?]/.test(path.posix.basename(pattern));
      const matched = host.match(literal, toGlob(pattern), boundary, mostOf(row));
      for (const refusal of matched.refusals) refuse(refusal.path, refusal.reason);
      return matched.paths.flatMap((found) => {
        const bindings = capture(pattern, path.relative(literal, found).split(path.sep).join('/'));
        return bindings === null
          ? []
          : [{ path: found, boundary, bindings: { ...named, ...bindings }, wild }];
      });
    },
  );
}

/** Names in a workspace, in lower case since some file systems have no case; `all` where nobody can tell. */
function namesIn(host: Host, place: Place): ReadonlySet<string> | 'all' {
  const listing = host.list(place.path, place.boundary, null);
  if (listing === null || 'refused' in listing || listing.cut) return 'all';
  return new Set(listing.entries.map(({ name }) => name.toLowerCase()));
}

/** Whether anything of a row can lie in a workspace with these names. */
function mayHave(there: ReadonlySet<string> | 'all', row: Row): boolean {
  const begins = beginsInWorkspace(row.path);
  if (begins === null) return false;
  return there === 'all' || begins.wild || begins.names.some((name) => there.has(name));
}

/** Everything that `tools` claim in `place`, files and (for rows of format `none`) folders. */
export function find(host: Host, tools: Tool[], place: Place, rules: Ruleset, bound: Bound): Found {
  const sources = new Map<string, Source>();
  const refused: Refused[] = [];
  const ask = presence(host);
  const there = (folder: string, boundary: string): boolean => ask(folder, boundary) !== 'absent';
  const looking = { host, ask, expand: expander({ place, rules, bound, there }) };
  const names = place.kind === 'workspace' && place.home !== place ? namesIn(host, place) : null;
  for (const tool of tools) {
    for (const row of tool.files) {
      if (names !== null && !mayHave(names, row)) continue;
      const claimed = { tool, row, place };
      const refuse = (at: string, reason: GapReason): void => {
        refused.push({ path: at, reason, claim: { ...claimed, bindings: {} } });
      };
      for (const candidate of candidates(looking, row, claimed, refuse)) {
        const info = host.look(candidate.path, candidate.boundary);
        if (info === null) continue;
        if ('refused' in info) {
          // Only a folder on the way can keep us from looking at a path, or one behind a link.
          const hidden = info.refused === 'unreadable' && !info.link;
          refuse(hidden ? path.dirname(candidate.path) : candidate.path, info.refused);
          continue;
        }
        if (info.type === 'directory' && row.format !== 'none') {
          // Instructions may be one file or a folder of them, which other rows read; and a pattern did not
          // ask for a folder that its name fits.
          const asked = !row.transcripts && row.proves?.instruction === undefined && !candidate.wild;
          if (asked) refuse(candidate.path, 'not-a-file');
          continue;
        }
        if (place.owner !== null && !ownedBy(info, place.owner)) {
          refuse(candidate.path, 'not-owner');
          continue;
        }
        if (row.beside !== undefined && !isBeside(host, candidate, row.beside)) continue;
        const claim = { ...claimed, bindings: candidate.bindings };
        const known = sources.get(info.realPath);
        if (known) known.claims.push(claim);
        else if (sources.size < limits.sources) {
          const othersCanRead = reachable(host, info.realPath, info, place);
          sources.set(info.realPath, { ...candidate, info, claims: [claim], othersCanRead });
        } else refuse(candidate.path, 'too-many');
      }
    }
  }
  const sorted = [...sources.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return { sources: sorted, refused };
}

function isBeside(host: Host, candidate: Candidate, name: string): boolean {
  const seen = host.look(path.join(path.dirname(candidate.path), name), candidate.boundary);
  return seen !== null && 'type' in seen;
}
