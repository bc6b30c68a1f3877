/**
 * MCP server definitions -> server facts and the credentials in them. How clients spell a definition is data
 * (`rules/shapes/server.yaml`); what it would really run is the identity kit's. Values of variables and
 * headers are never recorded, only their names.
 */
import type { FactOf, Load, Storage } from '../model/fact.ts';
import type { ServerRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { limits } from '../limits.ts';
import type { Position } from '../model/tree.ts';
import { identify } from '../identity/identify.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, asMap, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import type { Found } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';
import { credentialDraft } from './credential.ts';
import { definitionLeads } from './definition-leads.ts';
import {
  type Piece,
  isOff,
  namesOf,
  partOf,
  piecesOf,
  saysTwice,
  sceneOf,
  textsOf,
  usesOf,
} from './definition.ts';
import { type Draft, type Observed, type Scene, bindingsOf, commonOf, tieOf, unjudged } from './draft.ts';
import { below, spellFirst } from './spell.ts';
import { toolListsOf } from './tool-lists.ts';

function transportOf(
  scene: Scene,
  row: ServerRow,
  node: Tree,
  urlField: string | null,
): FactOf<'server'>['transport'] {
  const { transports, transportByField } = scene.rules.server;
  const stated = partOf(scene, node, 'transport');
  const text = stated ? scalarText(stated.match.node) : null;
  const word = text === null ? undefined : transports[scene.secrets.show(text)];
  if (word !== undefined && (word === 'stdio') === (urlField === null)) return word;
  if (urlField === null) return 'stdio';
  return transportByField[urlField] ?? row.transport ?? 'http';
}

/** The name: a field where the row says so or the entry is one of a list, else the key. */
function nameOf(scene: Scene, row: ServerRow, match: Match): string {
  const stated = spellFirst(scene, match, row.name);
  if (stated !== null) return scene.secrets.show(stated);
  const keyed = match.bindings['name'] ?? match.key;
  if (!match.listIndex && keyed !== null) return scene.secrets.show(keyed);
  const own = partOf(scene, match.node, 'name');
  const text = own ? scalarText(own.match.node) : null;
  return text === null ? `#${keyed ?? 0}` : scene.secrets.show(text);
}

/** A secret in a definition, where it is and how it is kept there. */
type Held = { found: Found; match: Match; storage: Storage };

function credentials(scene: Scene, server: FactOf<'server'>, found: Held[], stale: boolean): Draft[] {
  return found.map(({ found: one, match, storage }) => {
    const named = one.field === '' ? { ...one, field: storage } : one;
    const draft = credentialDraft(scene, match, named, { storage, stale }, [server.name]);
    draft.owner = server;
    return draft;
  });
}

/** The parts of one definition, and what it would really run. */
function readDefinition(scene: Scene, row: ServerRow, match: Match) {
  const command = textsOf(scene, match, 'command');
  const args = textsOf(scene, match, 'args');
  const urlPart = partOf(scene, match.node, 'url');
  const url = urlPart ? scalarText(urlPart.match.node) : null;
  const env = piecesOf(scene, match, 'env');
  const headers = piecesOf(scene, match, 'headers');
  const launcher = command.texts.length ? (row.launcher ?? []).map((word) => new Secret(word)) : [];
  const [first = null, ...rest] = [...launcher, ...command.texts, ...args.texts];
  if (rest.length > limits.args) scene.secrets.flaw({ reason: 'too-large', at: match.at });
  const [cwd = null] = textsOf(scene, match, 'cwd').texts;
  const known = identify({ command: first, args: rest, url, env, cwd }, scene.rules, scene.secrets);
  return {
    env,
    headers,
    known,
    uses: usesOf(scene, match, [
      url,
      ...command.texts,
      ...args.texts,
      ...[...env, ...headers].map(({ value }) => value),
    ]),
    urlAt: url === null ? null : urlPart,
    argMatches: [...launcher.map(() => match), ...command.matches, ...args.matches].slice(1),
    indirect: first === null && url === null,
    twice: saysTwice(scene, match.node),
    cwd,
  };
}

type Definition = ReturnType<typeof readDefinition>;

function serverFact(scene: Scene, row: ServerRow, match: Match, given: Definition): FactOf<'server'> {
  const { claim, secrets } = scene;
  const { env, headers, known, urlAt } = given;
  const workspace = row.workspace === undefined ? null : fill(row.workspace, bindingsOf(claim, match));
  const name = nameOf(scene, row, match);
  const helped = partOf(scene, match.node, 'headersHelper') !== null;
  const shown = (names: string[]): string[] => [...new Set(names.map(secrets.show))];
  const fact: FactOf<'server'> = {
    ...commonOf(scene, 'server', match, [name], row.confidence),
    name,
    transport: transportOf(scene, row, match.node, urlAt?.selector ?? null),
    ...known.shown,
    envNames: shown([...env.map((one) => one.name), ...namesOf(scene, match, 'envNames')]),
    headerNames: shown([...headers.map((one) => one.name), ...namesOf(scene, match, 'headerNames')]),
    package: known.package,
    ...(known.extras.length > 0 && { extras: known.extras }),
    ...(given.cwd !== null && given.cwd.length > 0 && { cwd: secrets.show(given.cwd) }),
    ...toolListsOf(scene, match),
    identity: known.identity,
    via: known.via,
    registry: known.registry,
    doubts: [
      ...new Set([
        ...known.doubts,
        ...(given.indirect ? ['indirect'] : []),
        ...(given.twice ? ['ambiguous'] : []),
        ...(helped ? ['helper-command'] : []),
      ]),
    ].toSorted(),
    load: isOff(scene, match.node) ? 'disabled' : (row.load ?? 'active'),
    workspace: workspace ?? (claim.place.kind === 'workspace' ? claim.place.path : null),
    threats: [],
    officialRemotes: [],
    ...unjudged,
  };
  return row.scope === undefined ? fact : { ...fact, scope: row.scope };
}

/** Every secret of a definition with its place. */
function secretsOf(
  scene: Scene,
  match: Match,
  { env, headers, known, urlAt, argMatches }: Definition,
): Held[] {
  return [
    ...env.flatMap((one) => judged(scene, one, 'env')),
    ...headers.flatMap((one) => judged(scene, one, 'header')),
    ...textFields(scene, match),
    ...known.found.map((one): Held => {
      if (one.where === 'url')
        return { found: one, match: urlAt ? below(match, urlAt.match) : match, storage: 'url' };
      return { found: one, match: argMatches[one.index ?? -1] ?? match, storage: 'argv' };
    }),
  ];
}

/** One definition. Exported for maps that lie in the wrong client's file, which `load` says. */
export function observeDefinition(scene: Scene, row: ServerRow, match: Match, load?: Load): Observed {
  const own = sceneOf(scene, row);
  const definition = readDefinition(own, row, match);
  const fact = serverFact(own, row, match, definition);
  if (load !== undefined) fact.load = load;
  const filled = (text: string | undefined): string | null =>
    text === undefined ? null : fill(text, bindingsOf(scene.claim, match));
  const tie = tieOf(scene.claim, {
    workspace: fact.workspace,
    profile: filled(row.profile),
    folder: filled(row.folder),
  });
  const { known } = definition;
  return {
    drafts: [
      { fact, tie, storeKeys: known.storeKeys, uses: definition.uses, ...(row.offer && { offer: true }) },
      ...credentials(own, fact, secretsOf(own, match, definition), row.stale ?? false),
    ],
    leads: definitionLeads(own, match, fact.name, fact.args, known.env),
    switches: [],
  };
}

function judged(scene: Scene, piece: Piece, kind: 'env' | 'header'): Held[] {
  if (piece.value === null) return [];
  return scene.secrets
    .judge(piece.name, piece.value, kind)
    .map((found) => ({ found, match: piece.match, storage: 'literal' as const }));
}

/** Fields that are secrets whenever they hold a literal, such as a client secret. */
function textFields(scene: Scene, match: Match): Held[] {
  return (scene.rules.server.fields.secrets ?? []).flatMap((selector) => {
    const field = select(match.node, selector, scene.secrets)[0];
    const text = field ? scalarText(field.node) : null;
    const found = text === null ? null : scene.secrets.certain(field!.key ?? selector, text);
    return found === null ? [] : [{ found, match: below(match, field!), storage: 'literal' as const }];
  });
}

/** Where a selector of entries finds something that holds none, or an entry that is no definition. */
function noteShapes(scene: Scene, at: string): void {
  const map = /^(.+)\.\{name\}$/.exec(at)?.[1];
  if (map === undefined) return;
  const unsupported = ({ at: place }: { at: Position }): void => {
    scene.secrets.flaw({ reason: 'unsupported', at: place });
  };
  const root = scene.tree;
  // The file as a whole is something else than the map of settings that the client reads.
  if (root.type === 'list' || (root.type === 'scalar' && /^["\w]/.test(at))) unsupported(root);
  for (const { node } of select(root, map, scene.secrets, scene.claim.bindings)) {
    // A text may name a file, or hold the map itself; other rows know.
    if (node.type === 'scalar' && typeof node.value !== 'object') unsupported(node);
    if (node.type !== 'map') continue;
    for (const { value, keyAt } of node.entries) {
      const off = value.type === 'scalar' && typeof value.value === 'boolean';
      if (value.type !== 'map' && !off) unsupported({ at: keyAt });
    }
  }
}

/** All definitions that a row's selectors find. */
export function observeServers(scene: Scene, rows: ServerRow[]): Observed {
  const observed: Observed = { drafts: [], leads: [], switches: [] };
  // The probe looks at files of anybody, in which anything may have any form.
  const places = scene.claim.tool.probe ? [] : rows.flatMap((row) => row.at);
  for (const at of new Set(places)) {
    // One condition alone asks for a form that the file may not have; several tell entries of one map apart.
    const own = rows.filter((row) => row.at.includes(at));
    if (own.length > 1 || own[0]?.when === undefined) noteShapes(scene, at);
  }
  for (const row of rows) {
    const matches = row.at.flatMap((at) => select(scene.tree, at, scene.secrets, scene.claim.bindings));
    for (const match of matches) {
      if (!asMap(match.node)) continue;
      if (row.when && !holds(row.when, treeValues(match.node, scene.secrets))) continue;
      const one = observeDefinition(scene, row, match);
      observed.drafts.push(...one.drafts);
      observed.leads.push(...one.leads);
    }
  }
  return observed;
}
