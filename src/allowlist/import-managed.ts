/**
 * Managed settings of clients that share one form of list: `allowedMcpServers` and `deniedMcpServers`, each
 * entry a name, an URL pattern or a whole command. Commands become what they would run, so that one entry
 * stands for all spellings; names are not carried over, since whoever writes a configuration chooses them.
 */
import { type Identified, identify } from '../identity/identify.ts';
import { runs } from '../identity/package-of.ts';
import type { AllowlistEntry } from '../model/allowlist.ts';
import type { ServerFact } from '../model/fact.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Secrets } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';
import { proposalFor } from './first-list.ts';
import { type Imported, type Json, type Side, carry, isMap, leave, together } from './imported.ts';

export type Identifying = {
  rules: Pick<Ruleset, 'wrappers'> & Partial<Pick<Ruleset, 'moves'>>;
  secrets: Secrets;
};

const keys = { allowedMcpServers: 'approve', deniedMcpServers: 'deny' } as const;

/** Whether a document is of this kind. */
export function isManaged(value: Json): boolean {
  return Object.keys(keys).some((key) => key in value);
}

/** A definition as a scan would report it, as far as entries look at it. */
export function factOf({ shown, ...known }: Identified): ServerFact {
  const { identity, package: first, extras, via, registry, doubts } = known;
  return {
    kind: 'server',
    id: '',
    tools: [],
    user: null,
    scope: 'managed',
    origin: { path: '' },
    confidence: 'high',
    name: '',
    transport: 'stdio',
    ...shown,
    envNames: [],
    headerNames: [],
    package: first,
    extras,
    identity,
    via,
    registry,
    doubts,
    load: 'unknown',
    workspace: null,
    threats: [],
    officialRemotes: [],
    verdict: 'unjudged',
    approval: null,
    why: null,
  };
}

/** What a denied command becomes: what it runs, wherever and however it is written. */
function denialOf(fact: ServerFact): AllowlistEntry | null {
  const found = runs(fact);
  if (found !== null) {
    const pinned = found.pinned && found.version !== null ? found.version : null;
    if (found.type === 'oci') return { image: found.name, ...(pinned && { digest: pinned }) };
    return { package: `${found.type}:${found.name}`, ...(pinned && { version: pinned }) };
  }
  if (fact.identity !== null && /^(?:https?|wss?):/.test(fact.identity)) return { url: fact.identity };
  return fact.command === null ? null : { command: fact.command, args: fact.args };
}

function fromCommand(words: unknown, side: Side, from: string, given: Identifying): Imported {
  if (!Array.isArray(words) || words.length === 0 || !words.every((word) => typeof word === 'string'))
    return leave(from, 'a command is a list of texts, its program first');
  const [command = '', ...args] = words.map((word: string) => new Secret(word));
  const known = identify(
    { command: command === '' ? null : command, args, url: null, env: [] },
    given.rules,
    given.secrets,
  );
  const fact = factOf(known);
  const written = [fact.command, ...fact.args].join(' ');
  const note = `from the command ${written}`;
  if (side === 'deny') {
    const entry = denialOf(fact);
    return entry === null ? leave(from, 'nothing tells what it would run') : carry(side, entry, note, from);
  }
  const { entry, notes } = proposalFor(fact);
  if (entry === null) return leave(`${from} (${written})`, notes.join('; '));
  return carry(side, entry, [note, ...notes].join('; '), from);
}

/** An URL pattern, in which `*` may stand for more than ours does. */
function fromUrl(given: unknown, side: Side, from: string): Imported {
  if (typeof given !== 'string') return leave(from, 'an URL is a text');
  // A denial of ours counts with every query.
  const pattern = side === 'deny' ? given.replace(/\?\*$/, '') : given;
  if (pattern.includes('$'))
    return leave(from, 'holds a variable, which each user may set: write the value out');
  const schemes = pattern.startsWith('*://') ? (side === 'deny' ? ['https', 'http'] : ['https']) : [''];
  const [, host = '', path = ''] = /^[^/]*:\/\/([^/]*)(.*)$/.exec(pattern) ?? [];
  const noPath = host !== '' && path === '';
  const inner = /\*(?!$)/.test(path);
  const notes = [
    `from the URL ${pattern}`,
    ...(host.includes('*') ? ['"*" in the host is one label here'] : []),
    ...(inner ? ['"*" in the path is within one segment here'] : []),
    ...(noPath && side === 'approve' ? ['the root alone here: append /* for all paths'] : []),
    ...(schemes[0] === 'https' && side === 'approve' ? ['https alone is carried over'] : []),
  ];
  return together(
    schemes.map((scheme) => {
      const whole = scheme === '' ? pattern : scheme + pattern.slice(1);
      const url = noPath && side === 'deny' ? `${whole}/*` : whole;
      return carry(side, { url }, notes.join('; '), `${from} (${pattern})`);
    }),
  );
}

function fromEntry(value: unknown, side: Side, from: string, given: Identifying): Imported {
  if (!isMap(value)) return leave(from, 'expected a map');
  const found = Object.keys(value);
  if (found.length !== 1) return leave(from, 'expected exactly one key');
  switch (found[0]) {
    case 'serverCommand':
      return fromCommand(value['serverCommand'], side, from, given);
    case 'serverUrl':
      return fromUrl(value['serverUrl'], side, from);
    case 'serverName':
      return leave(
        `${from} (name ${String(value['serverName'])})`,
        'whoever writes the configuration chooses its names: name package, URL or command instead',
      );
    default:
      return leave(from, `"${found[0]}" is not known`);
  }
}

/** What managed settings allow and deny, as entries. */
export function importManaged(value: Json, given: Identifying): Imported {
  const parts = Object.entries(keys).flatMap(([key, side]): Imported[] => {
    const list = value[key];
    if (list === undefined || list === null) return [];
    if (!Array.isArray(list)) return [leave(key, 'expected a list')];
    const empty = list.length === 0 && side === 'approve';
    if (empty) return [leave(key, 'an empty list allows no server; so does one of ours without entries')];
    return list.map((one, index) => fromEntry(one, side, `${key}[${index}]`, given));
  });
  return together(parts);
}
