/**
 * Specs of npm and of what reads them the same way: names with ranges and tags, aliases, git, addresses,
 * folders.
 */
import { readGitSource } from './git-source.ts';
import { makePackage } from './purl.ts';
import { type Spec, downloaded, local, registered, unreadable } from './spec.ts';

const name = /^(?:@[\w~.-]+\/)?[\w~.-]+$/;
const exactVersion = /^[v=\s]*(\d+\.\d+\.\d+(?:-[\w.-]+)?)(?:\+[\w.-]+)?$/;
const folder = /^(?:\.{1,2}(?:[/\\]|$)|[/\\~]|[A-Za-z]:[/\\]|file:|link:|portal:)/;
/** `git@host:path`, where the first part is a user. */
const scp = /^[^@]+@[^:.]+\.[^:]+:(?!\/\/).+$/;
const archive = /\.(?:tgz|tar\.gz|tar)$/i;

/** Reads `spec`; `gitHosts` are the short names of git hosts, with the empty one for `user/repository`. */
export function readNpm(spec: string, gitHosts: Readonly<Record<string, string>>): Spec {
  const at = spec.indexOf('@', 1);
  const [left, right] = at > 0 ? [spec.slice(0, at), spec.slice(at + 1)] : [spec, null];
  // `name@<source>`: what counts is the source, whatever name it is given.
  const named = right !== null && name.test(left) && !scp.test(spec);
  const source = named ? right : spec;
  if (source.startsWith('npm:')) {
    const real = readNpm(source.slice(4), gitHosts);
    return { ...real, doubts: named ? ['alias', ...real.doubts] : real.doubts };
  }
  if (folder.test(source)) return local(source.replace(/^(?:file|link|portal):/, ''));
  const git = readGitSource(source, gitHosts);
  if (git && (named || !source.startsWith('@'))) {
    return {
      package: null,
      identity: git.identity,
      doubts: ['git-source', ...(git.userinfo ? ['userinfo' as const] : [])],
    };
  }
  if (/^https?:\/\//i.test(source)) return downloaded(source);
  if (archive.test(source) && !named) return local(source);
  if (!name.test(left) || /^[._]/.test(left)) return unreadable();
  const exact = right === null ? undefined : exactVersion.exec(right)?.[1];
  return registered(makePackage('npm', left, right || null, exact ?? null));
}
