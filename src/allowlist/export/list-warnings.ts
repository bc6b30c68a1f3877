/** What a list says that no client can be told, or this one not fully: in words, by entry. */
import type { Allowlist, AllowlistEntry } from '../../model/allowlist.ts';
import { subjects } from '../../model/words.ts';
import type { Entry } from '../entry.ts';
import { isInScope } from '../scope.ts';
import type { Asked } from './plan.ts';
import type { About, Row, Warning } from './target.ts';

const ofServers = ['package', 'url', 'command', 'image'] as const;

function isOfServer(entry: AllowlistEntry): boolean {
  return ofServers.some((subject) => entry[subject] !== undefined);
}

/** Of the list as a whole: what no file of a client can hold. */
export function listWarnings(list: Allowlist, { now }: Asked): Warning[] {
  const kinds = new Set(
    [...list.approve, ...list.deny].flatMap((entry) =>
      subjects.filter((one) => entry[one] !== undefined && one !== 'extension' && !isOfServer(entry)),
    ),
  );
  const scoped = list.deny.filter(({ users, hosts }) => users !== undefined || hosts !== undefined);
  const whole: [boolean, About, string][] = [
    [
      list.expires !== undefined,
      'expiry',
      `the list ends on ${list.expires}, and what is installed does not: export again before`,
    ],
    [
      list.waivers.length > 0,
      'waivers',
      `waivers (${list.waivers.length}) are about findings of shadowscan; no client knows them`,
    ],
    [scoped.length > 0, 'scope', `denials for some users or hosts (${scoped.length}) hold for all here`],
    [kinds.size > 0, 'kind', `entries about ${[...kinds].join(', ')} are not part of what is exported`],
  ];
  const ended =
    list.expires !== undefined && now.getTime() > Date.parse(`${list.expires}`.slice(0, 10)) + 864e5;
  return [
    ...whole.flatMap(([is, about, text]): Warning[] => (is ? [{ entry: null, about, text }] : [])),
    ...(ended
      ? [{ entry: null, about: 'expiry' as const, text: 'the list has ended: it approves nothing any more' }]
      : []),
  ];
}

/** Why an entry came to nothing, or to less than it says. */
function reasonOf(entry: AllowlistEntry, rows: Row[], asked: Asked): [About, string] | null {
  const fact = { tools: asked.tools, user: asked.user } as Parameters<typeof isInScope>[2];
  const { users, hosts, version, allowUnpinned, sha256, args, url } = entry;
  if (!isInScope({ ...entry, users: undefined, hosts: undefined }, 'approve', fact, asked.host))
    return ['scope', 'is for other clients; left out'];
  if (!isInScope(entry, 'approve', fact, asked.host))
    return [
      'scope',
      `is for some ${users === undefined ? 'hosts' : hosts === undefined ? 'users' : 'users and hosts'}; ` +
        'left out. Export for one with --for-user, --for-host',
    ];
  if (sha256 !== undefined)
    return asked.wider
      ? ['digest', 'no client compares the SHA-256 of a program: any file at that path is let through']
      : ['digest', 'no client compares the SHA-256 of a program; left out (--wider lets the path through)'];
  if (url !== undefined && rows.length === 0)
    return ['denial', 'its wildcard takes in what a denial means; addresses that were seen stand for it'];
  if (version !== undefined && !/^v?\d[\w.+-]*$/.test(version) && allowUnpinned !== true) {
    const seen = rows.filter((row) => row.seen).length;
    return [
      'version-range',
      seen === 0
        ? `no client compares the range ${version}, and no version in it was seen; left out. Pin a version`
        : `no client compares the range ${version}; what was seen (${seen}) stands for it`,
    ];
  }
  if (args?.some((one) => one.includes('*')))
    return [
      'arguments',
      rows.length === 0
        ? 'no client compares "*" in an argument as the list does, and nothing was seen; left out'
        : 'no client compares "*" in an argument as the list does; what was seen stands for it',
    ];
  if (rows.length === 0) return ['not-seen', 'was not seen, and has no usual spelling; left out'];
  return rows.some((row) => row.seen || 'url' in row.way)
    ? null
    : ['not-seen', 'was not seen; its usual spellings stand for it, and no other'];
}

/** What is to be said of one approval. */
export function entryWarning({ entry, name, expires }: Entry, rows: Row[], asked: Asked): Warning[] {
  if (!isOfServer(entry)) return [];
  const reason = reasonOf(entry, rows, asked);
  const ends = entry.expires !== undefined && rows.length > 0;
  return [
    ...(reason === null ? [] : [{ entry: name, about: reason[0], text: reason[1] }]),
    ...(ends
      ? [
          {
            entry: name,
            about: 'expiry' as const,
            text: `ends on ${expires?.slice(0, 10)}: export again before`,
          },
        ]
      : []),
  ];
}
