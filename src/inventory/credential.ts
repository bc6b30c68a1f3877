/**
 * Secrets at rest -> credential facts: what it is, where, how it is protected, and whose it may be. The text
 * itself stays shut; a fact carries type, length, masked form and keyed fingerprint.
 */
import type { Confidence } from '../model/common.ts';
import type { FactOf, Storage } from '../model/fact.ts';
import type { Claim, Source } from '../model/place.ts';
import type { CredentialRow } from '../model/tool.ts';
import type { Tree } from '../model/tree.ts';
import { formatOf } from '../parse/decode.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, first, scalarText, select } from '../parse/select.ts';
import type { Found } from '../secrets/engine.ts';
import { below, spell } from './spell.ts';
import { type Draft, type Observed, type Scene, commonOf, tieOf } from './draft.ts';

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** Mode of a file such as `0600`, where modes mean something. */
export function modeOf({ info: { mode } }: Source, { place }: Claim): string | null {
  return mode === null || place.platform === 'windows' ? null : octal(mode);
}

export type CredentialExtra = {
  storage: Storage;
  protection?: FactOf<'credential'>['protection'];
  expiresAt?: string | null;
  refreshable?: boolean;
  stale?: boolean;
  count?: number;
  confidence?: CredentialRow['confidence'];
  type?: CredentialRow['type'];
};

/**
 * What a provider's shape says stands wherever it was found; for all else a doubt about the file is one about
 * it. So it is where the checksum is wrong, and where `type`, the row's word, is all that tells whose it is.
 */
function confidenceOf(
  { confidence, reasons, info }: Found,
  ofFile: Confidence,
  type: string | undefined,
): Confidence {
  const isShape = reasons.includes('shape') && !reasons.includes('wrong-checksum');
  const isOfRow = info.provider === null && info.type === type;
  return confidence !== 'high' || (isShape && !isOfRow) ? confidence : ofFile;
}

/** The fact of one found secret at one place. `names` tell it apart from others there. */
export function credentialDraft(
  scene: Scene,
  match: Match,
  found: Found,
  extra: CredentialExtra,
  names: string[] = [],
): Draft<FactOf<'credential'>> {
  const { source, claim } = scene;
  const common = commonOf(scene, 'credential', match, [found.field, ...names], extra.confidence);
  const fact: FactOf<'credential'> = {
    ...common,
    confidence: confidenceOf(found, common.confidence, extra.type),
    secret: found.info,
    because: found.reasons,
    field: scene.secrets.show(found.field),
    storage: extra.storage,
    protection: extra.protection ?? 'plaintext',
    server: null,
    serverName: null,
    // A JWT tells its own expiry.
    expiresAt: scene.secrets.ownExpiry(found.secret) ?? extra.expiresAt ?? null,
    refreshable: extra.refreshable ?? false,
    mode: modeOf(source, claim),
    othersCanRead: source.othersCanRead,
    stale: extra.stale ?? false,
    count: extra.count ?? 1,
    severity: found.severity,
  };
  return { fact, tie: tieOf(claim), same: found.same };
}

function storageOf(scene: Scene, row: CredentialRow): Storage {
  if (row.storage) return row.storage;
  const format = scene.claim.row.format ?? formatOf(scene.source.path);
  if (row.scan) return 'text';
  if (row.judge) return format === 'dotenv' ? 'dotenv' : 'literal';
  return format === 'sqlite' ? 'database' : 'oauth-file';
}

/** How the row says to find the server that a secret belongs to. */
function ownerOf(scene: Scene, row: CredentialRow, match: Match): NonNullable<Draft['of']> {
  const stale =
    typeof row.stale === 'string' ? (spell(scene, match, row.stale) ?? true) : (row.stale ?? false);
  const { name, url, key } = row.server ?? {};
  const shown = (text: string | null): string | null => (text === null ? null : scene.secrets.show(text));
  return {
    name: shown(spell(scene, match, name)),
    // The URLs of servers are compared as they are shown, too.
    url: shown(spell(scene, match, url)),
    key: spell(scene, match, key),
    stale,
  };
}

/** The shared traits of the secrets at one match: expiry, refreshability, place. */
function extraOf(scene: Scene, row: CredentialRow, match: Match): CredentialExtra {
  const expires = row.expires === undefined ? null : first(match.node, [row.expires], scene.secrets);
  return {
    storage: storageOf(scene, row),
    ...(row.protection && { protection: row.protection }),
    ...(expires === null ? {} : { expiresAt: scene.secrets.expiry(expires) }),
    refreshable: row.refresh !== undefined && first(match.node, [row.refresh], scene.secrets) !== null,
    ...(row.confidence && { confidence: row.confidence }),
    ...(row.type && { type: row.type }),
  };
}

