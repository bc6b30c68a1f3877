/** The first list as YAML with comments. Every value is in quotes, and no foreign text can end a comment. */
import type { AllowlistEntry } from '../model/allowlist.ts';
import { type Machine, type Seen, seenAgents, seenServers, seenSettings } from './first-list.ts';

export type Options = {
  /** `2026-11-20`. */
  today: string;
  /** Makes foreign text one harmless line. */
  inert: (text: string) => string;
  /** Facts of reports that could not be read. */
  unread: number;
};

/** Places named under an entry; a fleet has thousands. */
const shownPlaces = 5;

/** JSON is YAML; what JSON leaves as it is and YAML might end a line at is escaped. */
function quoted(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function entryLines(entry: AllowlistEntry): string[] {
  const fields = Object.entries(entry).filter(([, value]) => value !== undefined);
  return fields.map(([name, value], index) => {
    const text = Array.isArray(value) ? `[${value.map(quoted).join(', ')}]` : quoted(value);
    return `${index === 0 ? '  - ' : '    '}${name}: ${text}`;
  });
}

function placesOf({ places }: Seen, { inert }: Options): string[] {
  const more = places.length - shownPlaces;
  return [
    ...places.slice(0, shownPlaces).map((one) => `  # seen: ${inert(one)}`),
    ...(more > 0 ? [`  # and ${more} more`] : []),
  ];
}

function liveLines(one: Seen, options: Options): string[] {
  const { entry, notes } = one.proposal;
  if (entry === null) return [];
  return [
    ...notes.map((note) => `  # ${options.inert(note)}`),
    ...placesOf(one, options),
    ...entryLines(entry),
  ];
}

/** What cannot be approved, and why. */
function leftOut(all: Seen[], options: Options): string[] {
  return all
    .filter(({ proposal }) => proposal.entry === null)
    .flatMap((one) => [
      `  # ${options.inert(one.label)}: ${options.inert(one.proposal.notes.join('; '))}`,
      ...placesOf(one, options).map((line) => line.replace('  # ', '  #   ')),
    ]);
}

function suggestions(all: Seen[], options: Options): string[] {
  return all.flatMap((one) => [
    ...placesOf(one, options),
    ...entryLines(one.proposal.entry!).map((line) => line.replace(/^ {2}/, '  # ')),
  ]);
}

function section(title: string, lines: string[]): string[] {
  return lines.length === 0 ? [] : ['', `  # --- ${title}`, ...lines];
}

/** The list, ready to be printed. */
export function firstList(machines: Machine[], options: Options): string {
  const servers = seenServers(machines);
  const agents = seenAgents(machines);
  const named = machines.map(({ host }) => host).filter((host) => host !== '');
  const live = [...servers, ...agents].some(({ proposal }) => proposal.entry !== null);
  return [
    '# A first list of what was seen, for review: nobody has approved anything yet. Go through every entry,',
    '# add owner, reason and expires, delete what is not wanted, and then use the list:',
    '# `shadowscan allowlist check FILE`, `why SERVER -a FILE`, and `export -a FILE -o DIR` for the clients.',
    `# From ${machines.length} machine${machines.length === 1 ? '' : 's'}${
      named.length > 0 && named.length <= 5 ? `: ${options.inert(named.join(', '))}` : ''
    }, ${options.today}.`,
    ...(options.unread > 0 ? [`# ${options.unread} facts of a newer version could not be read.`] : []),
    'version: 1',
    'name: First list, not reviewed',
    `created: "${options.today}"`,
    live ? 'approve:' : 'approve: []',
    ...section(
      'MCP servers, by what would run',
      servers.flatMap((one) => liveLines(one, options)),
    ),
    ...section('cannot be approved as they are', leftOut([...servers, ...agents], options)),
    ...section(
      'agents: once one is listed, all others are unapproved',
      agents.flatMap((one) => liveLines(one, options)),
    ),
    ...section(
      'accounts, model endpoints, settings and profiles: with one of a kind, all others are unapproved',
      suggestions(seenSettings(machines), options),
    ),
    'deny: []',
    'waivers: []',
    '',
  ].join('\n');
}
