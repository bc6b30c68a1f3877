/**
 * The schema of `rules/wrappers/*.yaml`: how launchers, shells and bridges hide what a command line would
 * really run. A file describes a command's own syntax and nothing of the servers that it starts.
 */
import { z } from 'zod';

const Ecosystem = z.enum(['npm', 'pypi', 'oci', 'jsr', 'nuget', 'golang', 'cargo', 'gem']);
const Names = z.array(z.string()).default([]);

/**
 * What the words behind a wrapper are. `command`: another command line; `shell`: one line of shell;
 * `package`: a package of `ecosystem`; `url`: a remote server; `script`: a file (or an address of one)
 * that an interpreter runs; `module`: a module that it runs; `code`: program text; `named`: a name that
 * only the wrapper can resolve, such as a task or a container.
 */
const Runs = z.enum(['command', 'shell', 'package', 'url', 'script', 'module', 'code', 'named']);

/**
 * `rules/wrappers/*.yaml`: how one launcher or bridge hides what really runs. The file name is its id in
 * `via`.
 */
export const Wrapper = z.strictObject({
  description: z.string(),
  source: z.string().optional(),

  // How it is recognised. A file with none of these three has no syntax, and what it lists holds for every
  // command.
  /** Command names, lower case, without folder and `.exe`; with sub-commands: `pnpm dlx`. */
  commands: Names,
  /** Packages that are this wrapper when a launcher runs them: `npm:mcp-remote`, `npm:@x/cli run`. */
  packages: Names,
  /** Endings of script paths that are this wrapper when an interpreter runs them. */
  scripts: Names,
  /** What `named` calls it; default the command as listed. */
  label: z.string().optional(),

  // Its options. Those that another key names take a value and need not be repeated under `valued`.
  /** Options that take the next argument (or `=value`); options named nowhere stand alone. */
  valued: Names,
  /**
   * Options that stand alone, `*` for any text. Where they are listed the grammar is whole: any option that
   * it does not name is a doubt, since the word behind it may be its value or what runs.
   */
  flags: Names,
  /** Options that take the next two arguments. */
  pairs: Names,
  /** What an option begins with. */
  marks: z.array(z.string()).default(['-']),
  /** Whether upper and lower case are the same in options. */
  caseless: z.boolean().default(false),
  /** Whether `-it` is `-i -t` and `-eNAME` is `-e NAME`. */
  clustered: z.boolean().default(false),
  /** Whether options are still read behind the first positional argument. */
  interspersed: z.boolean().default(false),
  /** Arguments after which no further option is read. */
  endOptions: z.array(z.string()).default(['--']),
  /** An argument that is always there: what runs begins behind it. */
  behind: z.string().optional(),
  /** Pattern of what may stand before it besides options; any other word may be something to run. */
  before: z.string().optional(),
  /** Positional arguments before what runs: the seconds of `timeout 10 cmd`. */
  skip: z.int().nonnegative().default(0),

  // What it runs.
  /** The rest, from the first positional argument on; of several the first that fits. */
  runs: z.union([Runs.transform((one) => [one]), z.array(Runs).min(1)]).default(['command']),
  ecosystem: Ecosystem.optional(),
  /**
   * Where that is, when not the first positional argument: options, then a position from 0, then
   * variables.
   */
  at: z
    .strictObject({
      options: Names,
      position: z.int().nonnegative().optional(),
      variables: Names,
    })
    .optional(),
  /**
   * Options that make it run something else: their `value`, the `rest` behind them, or the `first`
   * positional.
   */
  instead: z
    .array(
      z.strictObject({
        options: z.array(z.string()).min(1),
        runs: Runs,
        takes: z.enum(['value', 'rest', 'first']).default('value'),
        ecosystem: Ecosystem.optional(),
      }),
    )
    .default([]),
  /** Options that name the packages to fetch; the first positional argument is then a program of theirs. */
  from: Names,
  /** Options that name the version of the package. */
  versions: Names,
  /** Options that name packages fetched beside the one that runs. */
  with: Names,
  /** Endings that tell a `script` where something else may stand in its place. */
  scriptEndings: Names,
  /** Folder before a package name in a script's path: `node_modules`. */
  packageFolder: z.string().optional(),
  /** Folder of programs that packages bring, such as `node_modules/.bin`. */
  programFolder: z.string().optional(),
  /** Prefixes by which a script names a package, such as `npm:` for deno. */
  packagePrefix: z.record(z.string(), Ecosystem).default({}),
  /** Modules that are also commands of the same name: `python -m uv`. */
  moduleCommands: Names,
  /** Whether a line of shell is one of cmd or PowerShell, where a backslash is an ordinary character. */
  windows: z.boolean().default(false),
  /** Characters that part commands, where it joins its words to one line of shell again. */
  joins: z.string().optional(),
  /** Host and folder that an image reference leaves out, and other names of that host. */
  images: z.strictObject({ host: z.string(), folder: z.string(), aliases: Names }).optional(),
  /** Hosts behind the short names of git sources: `github: github.com`. */
  gitHosts: z.record(z.string(), z.string()).default({}),

  // What else it changes.
  /** Leading `NAME=value` arguments are environment, as in `env A=b cmd`. */
  assignments: z.boolean().default(false),
  /** Options that hold `NAME=value` (or `NAME`, passed on) for the environment of what runs. */
  envOptions: Names,
  /** Options that empty the environment, and that remove one variable. */
  clears: Names,
  unsets: Names,
  /** Whether what runs sees only variables that `envOptions` give it. */
  contained: z.boolean().default(false),
  /** Options that name the folder which relative scripts lie in. */
  folders: Names,
  /** Options and variables that name another registry; `*` stands for any text, variables are caseless. */
  registryOptions: Names,
  registryVariables: Names,
  /** Domains of the registry that is used anyway: naming it is no override. */
  registryDomains: Names,
  /** Options that make other code run first or instead. */
  loads: Names,
  /** Variables that do so, unless the whole value matches a pattern. */
  injects: z
    .array(
      z.strictObject({
        variable: z.string(),
        unless: z.string().optional(),
        /** Whether it lists folders: then only one is a doubt that is relative, or one of `openFolders`. */
        folders: z.boolean().default(false),
        /** Where it only says where to look for code, the weaker doubt. */
        doubt: z.enum(['injected-options', 'search-path', 'no-tls-check']).default('injected-options'),
      }),
    )
    .default([]),
  /**
   * Options and variables of the wrapper that are a doubt, when the pattern (caseless) fits the value. A
   * value is read as text, as a list of `folders` (see `injects`), as the host's path of a `mount`, or as
   * the `target` of one in the container.
   */
  raises: z
    .array(
      z.strictObject({
        options: Names,
        variables: Names,
        as: z.enum(['text', 'folders', 'mount', 'target']).default('text'),
        when: z.string().optional(),
        doubt: z.enum([
          'search-path',
          'remote-command',
          'privileged',
          'other-program',
          'no-tls-check',
          'env-file',
          'working-folder',
          'launcher-folder',
        ]),
      }),
    )
    .default([]),
  /** Folders that anybody can write, `*` for any text, where no program of a definition should lie. */
  openFolders: Names,
  /**
   * Folders in homes and on Windows drives that launchers are usually installed in, `*` for any text, `~` for
   * any home. Elsewhere there, a program only has the name of one.
   */
  usualFolders: Names,
  /** Whether a package that lies in the folder where it starts runs instead of what would be fetched. */
  folderFirst: z.boolean().default(false),
  /** Whether the project in the folder where it starts says where the packages that it fetches come from. */
  projectFirst: z.boolean().default(false),
  /** Variables that name a proxy, and whose certificates are trusted besides those of the system. */
  proxies: Names,
  authorities: Names,
  /** Words in names of packages and programs that tell neither from another. */
  plainWords: Names,
  /** Whether only a program with the very name of its package is surely one that the package brings. */
  ownNames: z.boolean().default(false),
  /** Options whose value is that of a variable: `--node-options` is `NODE_OPTIONS`. */
  sets: z.record(z.string(), z.string()).default({}),
  /** A doubt that this wrapper always brings. */
  doubt: z.enum(['local-command', 'local-script', 'remote-command', 'env-file']).optional(),

  /** How the bridge names its token files: digest of the joined parts, each left out when empty. */
  storeKey: z
    .strictObject({
      algorithm: z.enum(['md5', 'sha256']),
      join: z.string(),
      parts: z.array(
        z.strictObject({
          position: z.int().nonnegative().optional(),
          options: z.array(z.string()).optional(),
          /**
           * `text`, trimmed text, URL as `URL.toString()` gives it, or sorted JSON of
           * `key<separator>value` options.
           */
          as: z.enum(['text', 'trimmed', 'url', 'json']),
          /** Pattern with two groups, key and value, for `json`. */
          pattern: z.string().optional(),
          /** An option whose presence drops the part. */
          unless: z.string().optional(),
        }),
      ),
      /** Parts (counted from 0) that older releases digested, one list for each other way. */
      older: z.array(z.array(z.int().nonnegative()).min(1)).default([]),
      /** Options that take parts from files: with one of them the key of all parts cannot be told. */
      unknowable: Names,
    })
    .optional(),
});
export type Wrapper = z.infer<typeof Wrapper>;
