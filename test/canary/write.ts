/** Plain trees -> files in every form that the scan reads. For tests alone; small, and valid where not damaged. */
import Database from 'better-sqlite3';
import * as fs from 'node:fs';
import { stringify } from 'yaml';
import type { Format } from '../../src/model/tool.ts';
import { binaryPlist, text as plistText } from '../parse/binary-plist.ts';
import type { Piece } from '../parse/binary-plist.ts';

export type Value = string | Value[] | { [key: string]: Value };
export type Values = { [key: string]: Value };

export const isMap = (value: Value | undefined): value is Values =>
  typeof value === 'object' && !Array.isArray(value);

const flat = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));
const markup = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const line = (text: string): string => text.replace(/[\r\n]+/g, ' ');

function inline(value: Value): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  return `{ ${Object.entries(value)
    .map(([key, one]) => `${JSON.stringify(key)} = ${inline(one)}`)
    .join(', ')} }`;
}

function toml(root: Values): string {
  return Object.entries(root)
    .map(([key, value]) => `${JSON.stringify(key)} = ${inline(value)}`)
    .join('\n');
}

function ini(root: Values): string {
  const pair = ([key, value]: [string, Value]): string => `${line(key)} = ${line(flat(value))}`;
  const own = Object.entries(root).filter(([, value]) => !isMap(value));
  const sections = Object.entries(root).filter(([, value]) => isMap(value));
  return [
    ...own.map(pair),
    ...sections.map(([name, value]) =>
      [`[${line(name)}]`, ...Object.entries(value as Values).map(pair)].join('\n'),
    ),
  ].join('\n');
}

/** An element for each item of each list, as `parse/xml.ts` reads it. */
function element(name: string, value: Value): string {
  const tag = name.replace(/[^\w.-]/g, '') || 'x';
  if (Array.isArray(value)) return value.map((one) => element(name, one)).join('');
  if (!isMap(value)) return `<${tag}>${markup(value)}</${tag}>`;
  const inner = Object.entries(value)
    .filter(([key]) => key !== '#text')
    .map(([key, one]) => (typeof one === 'string' ? '' : element(key, one)))
    .join('');
  const own = Object.entries(value)
    .filter(([key, one]) => key !== '#text' && typeof one === 'string' && /^[A-Za-z]\w*$/.test(key))
    .map(([key, one]) => ` ${key}="${markup(one as string)}"`)
    .join('');
  return `<${tag}${own}>${isMap(value) && value['#text'] ? markup(flat(value['#text'])) : ''}${inner}</${tag}>`;
}

function plist(value: Value): string {
  if (typeof value === 'string') return `<string>${markup(value)}</string>`;
  if (Array.isArray(value)) return `<array>${value.map(plist).join('')}</array>`;
  return `<dict>${Object.entries(value)
    .map(([key, one]) => `<key>${markup(key)}</key>${plist(one)}`)
    .join('')}</dict>`;
}

function binary(root: Value): Buffer {
  const pieces: Piece[] = [];
  const add = (piece: Piece): number => pieces.push(piece) - 1;
  const place = (value: Value): number => {
    if (typeof value === 'string') return add(plistText(value));
    const at = add({ array: [] });
    pieces[at] = Array.isArray(value)
      ? { array: value.map(place) }
      : { dict: Object.entries(value).map(([key, one]) => [add(plistText(key)), place(one)]) };
    return at;
  };
  place(root);
  return binaryPlist(pieces);
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A map of scalars becomes the table of keys and values that a row names; lists of maps become rows. */
export function writeDatabase(
  file: string,
  root: Values,
  tables: Record<string, [string, string]>,
  wal: boolean,
): void {
  const building = `${file}.building`;
  const database = new Database(building);
  if (wal) {
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
  }
  for (const [table, value] of Object.entries(root)) {
    const pair = tables[table];
    if (pair && isMap(value)) {
      database.exec(`CREATE TABLE ${quoted(table)} (${pair.map(quoted).join(', ')})`);
      const add = database.prepare(`INSERT INTO ${quoted(table)} VALUES (?, ?)`);
      for (const [key, one] of Object.entries(value)) add.run(key, flat(one));
    } else {
      const rows = (Array.isArray(value) ? value : [value]).filter(isMap);
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      if (columns.length === 0) continue;
      database.exec(`CREATE TABLE ${quoted(table)} (${columns.map(quoted).join(', ')})`);
      const add = database.prepare(
        `INSERT INTO ${quoted(table)} VALUES (${columns.map(() => '?').join(', ')})`,
      );
      for (const row of rows) add.run(columns.map((column) => flat(row[column] ?? '')));
    }
  }
  if (wal) fs.copyFileSync(`${building}-wal`, `${file}-wal`);
  fs.copyFileSync(building, file);
  database.close();
  for (const suffix of ['', '-wal', '-shm']) fs.rmSync(building + suffix, { force: true });
}

/** The bytes of a file. `variant` picks between the forms that a format has. */
export function written(format: Format, root: Values, variant: number): Buffer {
  const pairs = Object.entries(root);
  const text: Partial<Record<Format, () => string | Buffer>> = {
    json: () => JSON.stringify(root, null, 1),
    json5: () => `// five\n${JSON.stringify(root).replace(/"([A-Za-z]\w*)":/g, '$1:')}`,
    yaml: () => stringify(root),
    toml: () => toml(root),
    ini: () => ini(root),
    frontmatter: () => `---\n${stringify(root)}---\n${flat(root)}\n`,
    xml: () => (pairs[0] ? `<?xml version="1.0"?>${element(pairs[0][0], pairs[0][1])}` : '<a/>'),
    plist: () => (variant % 2 ? binary(root) : `<plist version="1.0">${plist(root)}</plist>`),
    dotenv: () => pairs.map(([key, one]) => `${key}=${line(flat(one))}`).join('\n'),
    shell: () => pairs.map(([key, one]) => `export ${key}='${line(flat(one))}'`).join('\n'),
    netrc: () => pairs.map(([key, one]) => `machine ${key} login me password ${flat(one)}`).join('\n'),
  };
  return Buffer.from(text[format]?.() ?? pairs.map(([key, one]) => `${key}: ${flat(one)}`).join('\n'));
}