/** The name in a record such as `{ name: TOKEN, value: ... }`; null for other nodes. */
function recordName({ secrets }: Scene, node: Tree): string | null {
  const named = select(node, '*', secrets).filter(({ key }) => /^(?:name|key|variable)$/i.test(key ?? ''));
  const text = named.length === 1 ? scalarText(named[0]!.node) : null;
  const name = text === null ? null : secrets.plain(text);
  return name !== null && /^[A-Za-z_][\w.-]{0,80}$/.test(name) ? name : null;
}

/** Every scalar below a node with the key that names it; list items go by the list's name. */
export function scalars(scene: Scene, match: Match): { name: string; match: Match }[] {
  const found: { name: string; match: Match }[] = [];
  const walk = (node: Tree, name: string, at: Match): void => {
    if (node.type === 'scalar') found.push({ name, match: at });
    else {
      const given = recordName(scene, node);
      for (const one of select(node, '*', scene.secrets)) {
        const own = one.key?.toLowerCase() === 'value' ? (given ?? one.key) : one.key;
        walk(one.node, one.listIndex ? name : (own ?? name), below(at, one));
      }
    }
  };
  walk(match.node, match.key ?? '', match);
  return found;
}

type Secretive = { found: Found & { count?: number }; match: Match; outlives?: boolean };

/**
 * The key that names a secret; for an item that of its list, for a file that is one secret what the row says.
 */
function fieldOf({ key, listIndex, pointer }: Match, row: CredentialRow): string {
  const named = listIndex
    ? (row.field ?? pointer.split(/[/#]/).findLast((part) => part !== '' && !/^\d+$/.test(part)))
    : key;
  return named ?? row.field ?? 'file';
}

/** What people write themselves. */
const byPeople = new Set<Storage>(['literal', 'key-file', 'dotenv']);

/** Secrets by definition of their field. */
function certainAt(scene: Scene, row: CredentialRow, match: Match): Secretive[] {
  const { secrets } = scene;
  const open = byPeople.has(storageOf(scene, row)) ? 'person' : 'program';
  const by = (row.protection ?? 'plaintext') === 'plaintext' ? open : 'cipher';
  const fields = row.fields?.flatMap((field, nth) =>
    select(match.node, field, secrets).map((one) => ({ at: below(match, one), outlives: nth > 0 })),
  ) ?? [{ at: match, outlives: false }];
  return fields.flatMap(({ at, outlives }) => {
    const isText = at.node.type === 'scalar' && typeof at.node.value !== 'boolean';
    const text = isText ? scalarText(at.node) : null;
    const found = text === null ? null : secrets.certain(fieldOf(at, row), text, row.type, by);
    // That it is a secret is the row's word, whatever shape it has.
    const severity = row.severity ?? found?.severity ?? 'high';
    return found === null ? [] : [{ found: { ...found, severity, confidence: 'high' }, match: at, outlives }];
  });
}

function secretsAt(scene: Scene, row: CredentialRow, match: Match): Secretive[] {
  const { secrets } = scene;
  if (row.scan) {
    const text = scalarText(match.node);
    if (text === null) return [];
    // A key that has a passphrase is no secret in plaintext.
    const open = secrets.scan(text).filter((found) => !secrets.sealed(found.secret));
    return open.map((found) => ({
      found: row.field === undefined ? found : { ...found, field: row.field },
      match: found.line === undefined ? match : { ...match, at: { line: found.line, column: 1 } },
    }));
  }
  if (!row.judge) return certainAt(scene, row, match);
  return scalars(scene, match).flatMap((one) => {
    const text = scalarText(one.match.node);
    if (text === null) return [];
    const named = (found: Found): Found =>
      row.field === undefined || /[A-Za-z]/.test(one.name) ? found : { ...found, field: row.field };
    return secrets.judge(one.name, text, 'field').map((found) => ({ found: named(found), match: one.match }));
  });
}

/** All secrets that a row's selectors find. */
export function observeCredentials(scene: Scene, rows: CredentialRow[]): Observed {
  const drafts: Draft[] = [];
  for (const row of rows) {
    for (const match of row.at.flatMap((at) => select(scene.tree, at, scene.secrets, scene.claim.bindings))) {
      if (row.when && !holds(row.when, treeValues(match.node, scene.secrets))) continue;
      const extra = extraOf(scene, row, match);
      const of = ownerOf(scene, row, match);
      for (const { found, match: at, outlives } of secretsAt(scene, row, match)) {
        // Two secrets that a scan found in one file differ in type alone; their order is that of the file.
        const names = row.scan ? [found.info.type, found.info.masked] : [];
        const own = outlives ? { ...extra, expiresAt: null } : extra;
        const draft = credentialDraft(scene, at, found, { ...own, count: found.count ?? 1 }, names);
        draft.of = of;
        draft.fact.stale = of.stale !== false;
        drafts.push(draft);
      }
    }
  }
  return { drafts, leads: [], switches: [] };
}
