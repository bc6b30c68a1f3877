/**
 * The parts of a server definition, however a client spells them. The spellings are data
 * (`rules/shapes/server.yaml`); texts stay shut.
 */
import type { ServerPart, ServerRow } from '../model/tool.ts';
import type { Tree, TreeMap } from '../model/tree.ts';
import { type Match, asList, asMap, scalarText, select } from '../parse/select.ts';
import { Secret } from '../secrets/secret.ts';
import type { Scene } from './draft.ts';
import { below } from './spell.ts';

export type Part = ServerPart;
/** A scalar with its place: an argument, the value of a variable. */
export type Piece = { name: string; value: Secret | null; match: Match };

/** The scene of a row that spells some parts in its own way. */
export function sceneOf(scene: Scene, { fields }: ServerRow): Scene {
  if (fields === undefined) return scene;
  const server = { ...scene.rules.server, fields: { ...scene.rules.server.fields, ...fields } };
  return { ...scene, rules: { ...scene.rules, server } };
}

/** Null and empty text stand for a part that is not there: some programs write every field. */
function isEmpty(node: Tree): boolean {
  if (node.type !== 'scalar') return false;
  return node.value === null || (node.value instanceof Secret && node.value.length === 0);
}

export type Spelled = { match: Match; selector: string };

/** All of a part's spellings that are there, and which ones they are. */
export function partsOf(scene: Scene, node: Tree, part: Part): Spelled[] {
  return (scene.rules.server.fields[part] ?? []).flatMap((selector) => {
    const match = select(node, selector, scene.secrets)[0];
    return match === undefined || isEmpty(match.node) ? [] : [{ match, selector }];
  });
}

/** The first of a part's spellings that is there. */
export function partOf(scene: Scene, node: Tree, part: Part): Spelled | null {
  return partsOf(scene, node, part)[0] ?? null;
}

/**
 * Whether a definition says twice what runs, in spellings of which its client reads one: the other may be
 * there to look like something harmless.
 */
export function saysTwice(scene: Scene, node: Tree): boolean {
  const holdsText = ({ match }: Spelled): boolean =>
    scalarText(match.node) !== null || (asList(match.node)?.items.length ?? 0) > 0;
  return (['command', 'args', 'url'] as const).some(
    (part) => partsOf(scene, node, part).filter(holdsText).length > 1,
  );
}

/**
 * Entries of a map part, or of a list of `{name, value}` maps or `NAME=value` lines; those of all its
 * spellings, so that none hides another.
 */
export function piecesOf(scene: Scene, at: Match, part: Part): Piece[] {
  return partsOf(scene, at.node, part).flatMap(({ match }) => piecesIn(scene, below(at, match)));
}

/** What stands under a key that is given again further on: no client uses it, but it is there to be read. */
function formerOf({ entries }: TreeMap, { name, match }: Piece): Piece[] {
  const same = entries.filter(({ key }) => key === match.key).slice(0, -1);
  return same.map(({ keyAt, value }, nth) => ({
    name,
    value: scalarText(value),
    match: { ...match, node: value, at: keyAt, pointer: `${match.pointer}#former${nth + 1}` },
  }));
}

function piecesIn(scene: Scene, map: Match): Piece[] {
  const whole = asMap(map.node);
  if (whole) {
    const own = select(map.node, '{name}', scene.secrets).map((entry) => ({
      name: entry.key ?? '',
      value: scalarText(entry.node),
      match: below(map, entry),
    }));
    return [...own.flatMap((piece) => formerOf(whole, piece)), ...own];
  }
  return select(map.node, '*', scene.secrets).flatMap((item): Piece[] => {
    const line = scalarText(item.node);
    const assigned = line === null ? null : scene.secrets.assignment(line);
    if (assigned) return [{ ...assigned, match: below(map, item) }];
    const name = select(item.node, 'name', scene.secrets)[0] ?? select(item.node, 'key', scene.secrets)[0];
    const value = select(item.node, 'value', scene.secrets)[0];
    const text = name ? scalarText(name.node) : null;
    if (text === null)
      return line === null ? [] : [{ name: scene.secrets.show(line), value: null, match: below(map, item) }];
    return [
      {
        name: scene.secrets.show(text),
        value: value ? scalarText(value.node) : null,
        match: below(map, value ? below(item, value) : item),
      },
    ];
  });
}

/** Names of variables or headers under any spelling: keys, texts, or the `name` of maps in a list. */
export function namesOf(scene: Scene, at: Match, part: Part): string[] {
  const texts = (scene.rules.server.fields[part] ?? []).flatMap((selector) => {
    const found = select(at.node, selector, scene.secrets).map(({ node }) => node);
    const nodes = found.flatMap((node) => asList(node)?.items ?? [node]);
    return nodes.flatMap((node): (Secret | string)[] => {
      const map = asMap(node);
      const text = map === null ? scalarText(node) : (select(map, 'name', scene.secrets)[0]?.node ?? null);
      if (map === null) return text instanceof Secret ? [text] : [];
      const name = text === null || text instanceof Secret ? text : scalarText(text);
      return name === null ? map.entries.map(({ key }) => key) : [name];
    });
  });
  return texts.map((text) => scene.secrets.show(text));
}

export function textsOf(scene: Scene, at: Match, part: Part): { texts: Secret[]; matches: Match[] } {
  const found = partOf(scene, at.node, part);
  if (found === null) return { texts: [], matches: [] };
  const all = asList(found.match.node)
    ? select(found.match.node, '*', scene.secrets).map((item) => below(found.match, item))
    : [found.match];
  const kept = all.flatMap((match) => {
    const text = scalarText(match.node);
    if (text === null) return [];
    // Users write all arguments as one text, and some clients do.
    const one = part === 'args' && found.match.node.type === 'scalar';
    const words = one ? scene.secrets.words(text) : null;
    return (words ?? [text]).map((word) => ({ text: word, match: below(at, match) }));
  });
  return { texts: kept.map(({ text }) => text), matches: kept.map(({ match }) => match) };
}

/** Variables that a definition takes from its client's environment: named, or referred to. */
export function usesOf(scene: Scene, match: Match, texts: (Secret | null)[]): string[] {
  const referred = texts.flatMap((text) => (text === null ? [] : scene.secrets.variables(text)));
  return [...new Set([...namesOf(scene, match, 'envNames'), ...referred])];
}

/** Whether an entry turns itself off, by one of the fields that its client knows. */
export function isOff(scene: Scene, node: Tree): boolean {
  const { offBy = [] } = scene.claim.tool;
  const says = (part: Part, off: boolean): boolean =>
    partsOf(scene, node, part).some(
      ({ match, selector }) =>
        offBy.includes(selector) && match.node.type === 'scalar' && match.node.value === off,
    );
  return says('disabled', true) || says('enabled', false);
}

/** Names of variables and headers whose value is written out. */
export function literalsOf({ secrets }: Scene, pieces: Piece[]): string[] {
  return pieces.flatMap(({ name, value }) => {
    const shown = secrets.show(name);
    return value !== null && secrets.certain(shown, value) !== null ? [shown] : [];
  });
}
