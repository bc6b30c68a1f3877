/**
 * A source -> one tree per claim: bytes are decoded once for each format that its claimants expect. Of a
 * database only the tables and keys are read that some selector asks for.
 */
import type { Claim, Source } from '../model/place.ts';
import type { Format, Row } from '../model/tool.ts';
import type { Flaw, Tree } from '../model/tree.ts';
import { Secret } from '../secrets/secret.ts';
import { isBinaryPlist } from './bplist.ts';
import { decode, formatOf } from './decode.ts';
import { readText } from './encoding.ts';
import { compileSelector } from './selector.ts';
import type { Tables, Wanted } from './sqlite.ts';

/** A row's own word; what is read as a whole is text; else what the file's name promises. */
export const formatFor = ({ row }: Claim, path: string): Format =>
  row.format ?? (row.proves?.instruction === undefined ? formatOf(path) : 'text');

/** Whether some claimant takes the source for a database, which may be larger than text. */
export function isDatabase(source: Source): boolean {
  return source.claims.some((claim) => formatFor(claim, source.path) === 'sqlite');
}

/** Every selector of a row that starts at the root of its source. */
function selectorsOf({ proves = {} }: Row): string[] {
  const { lead = {}, instruction: _, ...kinds } = proves;
  return [...Object.values(kinds), ...Object.values(lead)].flat().flatMap((row) => row.at);
}

/** Tables and keys that selectors name; null where one asks for all rows. */
function wantedOf(claims: Claim[], tables: Tables): Wanted {
  const wanted: Wanted = {};
  for (const selector of claims.flatMap(({ row }) => selectorsOf(row))) {
    const [table, row] = compileSelector(selector);
    if (table?.kind !== 'key') continue;
    const known = wanted[table.key];
    const keys =
      row?.kind === 'key' && table.key in tables ? [row.key] : rowKeys(claims, table.key, row !== undefined);
    wanted[table.key] = known === null || keys === null ? null : [...new Set([...(known ?? []), ...keys])];
  }
  return wanted;
}

/** Every text of a row that may be a selector below its `at`. */
function relativeSelectors(row: object): string[] {
  return Object.entries(row).flatMap(([part, value]: [string, unknown]): string[] => {
    if (part === 'at') return [];
    if (part === 'when') return (value as object[]).flatMap((one) => Object.keys(one));
    if (typeof value === 'string') return [value];
    if (Array.isArray(value)) return value.filter((one) => typeof one === 'string');
    return typeof value === 'object' && value !== null ? relativeSelectors(value) : [];
  });
}

/** A selector that ends at the table itself is followed by others relative to it: those name the keys. */
function rowKeys(claims: Claim[], table: string, goesOn: boolean): string[] | null {
  if (goesOn) return null;
  type Proof = { at?: string[]; judge?: boolean; scan?: boolean };
  const rows = claims.flatMap(({ row }) => Object.values(row.proves ?? {}).flat()) as Proof[];
  const own = rows.filter((row) => row.at?.includes(table));
  // Who looks at every value names none.
  if (own.some((row) => row.judge || row.scan)) return null;
  const keys = own.flatMap(relativeSelectors).flatMap((text) => {
    // Other words of the row, such as a type, ask for a key that is not there.
    const first = /^[\w"]/.test(text) ? compileSelector(text)[0] : undefined;
    return first?.kind === 'key' ? [first.key] : [];
  });
  return keys.length ? keys : null;
}

/**
 * Decodes a source for all who claim it, and gives its text where it is one. `beside` reads a file of the
 * same name with a suffix.
 */
export function decodeClaims(
  source: Source,
  bytes: Buffer,
  beside: (suffix: string) => Buffer | null,
): { trees: Map<Claim, Tree>; flaws: Flaw[]; text: Secret | null } {
  const trees = new Map<Claim, Tree>();
  const flaws: Flaw[] = [];
  const byFormat = Map.groupBy(source.claims, (claim) => formatFor(claim, source.path));
  for (const [format, claims] of byFormat) {
    const tables: Tables = Object.assign({}, ...claims.map(({ row }) => row.tables ?? {}));
    const options =
      format === 'sqlite'
        ? {
            tables,
            wanted: wantedOf(claims, tables),
            wal: beside('-wal'),
            journal: (beside('-journal')?.length ?? 0) > 0,
          }
        : {};
    const decoded = decode(format, bytes, options);
    flaws.push(...decoded.flaws);
    if (decoded.tree === null) continue;
    for (const claim of claims) trees.set(claim, decoded.tree);
  }
  const isText = [...byFormat.keys()].some((format) => format !== 'sqlite' && format !== 'none');
  return { trees, flaws, text: isText && !isBinaryPlist(bytes) ? new Secret(readText(bytes)) : null };
}
