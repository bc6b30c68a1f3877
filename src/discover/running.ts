/**
 * Which tools run, of a list of processes: by the name of the program or of the script that an interpreter
 * runs, and by where it lies. Arguments tell nothing, so that an editor with an agent's file or a search for
 * its name is no agent. No process id leaves this stage with what it says, and no command line.
 */
import * as path from 'node:path';
import { wildcard } from '../identity/options.ts';
import { scriptOf } from '../identity/script.ts';
import { limits } from '../limits.ts';
import type { Platform } from '../model/common.ts';
import type { Host, Process } from '../model/host.ts';
import type { Place, Runner } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Tool } from '../model/tool.ts';
import type { Secrets } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';

/** Application folders whose bundle id was compared, by tool: `/Applications/Name.app/Contents/`. */
export type AppFolders = ReadonlyMap<string, string[]>;

export type Looking = {
  rules: Ruleset;
  secrets: Secrets;
  platform: Platform;
  apps: AppFolders;
};

/** How one tool is known; the names as they are written and, where case does not count, in lower case. */
type Known = { tool: Tool; names: Set<string>; folded: Set<string>; parts: string[]; packages: Set<string> };

/** What runs, as it may be shown, and what it was given. */
type Ran = Pick<Runner, 'path' | 'args'>;

/** What is known of a process: what it goes by, and the paths of what runs. */
type Traits = { names: string[]; paths: string[] };

/** Paths with slashes, in one case where the file system knows but one. */
function plainPath(text: string, platform: Platform): string {
  const slashes = platform === 'windows' ? text.replaceAll('\\', '/') : text;
  return platform === 'linux' ? slashes : slashes.toLowerCase();
}

const withoutExe = (name: string): string => name.replace(/\.exe$/i, '');
const lastName = (text: string, platform: Platform): string =>
  withoutExe(text.slice(text.search(platform === 'windows' ? /[^\\/]*$/ : /[^/]*$/)));

function knownOf(tool: Tool, { platform, apps }: Looking): Known {
  const { running, installed } = tool;
  const names = (running?.programs ?? installed?.binaries ?? []).map(withoutExe);
  // Two products may use one application name: then only a folder whose bundle id was compared counts.
  const folders =
    installed?.bundles === undefined
      ? (installed?.apps ?? []).map((name) => `/${name}.app/Contents/`)
      : (apps.get(tool.id) ?? []);
  const parts = [...(running?.paths ?? []), ...folders].map((part) => plainPath(part, platform));
  const folded = platform === 'linux' ? names : names.map((name) => name.toLowerCase());
  return {
    tool,
    names: new Set(names),
    folded: new Set(folded),
    parts,
    packages: new Set(installed?.npm),
  };
}

/** Whether a path has this part, whole at its beginning and, unless it ends within a name, at its end. */
function hasPart(file: string, part: string): boolean {
  for (let at = file.indexOf(part); at >= 0; at = file.indexOf(part, at + 1)) {
    const begins = at === 0 || part.startsWith('/') || file[at - 1] === '/';
    const next = file[at + part.length] ?? '/';
    if (begins && !(/\w$/.test(part) && !part.endsWith('_') && /[\w-]/.test(next))) return true;
  }
  return false;
}

/** The npm package that a file is of: the innermost, since a package brings its own. */
function packageOf(file: string): string | null {
  const inside = file.slice(file.lastIndexOf('/node_modules/') + 1);
  return /^node_modules\/((?:@[^/]+\/)?[^/.@][^/]*)\//.exec(inside)?.[1] ?? null;
}

/** Whether a program runs what it is given. Within an application it does only where it is all of it. */
function isInterpreter(program: string, { rules, platform }: Looking): boolean {
  const name = lastName(program, platform);
  const app = /\/([^/]+)\.app\/Contents\//.exec(program)?.[1];
  if (app !== undefined && app.toLowerCase() !== name.toLowerCase()) return false;
  return rules.places.interpreters.some((one) => wildcard(one).test(name));
}

/** Arguments among which a script is looked for. */
const firstArgs = 64;

