/**
 * Where the parts of a server's definition stand in its file, worked out for who asks: a scan does not.
 */
import type { FactOf } from '../model/fact.ts';
import type { LaidSecret, Layout, Piece as Laid } from '../model/layout.ts';
import type { ServerRow } from '../model/tool.ts';
import { formatFor } from '../parse/claims.ts';
import { type Match, asList, scalarText } from '../parse/select.ts';
import { type Part, type Piece, partOf, textsOf } from './definition.ts';
import { type Draft, type Scene } from './draft.ts';
import type { Definition, Held } from './server.ts';
import { below } from './spell.ts';

type Known = { fact: FactOf<'server'>; definition: Definition; held: Held[]; secrets: Draft[] };

function laid(scene: Scene, match: Match, part: Part): Laid[] {
  const { texts, matches } = textsOf(scene, match, part);
  return matches.map(({ pointer }, index) => ({ pointer, value: texts[index]! }));
}

const named = ({ name, value, match }: Piece) => ({ name, value, pointer: match.pointer });

function secretsOf({ definition, held, secrets }: Known): LaidSecret[] {
  return held.map(({ found, match, storage }, nth) => ({
    credential: secrets[nth]!.fact.id,
    pointer: match.pointer,
    secret: found.secret,
    field: found.field,
    storage,
    index: definition.known.found.includes(found as never) ? (found.index ?? null) : null,
  }));
}

/** One definition's. */
export function layoutOf(scene: Scene, row: ServerRow, match: Match, known: Known): Layout {
  const { source, claim } = scene;
  const { definition, fact } = known;
  const { urlAt, env, headers } = definition;
  const args = partOf(scene, match.node, 'args');
  const { target, package: first } = definition.known;
  const command = laid(scene, match, 'command');
  return {
    server: fact.id,
    name: fact.name,
    tools: [claim.tool.id],
    source,
    format: formatFor(claim, source.path),
    scope: fact.scope,
    pointer: match.pointer,
    launcher: command.length > 0 ? (row.launcher?.length ?? 0) : 0,
    command,
    args: laid(scene, match, 'args'),
    argList: args !== null && asList(args.match.node) ? below(match, args.match).pointer : null,
    env: env.map(named),
    headers: headers.map(named),
    url: urlAt && { pointer: below(match, urlAt.match).pointer, value: scalarText(urlAt.match.node) },
    identity: fact.identity,
    doubts: fact.doubts,
    packages: [first, target].flatMap((one) => (one === null ? [] : `${one.type}:${one.name}`)),
    secrets: secretsOf(known),
    via: fact.via,
    storeKeys: definition.known.storeKeys.map(({ key }) => key),
  };
}

/** Those of all definitions, each once with every tool that reads it, as their facts are now. */
export function layoutsOf(drafts: Draft[]): Layout[] {
  const byId = new Map<string, Layout>();
  for (const { fact, layout } of drafts) {
    if (layout === undefined) continue;
    const known = byId.get(fact.id);
    if (known === undefined) byId.set(fact.id, layout());
    else known.tools = [...new Set([...known.tools, ...fact.tools])].toSorted();
  }
  return [...byId.values()];
}
