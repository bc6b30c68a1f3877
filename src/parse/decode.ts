/**
 * Bytes -> tree, whatever the format. A broken file yields what can be read and says what cannot, never in a
 * parser's words: those quote the file.
 */
import type { Format } from '../model/tool.ts';
import type { Decoded } from '../model/tree.ts';
import { decodeDotenv } from './dotenv.ts';
import { readText } from './encoding.ts';
import { decodeFrontmatter } from './frontmatter.ts';
import { decodeIni } from './ini.ts';
import { decodeJson } from './json.ts';
import { decodeJson5 } from './json5.ts';
import { decodeNetrc } from './netrc.ts';
import { decodePlist } from './plist.ts';
import { decodeShell } from './shell.ts';
import { decodeSqlite } from './sqlite.ts';
import type { Tables, Wanted } from './sqlite.ts';
import { decodeText } from './text.ts';
import { decodeToml } from './toml.ts';
import { decodeXml } from './xml.ts';
import { decodeYaml } from './yaml.ts';

/** What a database needs beyond its bytes. */
export type DecodeOptions = {
  /** Tables that are maps: table -> key column and value column. */
  tables?: Tables;
  /** Table -> the keys wanted of it, or null for all rows; default all rows of `tables`. */
  wanted?: Wanted;
  /** The write-ahead log beside it. */
  wal?: Buffer | null;
  /** Whether a rollback journal beside it says that it is half written. */
  journal?: boolean;
};

const ofText = {
  json: decodeJson,
  json5: decodeJson5,
  toml: decodeToml,
  yaml: decodeYaml,
  frontmatter: decodeFrontmatter,
  xml: decodeXml,
  dotenv: decodeDotenv,
  ini: decodeIni,
  shell: decodeShell,
  netrc: decodeNetrc,
} satisfies Partial<Record<Format, (text: string) => Decoded>>;

function decodeDatabase(bytes: Buffer, options: DecodeOptions): Decoded {
  const tables = options.tables ?? {};
  const all: Wanted = Object.fromEntries(Object.keys(tables).map((table) => [table, null]));
  const input = { database: bytes, wal: options.wal ?? null, hotJournal: options.journal ?? false };
  return decodeSqlite(input, tables, options.wanted ?? all);
}

/** A form that has no place for NUL is broken by it, even where its parser reads on. */
function decodeForm(form: (text: string) => Decoded, text: string): Decoded {
  const decoded = form(text);
  const nul = text.indexOf('\0');
  if (nul < 0 || decoded.flaws.some(({ reason }) => reason === 'malformed')) return decoded;
  const lines = text.slice(0, nul).split(/\r\n?|\n/);
  const at = { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
  return { ...decoded, flaws: [...decoded.flaws, { reason: 'malformed', at }] };
}

/** Decodes the bytes of a source. Never throws for what is in them. */
export function decode(format: Format, bytes: Buffer, options: DecodeOptions = {}): Decoded {
  if (format === 'none') return { tree: null, flaws: [] };
  if (format === 'sqlite') return decodeDatabase(bytes, options);
  if (format === 'plist') return decodePlist(bytes);
  if (format === 'text') return decodeText(readText(bytes));
  return decodeForm(ofText[format], readText(bytes));
}

const byExtension: Record<string, Format> = {
  json: 'json',
  jsonc: 'json',
  'code-workspace': 'json',
  json5: 'json5',
  toml: 'toml',
  yaml: 'yaml',
  yml: 'yaml',
  md: 'frontmatter',
  mdc: 'frontmatter',
  plist: 'plist',
  xml: 'xml',
  vscdb: 'sqlite',
  sqlite: 'sqlite',
  sqlite3: 'sqlite',
  db: 'sqlite',
  env: 'dotenv',
  ini: 'ini',
  service: 'ini',
  socket: 'ini',
  desktop: 'ini',
};

/** The format that a file's name promises; `text` when it promises none. */
export function formatOf(path: string): Format {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1).toLowerCase();
  const extension = /\.([^.]+)$/.exec(name)?.[1] ?? '';
  if (Object.hasOwn(byExtension, extension)) return byExtension[extension] ?? 'text';
  return name.startsWith('.env') ? 'dotenv' : 'text';
}
