/** References of container images (the grammar of the distribution project), made complete. */
import type { Wrapper } from '../model/wrapper.ts';
import { makePackage } from './purl.ts';
import { type Spec, registered, unreadable } from './spec.ts';

const part = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const hostName = /^(?:localhost|[\w.-]+\.[\w.-]+|[\w.-]+:\d+|\[[0-9a-f:]+\](?::\d+)?)(?::\d+)?$/i;

/**
 * Reads `[host/]folder/name[:tag][@sha256:…]`. Only a digest pins an image. The name of the package is
 * the whole reference without tag and digest, with the host and folder that `images` says are left out.
 */
export function readImage(reference: string, images: Wrapper['images']): Spec {
  const [named = '', digest] = reference.split('@', 2);
  const tagAt = named.lastIndexOf(':');
  const hasTag = tagAt > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(tagAt + 1) : null;
  const segments = (hasTag ? named.slice(0, tagAt) : named).split('/');
  const first = segments[0]!;
  const stated = segments.length > 1 && (hostName.test(first) || first !== first.toLowerCase());
  const host = stated ? first.toLowerCase() : (images?.host ?? '');
  const path = stated ? segments.slice(1) : segments;
  if (!path.every((segment) => part.test(segment))) return unreadable();
  const real = images?.aliases.includes(host) ? images.host : host;
  if (path.length === 1 && real === images?.host) path.unshift(images.folder);
  const name = [real, ...path].filter((segment) => segment !== '').join('/');
  const exact = digest !== undefined && /^sha256:[0-9a-f]{64}$/.test(digest) ? digest : null;
  return registered(makePackage('oci', name, exact ?? digest ?? tag, exact));
}
