/** Requirements as pip, uv and pipx take them (PEP 508), with uv's `name@version`. */
import { readGitSource } from './git-source.ts';
import { makePackage } from './purl.ts';
import { type Spec, downloaded, local, registered, unreadable } from './spec.ts';

const requirement = /^([A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/;
const folder = /^(?:\.{1,2}(?:[/\\]|$)|[/\\~]|[A-Za-z]:[/\\]|file:)/;
const version =
  /^v?\d+(?:\.\d+)*(?:[.-]?(?:a|b|c|rc|alpha|beta|pre|preview|post|rev|r|dev)[.-]?\d*)*(?:\+[\w.-]+)?$/i;

function readSource(source: string): Spec {
  const git = source.startsWith('git+') ? readGitSource(source, {}) : null;
  if (git) {
    return {
      package: null,
      identity: git.identity,
      doubts: ['git-source', ...(git.userinfo ? ['userinfo' as const] : [])],
    };
  }
  if (/^https?:\/\//i.test(source)) return downloaded(source);
  return folder.test(source) ? local(source.replace(/^file:(?:\/\/)?/, '')) : unreadable();
}

/** Reads `spec`. A marker behind `;` says only where it holds and is ignored. */
export function readPypi(spec: string): Spec {
  if (/^(?:git\+|https?:|file:)/i.test(spec) || folder.test(spec)) return readSource(spec);
  if (/^[^@:]+\.(?:whl|tar\.gz|zip)$/i.test(spec)) return local(spec);
  const [, name, rest = ''] = requirement.exec(spec.split(';', 1)[0]!.trim()) ?? [];
  if (name === undefined) return unreadable();
  if (rest.startsWith('@')) {
    const right = rest.slice(1).trim();
    if (/[:/\\]/.test(right)) return readSource(right);
    return registered(makePackage('pypi', name, right || null, version.test(right) ? right : null));
  }
  if (rest !== '' && !/^[<>=!~(]/.test(rest)) return unreadable();
  const exact = /^={2,3}\s*([^,*\s]+)$/.exec(rest)?.[1];
  const known = exact !== undefined && version.test(exact);
  return registered(makePackage('pypi', name, known ? exact : rest || null, known ? exact : null));
}
