/**
 * MCP server definitions -> server facts and the credentials in them. How clients spell a definition is data
 * (`rules/shapes/server.yaml`); what it would really run is the identity kit's. Values of variables and
 * headers are never recorded, only their names.
 */
import type { FactOf, Load, Storage } from '../model/fact.ts';
import type { Lead } from '../model/place.ts';
import type { ServerRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { identify } from '../identity/identify.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, asList, asMap, scalarText, select } from '../parse/select.ts';
import { fill } from '../parse/template.ts';
import type { Found } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import { credentialDraft } from './credential.ts';
import { type Draft, type Observed, type Scene, bindingsOf, commonOf, tieOf, unjudged } from './draft.ts';

type Part = keyof Scene['rules']['server']['fields'];
/** A scalar with its place: an argument, the value of a variable. */
type Piece = { name: string; value: Secret | null; match: Match };

/** The first of a part's spellings that is there, and which one it was. */
function partOf(scene: Scene, node: Tree, part: Part): { match: Match; selector: string } | null {
  for (const selector of scene.rules.server.fields[part] ?? []) {
    const match = select(node, selector, scene.secrets)[0];
    if (match !== undefined && !(match.node.type === 'scalar' && match.node.value === null)) {
      return { match, selector };
    }
  }
  return null;
}

function under(parent: Match, child: Match): Match {
  return { ...child, pointer: parent.pointer + child.pointer };
}

/** Entries of a map part, or of a list of `{name, value}` maps or `NAME=value` lines. */
function piecesOf(scene: Scene, at: Match, part: Part): Piece[] {
  const found = partOf(scene, at.node, part);
  if (found === null) return [];
  const map = under(at, found.match);
  if (asMap(map.node)) {
    return select(map.node, '{name}', scene.secrets).map((entry) => ({
      name: entry.key ?? '',
      value: scalarText(entry.node),
      match: under(map, entry),
    }));
  }
  return select(map.node, '*', scene.secrets).flatMap((item): Piece[] => {
    const line = scalarText(item.node);
    const assigned = line === null ? null : scene.secrets.assignment(line);
    if (assigned) return [{ ...assigned, match: under(map, item) }];
    const name = select(item.node, 'name', scene.secrets)[0];
    const value = select(item.node, 'value', scene.secrets)[0];
    const text = name ? scalarText(name.node) : null;
    if (text === null)
      return line === null ? [] : [{ name: scene.secrets.show(line), value: null, match: under(map, item) }];
    return [
      {
        name: scene.secrets.show(text),
        value: value ? scalarText(value.node) : null,
        match: under(map, value ?? item),
      },
    ];
  });
}

function textsOf(scene: Scene, at: Match, part: Part): { texts: Secret[]; matches: Match[] } {
  const found = partOf(scene, at.node, part);
  if (found === null) return { texts: [], matches: [] };
  const all = asList(found.match.node)
    ? select(found.match.node, '*', scene.secrets).map((item) => under(found.match, item))
    : [found.match];
  const kept = all.flatMap((match) => {
    const text = scalarText(match.node);
    return text === null ? [] : [{ text, match: under(at, match) }];
  });
  return { texts: kept.map(({ text }) => text), matches: kept.map(({ match }) => match) };
}

function flag(scene: Scene, node: Tree, part: Part): boolean | null {
  const found = partOf(scene, node, part);
  if (found === null || found.match.node.type !== 'scalar') return null;
  const { value } = found.match.node;
  return typeof value === 'boolean' ? value : null;
}

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
  const bindings = bindingsOf(scene.claim, match);
  for (const spelling of row.name ?? []) {
    const filled = spelling.includes('{') ? fill(spelling, bindings) : null;
    const field = filled === null ? select(match.node, spelling, scene.secrets)[0] : undefined;
    const text = field ? scalarText(field.node) : null;
    if (filled !== null || text !== null)
      return filled === null ? scene.secrets.show(text!) : scene.secrets.show(filled);
  }
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
): Draft[] {
  return found.map(({ found: one, match, storage }) => {
    const named = one.field === '' ? { ...one, field: storage } : one;
    const draft = credentialDraft(scene, match, named, { storage }, [server.name]);
    draft.owner = server;
    return draft;
  });
}

/** One definition. Exported for maps that lie in the wrong client's file. */
export function observeDefinition(scene: Scene, row: ServerRow, match: Match, load?: Load): Observed {
  const { claim, secrets, rules } = scene;
  const command = textsOf(scene, match, 'command');
  const args = textsOf(scene, match, 'args');
  const urlPart = partOf(scene, match.node, 'url');
  const url = urlPart ? scalarText(urlPart.match.node) : null;
  const env = piecesOf(scene, match, 'env');
  const headers = piecesOf(scene, match, 'headers');
  const argv = [...command.texts.slice(1), ...args.texts];
  const argMatches = [...command.matches.slice(1), ...args.matches];
  const known = identify({ command: command.texts[0] ?? null, args: argv, url, env }, rules, secrets);
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
    envNames: [
      ...new Set([
        ...env.map((one) => one.name),
        ...textsOf(scene, match, 'envNames').texts.map(secrets.show),
      ]),
    ].map(secrets.show),
    headerNames: [...headers, ...piecesOf(scene, match, 'headerNames')].map((one) => secrets.show(one.name)),
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
      match: one.where === 'url' ? under(match, urlPart!.match) : (argMatches[one.index ?? -1] ?? match),
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
    drafts: [{ fact, tie, storeKeys: known.storeKeys }, ...credentials(scene, fact, found)],
    leads: leadsOf(scene, match, env),
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
    return found === null ? [] : [{ found, match: under(match, field!), storage: 'literal' as const }];
  });
}

/** Other files that the definition names, and folders of other tools that its environment relocates. */
function leadsOf(scene: Scene, match: Match, env: Piece[]): Lead[] {
  const { source, claim, rules, secrets } = scene;
  const home = claim.place.home;
  if (home === null) return [];
  const from = { path: source.path, pointer: match.pointer, ...match.at };
  const file = partOf(scene, match.node, 'envFile');
  const named = file ? scalarText(file.match.node) : null;
  const leads: Lead[] =
    named === null
      ? []
      : [{ base: rules.server.envFile, path: secrets.show(named), tool: claim.tool.id, home, from }];
  for (const { name, value } of env) {
    if (value !== null && /^\w+$/.test(name))
      leads.push({ base: `$${name}`, path: secrets.show(value), tool: claim.tool.id, home, from });
  }
  return leads;
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
