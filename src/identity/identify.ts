/**
 * What a server definition would really run: wrappers taken off, packages and URLs in one spelling. Only the
 * definition is read; whether the program is there, and which version an unpinned package has, is not asked.
 */
import { limits } from '../limits.ts';
import type { Package } from '../model/fact.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Called } from '../secrets/called.ts';
import type { Found, Secrets } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import { setVariable } from './effects.ts';
import type { Doubt } from './spec.ts';
import { noteSurroundings } from './surroundings.ts';
import { runCommand } from './unwrap.ts';
import { type End, type StoreKey, type Walk, nothingGathered, remoteEnd, unknownEnd } from './walk.ts';
import type { Word } from './words.ts';

export type { Doubt } from './spec.ts';

export type Definition = {
  command: Secret | null;
  args: Secret[];
  url: Secret | null;
  env: { name: string; value: Secret | null }[];
  /** Folder that it names to start in. */
  cwd?: Secret | null;
};

export type Identified = {
  /**
   * A purl (with a version when pinned), the normalised URL of a remote server, or `command:` with the
   * path or name of a local program or script. Null when it cannot be told.
   */
  identity: string | null;
  kind: End['kind'];
  /** The first package that would be fetched and run; for a bridge, the bridge itself. */
  package: Package | null;
  /** Other packages that launchers fetch. */
  extras: Package[];
  /** The package that `identity` stands for, when it is one. */
  target: Package | null;
  /** Normalised, from what may be shown of the URL. */
  remoteUrl: string | null;
  /** Ids of wrappers that were taken off, outermost first. */
  via: string[];
  /** Another package registry that the definition names. */
  registry: string | null;
  /** Why the identity cannot be relied on, sorted. */
  doubts: Doubt[];
  /** The definition with its secrets masked. */
  shown: { command: string | null; args: string[]; url: string | null };
  /** Secrets in it; `index` is the argument that holds one, if an argument does. */
  found: (Found & { where: 'argv' | 'url' | 'env' })[];
  /** Environment as the innermost command would see it. */
  env: { name: string; value: Secret | null }[];
  /** Digests under which a bridge keeps the tokens of this server. */
  storeKeys: StoreKey[];
};

function walkOf(rules: Pick<Ruleset, 'wrappers'>, secrets: Secrets): Walk {
  return {
    wrappers: rules.wrappers,
    secrets,
    ...nothingGathered(),
    registry: null,
    extra: [],
    glancing: false,
  };
}

/** Whether a launcher brings packages besides what runs and the wrappers around it. */
function bringsOthers(walk: Walk, { target }: End): boolean {
  const around = walk.wrappers.filter(({ id }) => walk.via.includes(id)).flatMap(({ packages }) => packages);
  const own = new Set(around.map((name) => name.split(' ')[0]!));
  return walk.extra.some(
    (one) =>
      one === null ||
      !(own.has(`${one.type}:${one.name}`) || (one.type === target?.type && one.name === target.name)),
  );
}

/** The packages that launchers fetch besides the first and the one that runs. */
function extrasOf(walk: Walk, { target }: End): Package[] {
  const known = new Set([walk.first?.purl, target?.purl]);
  const others = walk.fetched.filter(({ purl }) => !known.has(purl));
  return [...new Map(others.map((one) => [one.purl, one])).values()];
}

/** Whether two findings are of the same secret in the same argument. */
function same(a: Found, b: Found): boolean {
  return a.index === b.index && a.secret.equals(b.secret);
}

/**
 * Whether a client that goes by way of a shell would start more than one command: by a word that only a shell
 * reads, or, where a batch file is started and Windows needs a shell for it, by a sign within one.
 */
