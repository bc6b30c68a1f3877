/**
 * MCP server definitions -> server facts and the credentials in them. How clients spell a definition is data
 * (`rules/shapes/server.yaml`); what it would really run is the identity kit's. Values of variables and
 * headers are never recorded, only their names.
 */
import type { FactOf, Load, Storage } from '../model/fact.ts';
import type { ServerRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { identify } from '../identity/identify.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, asMap, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import type { Found } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';
import { credentialDraft } from './credential.ts';
import { definitionLeads } from './definition-leads.ts';
import { type Piece, flag, namesOf, partOf, piecesOf, sceneOf, textsOf } from './definition.ts';
import { type Draft, type Observed, type Scene, bindingsOf, commonOf, tieOf, unjudged } from './draft.ts';
import { below, spellFirst } from './spell.ts';

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

function credentials(
  scene: Scene,
  server: FactOf<'server'>,
  found: { found: Found; match: Match; storage: Storage }[],
  stale: boolean,
): Draft[] {
  return found.map(({ found: one, match, storage }) => {
    const named = one.field === '' ? { ...one, field: storage } : one;
    const draft = credentialDraft(scene, match, named, { storage, stale }, [server.name]);
    draft.owner = server;
    return draft;
  });
}

/** One definition. Exported for maps that lie in the wrong client's file. */
export function observeDefinition(given: Scene, row: ServerRow, match: Match, load?: Load): Observed {
  const scene = sceneOf(given, row);
  const { claim, secrets, rules } = scene;
  const command = textsOf(scene, match, 'command');
  const args = textsOf(scene, match, 'args');
  const urlPart = partOf(scene, match.node, 'url');
  const url = urlPart ? scalarText(urlPart.match.node) : null;
  const env = piecesOf(scene, match, 'env');
  const headers = piecesOf(scene, match, 'headers');
  const launcher = command.texts.length ? (row.launcher ?? []).map((word) => new Secret(word)) : [];
  const argv = [...launcher, ...command.texts, ...args.texts];
  const argMatches = [...launcher.map(() => match), ...command.matches, ...args.matches].slice(1);
  const known = identify({ command: argv[0] ?? null, args: argv.slice(1), url, env }, rules, secrets);
  const workspace = row.workspace === undefined ? null : fill(row.workspace, bindingsOf(claim, match));
  const name = nameOf(scene, row, match);
  const switched =
    flag(scene, match.node, 'disabled') === true || flag(scene, match.node, 'enabled') === false;
  const disabled = switched && row.switch !== false;
  const fact: FactOf<'server'> = {
    ...commonOf(scene, 'server', match, [name], row.confidence),
    name,
    transport: transportOf(scene, row, match.node, url === null ? null : urlPart!.selector),
    ...known.shown,
    envNames: [...new Set([...env.map((one) => one.name), ...namesOf(scene, match, 'envNames')])].map(
      secrets.show,
    ),
    headerNames: [...headers.map((one) => one.name), ...namesOf(scene, match, 'headerNames')].map(
      secrets.show,
    ),
    package: known.package,
    identity: known.identity,
    via: known.via,
    registry: known.registry,
    doubts: command.texts.length || url !== null ? known.doubts : [...known.doubts, 'indirect'],
    load: load ?? (disabled ? 'disabled' : (row.load ?? 'active')),
    workspace: workspace ?? (claim.place.kind === 'workspace' ? claim.place.path : null),
    threats: [],
    officialRemotes: [],
    ...unjudged,
  };
  if (row.scope !== undefined) fact.scope = row.scope;
  const found = [
    ...env.flatMap((one) => judged(scene, one, 'env')),
    ...headers.flatMap((one) => judged(scene, one, 'header')),
    ...textFields(scene, match),
    ...known.found.map((one) => ({
      found: one,
      match: one.where === 'url' ? below(match, urlPart!.match) : (argMatches[one.index ?? -1] ?? match),
      storage: one.where === 'url' ? ('url' as const) : ('argv' as const),
    })),
  ];
  const filled = (text: string | undefined): string | null =>
    text === undefined ? null : fill(text, bindingsOf(claim, match));
  const tie = tieOf(claim, {
    workspace: fact.workspace,
    profile: filled(row.profile),
    folder: filled(row.folder),
  });
  return {
    drafts: [
      { fact, tie, storeKeys: known.storeKeys, ...(row.offer && { offer: true }) },
      ...credentials(scene, fact, found, row.stale ?? false),
    ],
    leads: definitionLeads(scene, match, fact.args, known.env),
    switches: [],
  };
}

function judged(
  scene: Scene,
  piece: Piece,
  kind: 'env' | 'header',
): { found: Found; match: Match; storage: Storage }[] {
  if (piece.value === null) return [];
  return scene.secrets
    .judge(piece.name, piece.value, kind)
    .map((found) => ({ found, match: piece.match, storage: 'literal' as const }));
}

/** Fields that are secrets whenever they hold a literal, such as a client secret. */
function textFields(scene: Scene, match: Match): { found: Found; match: Match; storage: Storage }[] {
  return (scene.rules.server.fields.secrets ?? []).flatMap((selector) => {
    const field = select(match.node, selector, scene.secrets)[0];
    const text = field ? scalarText(field.node) : null;
    const found = text === null ? null : scene.secrets.certain(field!.key ?? selector, text);
    return found === null ? [] : [{ found, match: below(match, field!), storage: 'literal' as const }];
  });
}

/** All definitions that a row's selectors find. */
export function observeServers(scene: Scene, rows: ServerRow[]): Observed {
  const observed: Observed = { drafts: [], leads: [], switches: [] };
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(scene.tree, at, scene.secrets, scene.claim.bindings))) {
      if (!asMap(match.node)) continue;
      if (row.when && !holds(row.when, treeValues(match.node, scene.secrets))) continue;
      const one = observeDefinition(scene, row, match);
      observed.drafts.push(...one.drafts);
      observed.leads.push(...one.leads);
    }
  }
  return observed;
}
