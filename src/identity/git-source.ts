/**
 * Addresses of git repositories as package managers write them; what is fetched from there is not looked
 * at.
 */
import { sourcePurl } from './purl.ts';
import { normaliseUrl } from './url.ts';

export type GitSource = { identity: string | null; userinfo: boolean };

/**
 * Host, path and revision -> identity; the transport is left out, since it does not change what is
 * fetched.
 */
function source(host: string, path: string, ref: string | null, userinfo: boolean): GitSource {
  const place = path
    .replace(/^\/+/, '')
    .replace(/\/+$/, '')
    .replace(/\.git$/, '');
  const normal = normaliseUrl(`https://${host}/${place}`);
  const known = normal !== null && !normal.doubts.includes('variable');
  return { identity: known ? sourcePurl('vcs_url', `git+${normal.url}`, ref || null) : null, userinfo };
}

/**
 * Reads `git+https://…`, `git@host:u/r`, `github:u/r`, and `u/r` where the ecosystem has a host for it
 * (the empty name in `hosts`). Null when the text is no such address.
 */
export function readGitSource(text: string, hosts: Readonly<Record<string, string>>): GitSource | null {
  const [address = '', fragment = ''] = text.split('#', 2);
  const scheme = /^(git\+[a-z]+|git|ssh|https?):\/\/(?:([^/@]*)@)?([^/:]+)(?::\d+)?[:/](.*)$/i.exec(address);
  const marker = /(?:^|&)(?:egg|subdirectory)=/.test(fragment);
  if (scheme) {
    const [, word = '', user, host = '', path = ''] = scheme;
    const plain = /^https?$/i.test(word);
    if (plain && !path.endsWith('.git') && !isRepository(host, path, hosts)) return null;
    const at = path.lastIndexOf('@');
    const ref = marker || fragment === '' ? (at > 0 ? path.slice(at + 1) : null) : fragment;
    return source(host, at > 0 ? path.slice(0, at) : path, ref, user !== undefined && user !== 'git');
  }
  const scp = /^[\w.-]+@([\w.-]+):(?!\/\/)(.+)$/.exec(address);
  if (scp) return source(scp[1]!, scp[2]!, fragment || null, false);
  const short = /^(?:([a-z]+):)?([\w.-]+\/[\w.-]+|(?<=gist:)\w+)$/i.exec(address);
  const name = short?.[1]?.toLowerCase() ?? '';
  const host = Object.hasOwn(hosts, name) ? hosts[name] : undefined;
  if (!short || host === undefined || /^\.{1,2}\//.test(address)) return null;
  return source(host, short[2]!, fragment || null, false);
}

function isRepository(host: string, path: string, hosts: Readonly<Record<string, string>>): boolean {
  return Object.values(hosts).includes(host.toLowerCase()) && /^[\w.-]+\/[\w.-]+\/?$/.test(path);
}
