/**
 * Facts on their way: what was observed in one source, with what `link` needs to tie it to the rest. Nothing
 * here leaves the stage.
 */
import { createHash } from 'node:crypto';
import type { Confidence, Origin, Scope } from '../model/common.ts';
import type { Enforced } from '../model/enforced.ts';
import type { Fact, FactKind, FactOf, Load } from '../model/fact.ts';
import type { Layout } from '../model/layout.ts';
import type { Bindings, Claim, Lead, Place, Source } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Flaw, Tree } from '../model/tree.ts';
import type { Match } from '../parse/select.ts';
import type { Secrets } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import { withoutStrange } from '../secrets/visible.ts';
import { withoutAddress } from './address.ts';

/** How a draft can be found by switches and attributions. */
export type Tie = {
  tool: string;
  row: string | null;
  home: Place | null;
  workspace: string | null;
  profile: string | null;
  folder: string | null;
};

export type Draft<F extends Fact = Fact> = {
  fact: F;
  tie: Tie;
  /** Policies: what they allow of servers. */
  enforced?: Enforced;
  /** Extensions that are active in every profile, and profiles that have those of another one. */
  everywhere?: boolean;
  inherits?: string;
  /** Servers that are only offered until a switch names them. */
  offer?: boolean;
  named?: boolean;
  /** Servers: digests under which a bridge keeps tokens, and the bridge's version as written. */
  storeKeys?: { key: string; version: string | null }[];
  /** Servers: variables that their definition refers to or passes on. */
  uses?: string[];
  /** Credentials: seen by nobody's rows but in the text; dropped where another reading of the file saw it. */
  rest?: true;
  /** Credentials: names of the servers that its file is given to, by whoever says so. */
  givenTo?: string[];
  /** Credentials: equal for equal secrets of this run, null for those that could be guessed. */
  same?: string | null;
  /** Servers: names of variables and headers that hold a value, and no reference to one. */
  literals?: string[];
  /** Servers: where the parts of the definition stand, for who rewrites it. */
  layout?: () => Layout;
  /** Credentials in a field of a server that nothing is known of. */
  stray?: boolean;
  /** Credentials of a definition: its server. */
  owner?: FactOf<'server'>;
  /** Credentials: how the row says to find the server, and when the place is abandoned. */
  of?: { name: string | null; url: string | null; key: string | null; stale: string | boolean };
};

/** A list or flag that turns facts on or off. */
export type Switch = {
  tie: Pick<Tie, 'tool' | 'home' | 'workspace' | 'profile'>;
  of: string[];
  by: 'name' | 'folder' | 'profile';
  name: string;
  set: Load;
  others: Load | null;
  /** Which list it is an entry of: each is asked by itself. */
  list: string;
};

export type Observed = { drafts: Draft[]; leads: Lead[]; switches: Switch[] };

/** The secrets kit for one source, which is told what had to be left out of it. */
export type Kit = Secrets & { flaw(flaw: Flaw): void };

/** What every observer of a kind is given. */
export type Scene = {
  source: Source;
  claim: Claim;
  tree: Tree;
  rules: Ruleset;
  secrets: Kit;
  /** The source as text, where it is one. */
  text?: Secret | null;
};

/** `<kind>:<16 hex>` over what names the fact: user, place and names, never list positions or values. */
export function factId(kind: FactKind, ...parts: (string | null)[]): string {
  const digest = createHash('sha256').update(parts.map((part) => part ?? '').join('\0'));
  return `${kind}:${digest.digest('hex').slice(0, 16)}`;
}

const orderOfConfidence: Confidence[] = ['low', 'medium', 'high'];

/** The lowest of some confidences; high when none is given. */
export function lowest(...all: (Confidence | undefined)[]): Confidence {
  const at = Math.min(
    2,
    ...all.flatMap((one) => (one === undefined ? [] : [orderOfConfidence.indexOf(one)])),
  );
  return orderOfConfidence[at]!;
}

/** Scope of a row that does not state one: by the kind of place that it was found in. */
export function scopeOf(claim: Claim): Scope {
  const byPlace = { machine: 'managed', home: 'user', workspace: 'project' } as const;
  return claim.row.scope ?? byPlace[claim.place.kind];
}

/** A pointer without list positions, so that ids survive reordering. */
export function stablePointer(pointer: string): string {
  return pointer.replace(/\/\d+(?=\/|$)/g, '/*');
}

/** `~/...` for what lies in a home, the path itself for all else. */
export function belowHome(path: string, home: string): string {
  return path.startsWith(`${home}/`) ? `~${path.slice(home.length)}` : path;
}

/** Path by which a file is known wherever its home lies. */
export function placePath(source: Source, claim: Claim): string {
  return belowHome(source.path, claim.place.home?.path ?? claim.place.path);
}

/** A pointer as it may be shown: each name by itself, since an escaped URL would not be known as one. */
export function shownPointer(secrets: Pick<Secrets, 'show'>, pointer: string): string {
  const segments = pointer.split('/').map((segment) => {
    const name = segment.replaceAll('~1', '/').replaceAll('~0', '~');
    return withoutStrange(withoutAddress(secrets.show(name)), 24)
      .replaceAll('~', '~0')
      .replaceAll('/', '~1');
  });
  return withoutAddress(secrets.show(segments.join('/')));
}

export function originOf(
  source: Source,
  secrets: Secrets,
  match: Pick<Match, 'pointer' | 'at'> | null,
): Origin {
  const path = secrets.show(source.path);
  if (match === null) return { path };
  const pointer = match.pointer === '' ? {} : { pointer: shownPointer(secrets, match.pointer) };
  return { path, ...pointer, ...match.at };
}

export function tieOf(claim: Claim, extra: Partial<Tie> = {}): Tie {
  return {
    tool: claim.tool.id,
    row: claim.row.id ?? null,
    home: claim.place.home,
    workspace: claim.place.kind === 'workspace' ? claim.place.path : null,
    profile: null,
    folder: null,
    ...extra,
  };
}

/** The fields that all facts of one match share. `names` tell it apart from others at the same pointer. */
export function commonOf<K extends FactKind>(
  scene: Scene,
  kind: K,
  match: Match,
  names: string[],
  confidence?: Confidence,
) {
  const { source, claim, secrets } = scene;
  const pointer = stablePointer(match.pointer);
  return {
    id: factId(kind, claim.place.user, placePath(source, claim), pointer, ...names),
    kind,
    tools: [claim.tool.id],
    user: claim.place.user,
    scope: scopeOf(claim),
    origin: originOf(source, secrets, match),
    confidence: lowest(confidence ?? claim.row.confidence ?? claim.tool.confidence),
  };
}

/** The root of a source, for what is said of the file as a whole. */
export function rootMatch(tree: Tree): Match {
  return { node: tree, bindings: {}, pointer: '', key: null, listIndex: false, parent: null, at: null };
}

/** The workspace that a source lies in, as it may be shown. */
export function workspaceOf({ claim, secrets }: Scene): string | null {
  return claim.place.kind === 'workspace' ? secrets.show(claim.place.path) : null;
}

/** Captures of path and selector together. */
export function bindingsOf(claim: Claim, match: Match): Bindings {
  return { ...claim.bindings, ...match.bindings };
}

export const unjudged = { verdict: 'unjudged' as const, approval: null, why: null };
