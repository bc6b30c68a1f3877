/**
 * MCP server definitions -> server facts and the credentials in them. How clients spell a definition is data
 * (`rules/shapes/server.yaml`); what it would really run is the identity kit's. Values of variables and
 * headers are never recorded, only their names.
 */
import type { FactOf, Load, Storage } from '../model/fact.ts';
import type { ServerRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { limits } from '../limits.ts';
import { identify } from '../identity/identify.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, asMap, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import type { Found } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';
import { credentialDraft, scalars } from './credential.ts';
import { definitionLeads, envFilesOf } from './definition-leads.ts';
import {
  type Piece,
  isOff,
  namesOf,
  literalsOf,
  partOf,
  piecesOf,
  saysTwice,
  sceneOf,
  textsOf,
  usesOf,
} from './definition.ts';
import { type Draft, type Observed, type Scene, bindingsOf, commonOf, tieOf, unjudged } from './draft.ts';
import { isForeignHelper } from './foreign-helper.ts';
import { layoutOf } from './layout.ts';
import { noteMisshapen } from './misshapen.ts';
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
export type Held = { found: Found; match: Match; storage: Storage; stray?: true };

function credentials(scene: Scene, server: FactOf<'server'>, found: Held[], stale: boolean): Draft[] {
  return found.map(({ found: one, match, storage, stray }) => {
    const named = one.field === '' ? { ...one, field: storage } : one;
    const draft = credentialDraft(scene, match, named, { storage, stale }, [server.name]);
    draft.owner = server;
    if (stray) draft.stray = true;
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
    envFiles: envFilesOf(scene, match),
  };
}

export type Definition = ReturnType<typeof readDefinition>;

function serverFact(scene: Scene, row: ServerRow, match: Match, given: Definition): FactOf<'server'> {
  const { claim, secrets } = scene;
  const { env, headers, known, urlAt } = given;
  const workspace = row.workspace === undefined ? null : fill(row.workspace, bindingsOf(claim, match));
  const name = nameOf(scene, row, match);
  const helped = isForeignHelper(scene, match.node);
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
    ...(given.envFiles.length > 0 && { envFiles: given.envFiles }),
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
        ...(given.envFiles.length > 0 ? ['env-file'] : []),
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
  const held = [
    ...env.flatMap((one) => judged(scene, one, 'env')),
    ...headers.flatMap((one) => judged(scene, one, 'header')),
    ...textFields(scene, match),
    ...known.found.map((one): Held => {
      if (one.where === 'url')
        return { found: one, match: urlAt ? below(match, urlAt.match) : match, storage: 'url' };
      return { found: one, match: argMatches[one.index ?? -1] ?? match, storage: 'argv' };
    }),
  ];
  return [...held, ...strays(scene, match, held)];
}

/**
 * Tokens in fields that no client is known to read. Their names mean nothing here, so that only what shows by
 * its form what it is counts.
 */
function strays(scene: Scene, match: Match, held: Held[]): Held[] {
  return scalars(scene, match).flatMap((one) => {
    const text = scalarText(one.match.node);
    if (text === null) return [];
    return scene.secrets
      .judge(one.name, text, 'field')
      .filter((found) => found.reasons.includes('shape') && found.severity !== 'info')
      .filter((found) => !held.some((other) => other.found.secret.equals(found.secret)))
      .map((found): Held => ({ found, match: one.match, storage: 'literal', stray: true }));
  });
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
  const { known, uses } = definition;
  const literals = literalsOf(own, [...definition.env, ...definition.headers]);
  const held = secretsOf(own, match, definition);
  const secrets = credentials(own, fact, held, row.stale ?? false);
  const layout = () => layoutOf(own, row, match, { fact, definition, held, secrets });
  return {
    drafts: [
      { fact, tie, storeKeys: known.storeKeys, uses, literals, layout, ...(row.offer && { offer: true }) },
      ...secrets,
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
    const found =
      text === null ? null : scene.secrets.certain(field!.key ?? selector, text, undefined, 'person');
    return found === null ? [] : [{ found, match: below(match, field!), storage: 'literal' as const }];
  });
}

/** All definitions that a row's selectors find. */
export function observeServers(scene: Scene, rows: ServerRow[]): Observed {
  const observed: Observed = { drafts: [], leads: [], switches: [] };
  noteMisshapen(scene, rows);
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