function joinsCommands(command: string, args: Word[]): boolean {
  const batch = /\.(?:cmd|bat)["']?\s*$/i.test(command);
  return args.some(({ text }) => /^(?:&&?|\|\|?|;|>>?|<)$/.test(text) || (batch && /[&|<>\r\n]/.test(text)));
}

/** Options of the packages that hold a secret, whatever they are called, by the variable that is the same. */
function calledIn(packages: (Package | null)[], moves: Ruleset['moves'] | undefined): Called {
  const own = packages.flatMap((one) => (one === null ? [] : `${one.type}:${one.name}`));
  const rules = moves?.variables.filter((rule) => own.includes(rule.package)) ?? [];
  return Object.fromEntries(rules.flatMap((rule) => rule.options.map((option) => [option, rule.variable])));
}

type Argv = ReturnType<Secrets['argv']>;

/** Arguments with what these names tell of them, where their own name has told nothing. */
function withCalled(args: Secret[], own: Argv, called: Called, secrets: Secrets): Argv {
  if (!own.shown.some((text) => Object.hasOwn(called, text.split('=', 1)[0]!))) return own;
  const { shown, found } = secrets.argv(args, called);
  const isKnown = (at: number): boolean => own.found.some(({ index }) => index === at);
  return {
    shown: shown.map((text, at) => (isKnown(at) ? own.shown[at]! : text)),
    found: [...own.found, ...found.filter(({ index }) => !isKnown(index))],
  };
}

/** Identifies one definition. Takes texts apart by the rules of `rules.wrappers`; opens no secret itself. */
export function identify(
  definition: Definition,
  rules: Pick<Ruleset, 'wrappers'> & Partial<Pick<Ruleset, 'moves'>>,
  secrets: Secrets,
): Identified {
  const { command, url } = definition;
  const args = definition.args.slice(0, limits.args);
  const walk = walkOf(rules, secrets);
  const argv = secrets.argv(args);
  const address = url === null ? null : secrets.url(url);
  for (const { name, value } of definition.env) setVariable(walk, name, value);
  const first: Word[] =
    command === null ? [] : [{ text: secrets.show(command), closed: command, index: null, whole: true }];
  const rest = args.map((closed, index): Word => ({
    text: argv.shown[index] ?? '',
    closed,
    index,
    whole: true,
  }));
  const hasCommand = first.some(({ text }) => text.trim() !== '');
  const hasUrl = url !== null && url.length > 0;
  const end = hasCommand
    ? runCommand(walk, [...first, ...rest])
    : hasUrl
      ? remoteEnd(walk, url)
      : unknownEnd(walk);
  if (joinsCommands(first[0]?.text ?? '', rest)) walk.doubts.add('shell-script');
  if (bringsOthers(walk, end)) walk.doubts.add('extra-packages');
  noteSurroundings(walk, end, definition.cwd ?? null);
  // Which of the two a client takes is its own choice; arguments that were not read may change anything.
  if ((hasCommand && hasUrl) || args.length < definition.args.length) walk.doubts.add('ambiguous');
  const named = withCalled(args, argv, calledIn([walk.first, end.target], rules.moves), secrets);
  // Words of a line tell more of a secret than the line as one text.
  const inArgs = named.found.filter((one) => !walk.found.some((other) => same(one, other)));
  return {
    ...end,
    package: walk.first,
    extras: extrasOf(walk, end),
    via: walk.via,
    registry: walk.registry,
    doubts: [...walk.doubts].toSorted(),
    shown: {
      command: command === null ? null : (walk.lines.get(null) ?? first[0]!.text),
      args: named.shown.map((text, index) => walk.lines.get(index) ?? text),
      url: address?.shown ?? null,
    },
    found: [
      ...inArgs.map((one) => ({
        ...one,
        where: walk.assigning.has(one.index) ? ('env' as const) : ('argv' as const),
      })),
      ...walk.found,
      ...(address?.found ?? []).map((one) => ({ ...one, where: 'url' as const })),
    ],
    env: [...walk.env].map(([name, value]) => ({ name, value })),
    storeKeys: walk.storeKeys,
  };
}
