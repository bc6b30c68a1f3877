/**
 * From definitions and entries to ways that a client can compare: the command as it was seen, the usual
 * spellings of a package or image that was not, the addresses of a remote server. Whether the list approves
 * a spelling is not decided here.
 */
import type { AllowlistEntry } from '../../model/allowlist.ts';
import type { Platform } from '../../model/common.ts';
import type { ServerFact } from '../../model/fact.ts';
import { isAbsolute } from '../command.ts';
import { urlTemplate } from '../url-template.ts';
import type { About, Way } from './target.ts';

/** Why something that was seen cannot be written into a row. */
export type Unwritable = { about: About; why: string };

const masked = '…';
/** What clients, shells or Windows put a value in for. */
const variable = /\$\{|\$[A-Za-z_(]|%[A-Za-z_]\w*%|\{env:/;

function unwritable(texts: string[]): Unwritable | null {
  if (texts.some((text) => text.includes(masked)))
    return { about: 'secret', why: 'a secret is part of it, which no row may hold: move it out' };
  if (texts.some((text) => variable.test(text)))
    return { about: 'variable', why: 'a variable is part of it, which each user may set' };
  return texts.every(isPlain) ? null : { about: 'arguments', why: 'it holds characters that nobody sees' };
}

/** Whether every format can hold a text as it is, and people see all of it. */
function isPlain(text: string): boolean {
  return text.isWellFormed() && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\ufffe\uffff]/u.test(text);
}

/** Whether a name can stand in a client's file: reports name servers as they like. */
function isName(name: string): boolean {
  return name !== '' && name.length <= 200 && name !== '__proto__' && isPlain(name);
}

/** A definition as it was written, or why no row can say it. */
export function wayOf({ name, command, args, url }: ServerFact): Way | Unwritable {
  if (!isName(name)) return { about: 'name', why: 'its name holds what no file should' };
  if (command !== null) return unwritable([command, ...args]) ?? { argv: [command, ...args] };
  if (url === null) return { about: 'arguments', why: 'it names neither command nor URL' };
  const flaw = unwritable([url]);
  if (flaw !== null) return flaw;
  if (/^[^/]*:\/\/[^/?#]*@/.test(url)) return { about: 'secret', why: 'its URL names a user' };
  return url.includes('*')
    ? { about: 'template', why: 'its URL holds "*", which a row would take for anything' }
    : { url, wild: 'none' };
}

export function isWay(found: Way | Unwritable): found is Way {
  return !('why' in found);
}

/** Whether a command can be meant for an OS at all. */
export function fitsOs(argv: string[], os: Platform): boolean {
  const program = argv[0] ?? '';
  const ofWindows = /^[A-Za-z]:[/\\]|^\\\\|\.(?:exe|cmd|bat)$/i.test(program) || /^cmd$/i.test(program);
  if (os === 'windows') return !program.startsWith('/');
  return !ofWindows;
}

/** Every way to write a package down for its usual launcher. */
function packageLines(type: string, name: string, version: string | null, os: Platform): string[][] {
  const pinned = version === null ? [name, `${name}@latest`] : [`${name}@${version}`];
  const shell = os === 'windows' ? [['cmd', '/c']] : [];
  const started = (lines: string[][]): string[][] => [
    ...lines,
    ...shell.flatMap((before) => lines.map((one) => [...before, ...one])),
  ];
  switch (type) {
    case 'npm':
      return started(
        pinned.flatMap((one) => [
          ['npx', '-y', one],
          ['npx', one],
        ]),
      );
    case 'pypi': {
      const spelled = version === null ? [name] : [`${name}@${version}`, `${name}==${version}`];
      return started(spelled.map((one) => ['uvx', one]));
    }
    case 'nuget':
      return [['dnx', pinned[0]!, '--yes']];
    default:
      return [];
  }
}

function imageLines({ image = '', tag, digest }: AllowlistEntry): string[][] {
  const whole = digest !== undefined ? `${image}@${digest}` : tag !== undefined ? `${image}:${tag}` : image;
  return [['docker', 'run', '-i', '--rm', whole]];
}

/** Spellings of what an entry means that no scan need have seen. */
export function spellings(entry: AllowlistEntry, os: Platform): string[][] {
  if (entry.package !== undefined) {
    const colon = entry.package.indexOf(':');
    // Whether such a version is one alone the list itself says, to which every spelling is put.
    const bare = entry.version !== undefined && /^v?\d[\w.+-]*$/.test(entry.version);
    const version = bare ? entry.version!.replace(/^v/, '') : null;
    if (entry.version !== undefined && version === null && entry.allowUnpinned !== true) return [];
    const [type, name] = [entry.package.slice(0, colon), entry.package.slice(colon + 1)];
    const open = entry.allowUnpinned === true ? packageLines(type, name, null, os) : [];
    const closed =
      entry.version !== undefined && version === null ? [] : packageLines(type, name, version, os);
    return [...closed, ...open];
  }
  if (entry.image !== undefined) return imageLines(entry);
  if (entry.command !== undefined) {
    const args = entry.args ?? [];
    const whole = [entry.command, ...args];
    return args.some((one) => one.includes('*')) || !fitsOs(whole, os) ? [] : [whole];
  }
  return [];
}

/** The address of an entry as clients compare it, with both ends; `template` where it has inner wildcards. */
export function addresses(url: string): Way[] {
  const template = urlTemplate(url);
  if (typeof template === 'string') return [];
  const wild = [...template.labels, ...template.segments].some((part) => part.includes('*'));
  const [scheme = '', port = ''] = template.transport.split(':');
  const host = `${scheme}://${template.labels.join('.')}${port === '' ? '' : `:${port}`}`;
  const path = template.segments.map((one) => `/${one}`).join('');
  if (wild || (template.rest && path !== '')) return [{ url, wild: 'template' }];
  if (template.rest) return [{ url: `${host}/*`, wild: 'host' }];
  return [`${host}${path}`, `${host}${path}/`].map((one) => ({ url: one, wild: 'none' as const }));
}

/** A name for what nobody has configured yet: letters, digits, `-` and `_`. */
export function nameFor(entry: AllowlistEntry): string {
  const about = entry.package ?? entry.image ?? entry.command ?? entry.url ?? 'server';
  const host = /^[a-z]+:\/\/([^/:]+)/i.exec(about)?.[1];
  const labels = host
    ?.split('.')
    .filter((one) => !/^(?:mcp|api|www|com|org|net|io|dev|\*|\{.*\})$/.test(one));
  const last = isAbsolute(about) || host === undefined ? about.split(/[/\\:]/).at(-1)! : labels?.[0];
  const plain = (last ?? host ?? about).replace(/\.\w{1,4}$/, '').replace(/[^A-Za-z0-9_-]+/g, '-');
  return plain.replace(/^-+|-+$/g, '') || 'server';
}
