/**
 * Tokens that no row saw: in comments, in what a broken file lost, in fields that nobody names. They count
 * when their form alone says whose they are, or a variable's name that they are one, so that a file that
 * reads badly is never a silent zero.
 */
import type { Storage } from '../model/fact.ts';
import type { Claim } from '../model/place.ts';
import { formatOf } from '../parse/decode.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { scalarText } from '../parse/select.ts';
import type { Found } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import { credentialDraft, scalars } from './credential.ts';
import { type Draft, type Scene, rootMatch } from './draft.ts';

const pem = 'pem-private-key';

/** Rows of a claim by which it is a file of settings, and not one of what went on. */
function rowsOf({ row: { proves = {} } }: Claim): { stale?: boolean | string }[] {
  const { server = [], credential = [], permission = [], command = [] } = proves;
  const own = [...server, ...credential, ...permission, ...command] as { stale?: boolean | string }[];
  return proves.instruction === undefined ? own : [...own, {}];
}

/**
 * Whether its form alone makes it a secret. A checksum that does not hold, and a format that no issuer has
 * published, leave little enough doubt.
 */
function isPlain(found: Found): boolean {
  const bad = found.severity === 'high' || found.severity === 'critical';
  return bad && found.confidence !== 'low' && found.same !== null;
}

/**
 * What may have been missed in a text. Where each line gives a variable its value, one that is commented out
 * tells by its name what it holds; names in other formats mean many things.
 */
function foundIn({ claim, source, secrets, tree }: Scene, text: Secret): Found[] {
  const format = claim.row.format ?? formatOf(source.path);
  // A row that picks fields says nothing of the others, which may be another program's; so may a whole file.
  const isWhole =
    claim.row.proves?.credential?.some(
      ({ judge, when }) => judge && (when === undefined || holds(when, treeValues(tree, secrets))),
    ) ?? false;
  return isWhole && (format === 'dotenv' || format === 'shell') ? secrets.scan(text) : secrets.known(text);
}

/** Tokens in the values of a tree, wherever they are. */
function inTree(scene: Scene, missed: Map<string, Found>, storage: Storage, stale: boolean): Draft[] {
  return scalars(scene, rootMatch(scene.tree)).flatMap(({ name, match }): Draft[] => {
    const text = scalarText(match.node);
    if (text === null) return [];
    return scene.secrets
      .known(text)
      .filter(({ same }) => same !== null && missed.has(same))
      .map((found) => {
        const field = /[A-Za-z]/.test(name) ? name : found.field;
        const as = match.pointer === '' ? 'text' : storage;
        return credentialDraft(scene, match, { ...found, field }, { storage: as, stale });
      });
  });
}

/** Tokens of one claim's file that are in none of the drafts. */
function missedBy(scene: Scene, text: Secret, drafts: Draft[]): Draft[] {
  const seen = new Set(drafts.flatMap(({ same }) => same ?? []));
  const all = foundIn(scene, text).filter(
    (found) => isPlain(found) && !seen.has(found.same!) && !scene.secrets.sealed(found.secret),
  );
  const missed = new Map(all.map((found) => [found.same!, found]));
  if (missed.size === 0) return [];
  const rows = rowsOf(scene.claim);
  const stale = rows.every((row) => row.stale === true);
  const { evidence } = scene.claim.row;
  const named = inTree(scene, missed, evidence === 'used' ? 'text' : 'literal', stale);
  const placed = new Set(named.map(({ same }) => same));
  // A key of several lines is written otherwise in a text than it is in the value.
  const known = [...drafts, ...named].some(
    ({ fact }) => fact.kind === 'credential' && fact.secret.type === pem,
  );
  const loose = [...missed.values()].filter(
    (found) => !placed.has(found.same) && !(found.info.type === pem && known),
  );
  return [
    ...named,
    ...loose.map((found) => {
      const at = { line: found.line ?? 1, column: 1 };
      const match = { ...rootMatch(scene.tree), at };
      return credentialDraft(scene, match, found, { storage: 'text', stale }, [
        found.info.type,
        found.info.masked,
      ]);
    }),
  ];
}

/** What the rows of all claims missed in the text of a source. `drafts` are what they saw. */
export function observeRest(
  claims: Claim[],
  text: Secret,
  drafts: Draft[],
  sceneOf: (claim: Claim) => Scene,
): Draft[] {
  return claims
    .filter((claim) => rowsOf(claim).length > 0)
    .flatMap((claim) => missedBy(sceneOf(claim), text, drafts))
    .map((draft) => ({ ...draft, rest: true }));
}
