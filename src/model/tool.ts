/**
 * The language of `rules/tools/` and `rules/shapes/`: where a product keeps files on each OS, and what each
 * file proves. A simple row stays one line; whatever may be one or many is written either way.
 *
 * Paths: `<base>/fixed/{capture}/*.json`; on Windows `C:/registry:/Vendor/Product` is a key below the
 * policies of the machine's registry, as JSON. A base is `~`, a folder of `rules/shapes/places.yaml`, one of
 * the tool's own `places`, `<workspace>` or another base that a lead binds, or `<shape:base>`: that base of
 * every tool that is `like: shape`. A capture matches one path segment or part of it and can be used by name.
 *
 * Selectors: `a."b.c".{name}.*`, with `[field=value]` after a segment to filter, and ` | json`, ` | jwt` ...
 * to decode text on the way (see `parse/select.ts`). In other fields, `{name}` stands for what was bound.
 */
import { z } from 'zod';
import { Scope } from './common.ts';
import { platforms } from './words.ts';
import { Format } from './format.ts';
import { Paths, Selector, many } from './path-row.ts';
import { Probe } from './probe.ts';
import { References } from './references.ts';
import { Running } from './running.ts';
import { SparedRules } from './spared.ts';
import { PolicyRow } from './policy-row.ts';
import {
  AccountRow,
  CommandRow,
  CredentialRow,
  EndpointRow,
  ExtensionRow,
  InstructionRole,
  LeadRow,
  Level,
  PermissionRow,
  ProfileRow,
  ServerPart,
  ServerRow,
  SwitchRow,
} from './proof-rows.ts';

export * from './format.ts';
export * from './path-row.ts';
export * from './policy-row.ts';
export * from './proof-rows.ts';
export * from './running.ts';

/** A row, or a bare selector that stands for `{ at: selector }`. */
const rows = <T extends z.ZodType<{ at: string[] }>>(row: T) =>
  many(z.union([z.string().transform((at) => row.parse({ at })), row])) as unknown as z.ZodType<z.infer<T>[]>;

export const Proves = z.strictObject({
  server: rows(ServerRow).optional(),
  credential: rows(CredentialRow).optional(),
  account: rows(AccountRow).optional(),
  profile: rows(ProfileRow).optional(),
  extension: rows(ExtensionRow).optional(),
  permission: rows(PermissionRow).optional(),
  endpoint: rows(EndpointRow).optional(),
  command: rows(CommandRow).optional(),
  policy: rows(PolicyRow).optional(),
  /** The file as a whole tells an agent what to do; its name is `{name}` of the path, or the file's own. */
  instruction: InstructionRole.optional(),
  /** Folders that the agent was used in: facts, and leads that bind `<workspace>`. */
  workspace: rows(LeadRow).optional(),
  switch: rows(SwitchRow).optional(),
  lead: z.record(z.string(), rows(LeadRow)).optional(),
  /** Maps of variables that hold for the user's programs: what relocates a tool leads to its folder. */
  variables: rows(LeadRow).optional(),
});
export type Proves = z.infer<typeof Proves>;

export const Row = z.strictObject({
  /** Name for switches; unique in the tool. */
  id: z.string().optional(),
  path: Paths,
  /** Default by the file's extension; `none` when being there is all that counts. */
  format: Format.optional(),
  /** SQLite tables that are maps: `table: [key column, value column]`. */
  tables: z.record(z.string(), z.tuple([z.string(), z.string()])).optional(),
  scope: Scope.optional(),
  /** What the file says of the tool: `configured` (default), `used`, or `nothing` when products share it. */
  evidence: z.enum(['configured', 'used', 'nothing']).optional(),
  /** Read with `--transcripts` only, in chunks and as text, also of a database: what went on, as noted. */
  transcripts: z.literal(true).optional(),
  /** A file that must lie beside it for `protection: key-beside` to hold. */
  beside: z.string().optional(),
  proves: Proves.optional(),
  ...Level,
  source: z.string().optional(),
  checked: z.string().optional(),
  note: z.string().optional(),
});
export type Row = z.infer<typeof Row>;

/** Evidence that a tool is installed; names are looked up in the places of `rules/shapes/places.yaml`. */
export const Installed = z.strictObject({
  binaries: many(z.string()).optional(),
  /** Program names that unrelated products use too: alone they prove little. */
  commonBinaries: many(z.string()).optional(),
  paths: Paths.optional(),
  /** Application folders in /Applications and ~/Applications, without `.app`. */
  apps: many(z.string()).optional(),
  /** Bundle ids that such a folder must have, where another product uses the same name. */
  bundles: many(z.string()).optional(),
  npm: many(z.string()).optional(),
  pip: many(z.string()).optional(),
  brew: many(z.string()).optional(),
  cask: many(z.string()).optional(),
  snap: many(z.string()).optional(),
  flatpak: many(z.string()).optional(),
  deb: many(z.string()).optional(),
  /** Windows package families; `*` stands for the publisher's hash. */
  msix: many(z.string()).optional(),
  /** IDE extension ids, lower case. */
  extensions: many(z.string()).optional(),
});
export type Installed = z.infer<typeof Installed>;

