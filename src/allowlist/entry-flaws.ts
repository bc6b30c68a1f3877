/** What a schema cannot say of an allowlist entry: fields that do not go together, texts without meaning. */
import { isRange } from '../identity/range.ts';
import type { AllowlistEntry } from '../model/allowlist.ts';
import { isAbsolute } from './command.ts';
import { isWholeImage, namedPackage } from './package.ts';
import { isTooWide, urlTemplate } from './url-template.ts';

/** A field, and what is wrong with it together with the way out. */
type Flaw = [field: keyof AllowlistEntry, text: string];
type Side = 'approve' | 'deny';

/** Whether a date exists: `2027-02-30` does not. */
export function isDate(text: string): boolean {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, 10));
}

const belongs: Partial<Record<keyof AllowlistEntry, (keyof AllowlistEntry)[]>> = {
  version: ['package', 'agent', 'extension'],
  allowUnpinned: ['package'],
  args: ['command'],
  tag: ['image'],
  digest: ['image'],
  sha256: ['command'],
  level: ['setting'],
  organisation: ['account'],
  plan: ['account'],
  tools: ['package', 'url', 'command', 'image'],
  accept: ['package', 'url', 'command', 'image'],
  secretNames: ['package', 'url', 'command', 'image'],
};

function* misplaced(entry: AllowlistEntry): Generator<Flaw> {
  for (const [field, owners] of Object.entries(belongs) as [
    keyof AllowlistEntry,
    (keyof AllowlistEntry)[],
  ][]) {
    if (entry[field] === undefined || owners.some((owner) => entry[owner] !== undefined)) continue;
    yield [field, `goes with ${owners.join(', ')} only; remove it`];
  }
}

function packageFlaw(text: string): string | null {
  const name = text.slice(text.indexOf(':') + 1);
  if (name.indexOf('@', 1) > 0) return 'the version goes into "version", not behind the name';
  return /[\s*]/.test(name) || namedPackage(text) === null ? 'expected the whole name of one package' : null;
}

function urlFlaw(text: string, side: Side): string | null {
  const template = urlTemplate(text);
  if (typeof template === 'string') return template;
  const wide = side === 'approve' && isTooWide(template);
  return wide ? 'the wildcard takes in foreign hosts; fix at least the last two labels of the host' : null;
}

function commandFlaw(text: string): string | null {
  if (isAbsolute(text)) return null;
  return /[\s/\\]/.test(text) ? 'expected an absolute path or a bare name; arguments go into "args"' : null;
}

function endpointFlaw(text: string, side: Side): string | null {
  if (text.includes('://')) return urlFlaw(text, side);
  if (/^(?:\[[0-9a-f:.]+\]|[\w*-]+(?:\.[\w*-]+)*)(?::\d{1,5})?$/i.test(text)) return null;
  return 'expected a host such as api.example.com or *.example.com, or a whole URL';
}

function hashFlaw({ command, sha256 }: AllowlistEntry): string | null {
  if (sha256 === undefined || command === undefined || isAbsolute(command)) return null;
  return 'goes with the absolute path of a command; write the path out';
}

/** An approval that asks for nothing approves everybody. */
function accountFlaw({ account, organisation, plan }: AllowlistEntry, side: Side): string | null {
  if (account === undefined) return null;
  if (/[@\s/]/.test(account)) return 'expected a domain such as example.com, without @';
  const open = account === '*' && organisation === undefined && plan === undefined;
  return open && side === 'approve' ? 'approves every account; name a domain, organisation or plan' : null;
}

function* subjectFlaws(entry: AllowlistEntry, side: Side): Generator<Flaw> {
  const { package: name, url, command, image, extension, version, digest } = entry;
  const found: [keyof AllowlistEntry, string | null][] = [
    ['package', name === undefined ? null : packageFlaw(name)],
    ['url', url === undefined ? null : urlFlaw(url, side)],
    ['command', command === undefined ? null : commandFlaw(command)],
    [
      'image',
      image === undefined || isWholeImage(image)
        ? null
        : 'expected registry and name without tag, such as docker.io/mcp/fetch',
    ],
    [
      'extension',
      extension === undefined || /^[^\s.]+\.[^\s.]+$/.test(extension) ? null : 'expected publisher.name',
    ],
    [
      'version',
      version === undefined || isRange(version) ? null : 'expected a version or a range such as ^1.2.0',
    ],
    [
      'tag',
      entry.tag !== undefined && digest !== undefined
        ? 'the digest already says which image; remove the tag'
        : null,
    ],
    ['endpoint', entry.endpoint === undefined ? null : endpointFlaw(entry.endpoint, side)],
    ['sha256', hashFlaw(entry)],
    ['account', accountFlaw(entry, side)],
    ['accept', entry.accept !== undefined && side === 'deny' ? 'goes with approvals only; remove it' : null],
    [
      'tools',
      entry.tools !== undefined && side === 'deny' ? 'a denied server has no tools; remove it' : null,
    ],
    ['expires', entry.expires === undefined || isDate(entry.expires) ? null : 'there is no such date'],
  ];
  for (const [field, text] of found) if (text !== null) yield [field, text];
  if (entry.allowUnpinned !== undefined && version === undefined) {
    yield ['allowUnpinned', 'without "version" every version is approved anyway; remove it'];
  }
}

/** All that is wrong with an entry of a list. */
export function entryFlaws(entry: AllowlistEntry, side: Side): Flaw[] {
  return [...misplaced(entry), ...subjectFlaws(entry, side)];
}