/** The script that a process runs, if its program is an interpreter, and what stands behind it. */
function scriptOfProcess({ program, args }: Process, looking: Looking): Ran | null {
  if (args.length === 0 || !isInterpreter(program, looking)) return null;
  const { rules, secrets, platform } = looking;
  // No path is that long: it may be program text, which need not be looked through for secrets.
  const short = args
    .slice(0, firstArgs)
    .map((arg) => (arg.length > limits.shownChars ? new Secret('') : arg));
  const { shown } = secrets.argv(short);
  const words = short.map((closed, index) => ({ text: shown[index] ?? '', closed, index, whole: true }));
  const called = { ...words[0]!, text: lastName(program, platform) };
  const script = scriptOf(rules.wrappers, [called, ...words.slice(1)]);
  if (script === null) return null;
  return { path: script.text, args: args.slice((script.index ?? 0) + 1) };
}

const scriptEnding = /\.(?:[cm]?[jt]sx?|pyw?|rb|asar)$/i;

function traitsOf({ program, args }: Process, script: Ran | null, looking: Looking): Traits {
  const { secrets, platform } = looking;
  const names = [lastName(program, platform)];
  // A link goes by another name than the file that it leads to, and a script may give itself one. Titles
  // with blanks are sentences, not names.
  const called = args[0] === undefined ? null : secrets.plain(args[0]);
  if (called !== null && !/\s/.test(called)) names.push(lastName(called.replace(/^-/, ''), platform));
  const paths = [plainPath(program, platform)];
  if (script !== null) {
    const name = lastName(script.path, platform);
    names.push(name, name.replace(scriptEnding, ''));
    paths.push(plainPath(script.path, platform));
  }
  return { names, paths };
}

/**
 * The tools that a process is of. Where a name is that of several, those whose folder it lies in count, then
 * those that spell it so.
 */
function toolsOf({ names, paths }: Traits, known: Known[], platform: Platform): Tool[] {
  const owners = new Set(paths.map(packageOf));
  const lies = ({ parts, packages }: Known): boolean =>
    paths.some((file) => parts.some((part) => hasPart(file, part))) ||
    [...packages].some((name) => owners.has(name));
  const folded = platform === 'linux' ? names : names.map((name) => name.toLowerCase());
  const byName = known.filter((one) => folded.some((name) => one.folded.has(name)));
  const byPath = known.filter(lies);
  const both = byName.filter((one) => byPath.includes(one));
  const exact = byName.filter((one) => names.some((name) => one.names.has(name)));
  const named = [both, exact, byName].find((some) => some.length > 0) ?? [];
  return [...new Set([...named, ...byPath])].map(({ tool }) => tool);
}

/** Owners of homes as processes tell theirs: by uid, on Windows by name. */
export type Owners = [place: Place, owner: Process['owner']][];

export function ownersOf(host: Host, where: Place[]): Owners {
  const homes = where.filter(({ kind }) => kind === 'home');
  return homes.map((place) => {
    if (place.platform === 'windows') return [place, place.user];
    const info = host.look(place.path, path.parse(place.path).root);
    return [place, info === null || 'refused' in info ? null : info.uid];
  });
}

const caseless = (owner: Process['owner']): Process['owner'] =>
  typeof owner === 'string' ? owner.toLowerCase() : owner;

/** Whose a process is: the home of its user, else the machine. */
function placeOf(owners: Owners, machine: Place, { owner }: Process): Place {
  const own = owner === null ? undefined : owners.find(([, one]) => caseless(one) === caseless(owner));
  return own?.[0] ?? machine;
}

/** The processes that are a tool's, with what is to be shown and looked at of each. */
export function runners(processes: Process[], looking: Looking, owners: Owners, machine: Place): Runner[] {
  const known = looking.rules.tools.map((tool) => knownOf(tool, looking));
  return processes.flatMap((process) => {
    const script = scriptOfProcess(process, looking);
    const tools = toolsOf(traitsOf(process, script, looking), known, looking.platform);
    if (tools.length === 0) return [];
    const place = placeOf(owners, machine, process);
    const own = { path: looking.secrets.show(process.program), args: process.args.slice(1) };
    return tools.map((tool): Runner => ({ tool, place, process, ...(script ?? own) }));
  });
}