const body = {
  /** Shapes whose rows this tool has too. */
  like: many(z.string()).optional(),
  /** Bases of this tool: every path is looked at; one that starts with `$VAR` counts when it is set. */
  places: z.record(z.string(), Paths).optional(),
  installed: Installed.optional(),
  running: Running.optional(),
  files: z.array(Row).optional(),
};

export const ToolFile = z.strictObject({
  name: z.string(),
  vendor: z.string(),
  category: z.enum([
    'cli-agent',
    'desktop-app',
    'ide',
    'ide-extension',
    'browser',
    'browser-extension',
    'runtime',
    'gateway',
    'bridge',
    'library',
    'platform',
    'unknown',
  ]),
  homepage: z.string(),
  source: z.string(),
  /** Month in which the places were last compared with the source, such as `2026-11`. */
  checked: z.string().regex(/^\d{4}-\d{2}$/),
  note: z.string().optional(),
  /**
   * Fields of a server's entry by which this client turns it off (`disabled: true`, `enabled: false`), of
   * those that `rules/shapes/server.yaml` lists. Without them an entry says nothing: another client's word
   * for off must not hide what this one starts.
   */
  offBy: many(z.string()).optional(),
  /** How its server definitions can name a secret instead of holding it. */
  references: References.optional(),
  /** Makes it the probe: its rows read what no other tool claims, bound to `<probed>`. */
  probe: Probe.optional(),
  /**
   * Folders that a deep walk takes for a base wherever they lie, as copies and processes with another home
   * leave them: names with `*`, and a path below that must be there.
   */
  strays: z
    .array(z.strictObject({ names: many(z.string()), base: z.string(), has: z.string().optional() }))
    .optional(),
  /** False for what holds agents and is none, such as a browser: no agent fact, coverage as usual. */
  agent: z.literal(false).optional(),
  ...body,
  ...Level,
});
export type ToolFile = z.infer<typeof ToolFile>;
export const ShapeFile = z.strictObject({ description: z.string(), ...body });
export type ShapeFile = z.infer<typeof ShapeFile>;

/** A tool with its shapes folded in and its id, the file's name. */
export type Tool = ToolFile & { id: string; shapes: string[]; places: Record<string, Paths>; files: Row[] };

/** Places of one kind of installed thing; the version is a `{version}` capture or a field of a manifest. */
const Lookup = z.strictObject({ paths: Paths, version: Selector.optional(), bundle: Selector.optional() });

/** `rules/shapes/places.yaml`: folders that the OS and package managers define, and where programs lie. */
export const PlacesFile = z.strictObject({
  description: z.string(),
  places: z.record(z.string(), Paths),
  /** What stands for the home at the start of paths that sources name. */
  homeNames: z.array(z.string()),
  /** Homes of another system within a home, such as those of a Linux distribution on Windows. */
  innerHomes: z.array(z.strictObject({ path: Paths, platform: z.enum(platforms), user: z.string() })),
  /** Disks of other systems that are files, and cannot be looked into from outside. */
  sealedDisks: Paths,
  spared: SparedRules,
  /**
   * Folders whose files leave the machine by themselves: by path in the home, or by a file that the service
   * keeps in its topmost folder.
   */
  synced: z.array(
    z.strictObject({ service: z.string(), path: Paths.optional(), marker: many(z.string()).optional() }),
  ),
  /** Names of folders that no walk enters: caches, packages of others, version control. */
  unwalked: z.array(z.string()),
  /** Programs that run what they are given, by name, `*` for any text: the script tells what runs. */
  interpreters: z.array(z.string()),
  /** Where `installed:` names are looked up; `{name}` is the name that a tool gives. */
  lookup: z.strictObject({
    binaries: Lookup,
    apps: Lookup,
    npm: Lookup,
    pip: Lookup,
    brew: Lookup,
    cask: Lookup,
    snap: Lookup,
    flatpak: Lookup,
    deb: Lookup,
    msix: Lookup,
  }),
});
export type PlacesFile = z.infer<typeof PlacesFile>;

/** `rules/shapes/server.yaml`: how clients spell the parts of an MCP server definition. */
export const ServerShape = z.strictObject({
  description: z.string(),
  /** Part -> selectors, in order of preference. */
  fields: z.partialRecord(ServerPart, z.array(Selector)),
  /** Word for a transport -> transport. */
  transports: z.record(z.string(), z.enum(['stdio', 'http', 'sse', 'ws'])),
  /** URL field that says the transport by its name. */
  transportByField: z.record(z.string(), z.enum(['http', 'sse', 'ws'])),
  /** Top-level keys under which some client keeps its servers: in another client's file they do not load. */
  maps: z.array(Selector),
  /** The base that a definition's `envFile` binds. */
  envFile: z.string(),
  /** Options whose value is such a file. */
  envFileOptions: z.array(z.string()),
  /** What stands for the workspace in paths that a definition names. */
  workspaceNames: z.array(z.string()),
  /** Rows that every tool with servers has: files that definitions name. */
  files: z.array(Row),
});
export type ServerShape = z.infer<typeof ServerShape>;
