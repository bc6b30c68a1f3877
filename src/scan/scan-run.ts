/** One run: what it works with, what it has gathered so far, and how it notes what could not be seen. */
import type { Followed } from '../discover/leads.ts';
import type { Surroundings } from '../discover/surroundings.ts';
import type { AgentEvidence } from '../inventory/agent.ts';
import type { Counted } from '../inventory/coverage.ts';
import { type Draft, type Switch, scopeOf } from '../inventory/draft.ts';
import { gapFact } from '../inventory/gap.ts';
import type { Fact, FactOf, GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Claim, Place, Source } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { TextMemory } from '../model/known.ts';
import type { Secrets } from '../secrets/engine.ts';

/** A variable that is set for the programs of a home, what it says, and where it is set. */
export type Moved = { variable: string; value: string; by: string; user: string | null };

/** Something that macOS protects and that was wanted: a source names it, or rows look there. */
export type Shielded = { path: string; user: string | null; named: string[]; rows: string[] };

/** What a run gathers on its way. */
export type Gathered = {
  drafts: Draft[];
  switches: Switch[];
  facts: Fact[];
  evidence: AgentEvidence[];
  /** Real paths of files that some tool reads servers from. */
  served: Set<string>;
  counted: Counted[];
  /** Tools that have read a file, by its real path. */
  readers: Map<string, Set<string>>;
  /** Real paths of the files that were read. */
  read: Set<string>;
  bytes: number;
  /** Sources that are read last, in chunks. */
  large: Source[];
  /** Variables that sources set and that send a tool elsewhere. */
  moved: Moved[];
  /** What macOS protects: told of at the end, in one gap for each home. */
  shielded: Shielded[];
  /** Where workspaces that sources name really are, by home and name. */
  folders: Map<string, Followed>;
};

/** What a run has gathered when it begins. */
export function nothingYet(): Gathered {
  return {
    drafts: [],
    switches: [],
    facts: [],
    evidence: [],
    served: new Set(),
    counted: [],
    readers: new Map(),
    read: new Set(),
    bytes: 0,
    large: [],
    moved: [],
    shielded: [],
    folders: new Map(),
  };
}

/** Adds to a list; a call with as many arguments as an attacker likes would end the program. */
export function addAll<T>(into: T[], more: Iterable<T>): void {
  for (const one of more) into.push(one);
}

export type Run = {
  host: Host;
  rules: Ruleset;
  secrets: Secrets;
  /** Key of fingerprints, for the second thread. */
  key: Buffer | null;
  /** What earlier runs know of texts that only grow; null where nothing is kept. */
  texts: TextMemory | null;
  late: () => boolean;
  /** Whether homes are walked for what no record names. */
  deep: boolean;
  machine: Place | null;
  /** What else is to be known of a file that holds a secret. */
  around: (source: Source, place: Place) => Surroundings;
  got: Gathered;
};

type Where = { path: string; line?: number; column?: number };

/** Notes what could not be seen; `by` are those who wanted it. */
export function gap(
  run: Run,
  where: Where,
  stage: FactOf<'gap'>['stage'],
  reason: GapReason,
  by: Claim[] | string[],
  user: string | null,
): void {
  const tools = by.map((one) => (typeof one === 'string' ? one : one.tool.id));
  if (reason === 'protected') {
    const isNamed = typeof by[0] === 'string';
    run.got.shielded.push({
      path: where.path,
      user,
      named: isNamed ? tools : [],
      rows: isNamed ? [] : tools,
    });
    return;
  }
  const first = by[0];
  const scope = typeof first === 'object' ? scopeOf(first) : 'user';
  const home = typeof first === 'object' ? first.place.home : null;
  run.got.facts.push(gapFact(run.secrets, where, stage, reason, { tools, scope, home }, user));
}
