/**
 * Places that a definition names: whether others can put programs there, and what of the host a mount shows.
 * Only the text is looked at; which of them are there, and whose they are, is not asked.
 */
import type { Wrappers } from './match-wrapper.ts';
import { wildcard } from './options.ts';
import { plainPath } from './walk.ts';

const opened = new WeakMap<Wrappers, RegExp[]>();

/** Folders that anybody can write, as patterns of whole paths. */
function openFolders(wrappers: Wrappers): RegExp[] {
  const known = opened.get(wrappers);
  if (known !== undefined) return known;
  const made = wrappers
    .flatMap((one) => one.openFolders)
    .flatMap((at) => [wildcard(at), wildcard(`${at}/*`)]);
  opened.set(wrappers, made);
  return made;
}

/** `${NAME}`, `${env:NAME}`, `{env:NAME}`, `{{NAME}}` and the like. */
const braced = /\$?\{{1,2}\s?(?:[a-z]{1,10}:)?(\w{1,100})[^{}]{0,100}\}{1,2}/gi;
const named = (text: string): string =>
  text.replace(braced, '$$$1').replace(/%(\w{1,100})%|\$env:(\w{1,100})/gi, '$$$1$2');

/** One spelling of variables, forward slashes, and no dots. */
function spelled(path: string): string {
  const slashed = named(path).trim().replaceAll('\\', '/');
  const plain = plainPath(slashed).replace(/\/+$/, '');
  return plain === '' && slashed.startsWith('/') ? '/' : plain;
}

/** Whether a path lies in a folder that is open to all. */
export function liesOpen(wrappers: Wrappers, path: string): boolean {
  // Shares of another machine begin with two slashes.
  if (/^\s*[\\/]{2}/.test(path)) return true;
  const plain = spelled(path);
  return openFolders(wrappers).some((one) => one.test(plain));
}

/** Whether others may decide what lies there: it is open to all, or depends on where a client is started. */
export function isOpen(wrappers: Wrappers, path: string): boolean {
  return !/^(?:[/~$]|[A-Za-z]:\/)/.test(spelled(path)) || liesOpen(wrappers, path);
}

/** Whether a list of folders such as PATH has one that is open. Windows ignores parts without text. */
export function hasOpen(wrappers: Wrappers, list: string): boolean {
  const windows = list.includes(';') || /^\s*[A-Za-z]:[\\/]/.test(list);
  const parts = windows ? list.split(';').filter((part) => part.trim() !== '') : named(list).split(':');
  return parts.some((part) => isOpen(wrappers, part));
}

/** What of the host a mount shows: `/a:/b:ro` or `type=bind,source=/a,target=/b`, as `/a`. */
export function mounted(text: string): string {
  const plain = named(text).replaceAll('"', '');
  const source = /(?:^|,)(?:source|src)=([^,]*)/i.exec(plain);
  return spelled(source ? source[1]! : /^(?:[A-Za-z]:[\\/])?[^:]*/.exec(plain)![0]);
}

/** Where in a container a mount lies: of `/a:/b:ro` and `type=bind,source=/a,target=/b` that is `/b`. */
export function mountedAt(text: string): string {
  const plain = named(text).replaceAll('"', '');
  const target = /(?:^|,)(?:target|destination|dst)=([^,]*)/i.exec(plain);
  if (target) return spelled(target[1]!);
  const [, behind = plain] = /^(?:[A-Za-z]:[\\/])?[^:]*:(.*)$/s.exec(plain) ?? [];
  return spelled(behind.replace(/:[^:]*$/, ''));
}

const usual = new WeakMap<Wrappers, RegExp[]>();

/** Folders that launchers are installed in, as patterns of whole paths. */
function usualFolders(wrappers: Wrappers): RegExp[] {
  const known = usual.get(wrappers);
  if (known !== undefined) return known;
  const made = wrappers.flatMap((one) => one.usualFolders).map(wildcard);
  usual.set(wrappers, made);
  return made;
}

const anyHome =
  /^(?:~|\$(?:HOME|USERPROFILE|userHome)|(?:[A-Za-z]:)?\/(?:home|Users)\/[^/]+|\/(?:var\/)?root)(?=\/|$)/i;

/**
 * Whether a launcher lies in a folder of a home or of a Windows drive that none is installed in: it has the
 * name of a launcher, and may be anything.
 */
export function isOddFolder(wrappers: Wrappers, path: string): boolean {
  const folder = spelled(path)
    .replace(/^\/mnt\/([a-z])(?=\/)/i, '$1:')
    .replace(/\/[^/]*$/, '');
  const plain = folder.replace(anyHome, '~');
  if (!/^(?:~|[A-Za-z]:)/.test(plain)) return false;
  return !usualFolders(wrappers).some((one) => one.test(plain));
}
