/** Package specs of every ecosystem, each read as its own package manager would. Reads only the text. */
import type { Package } from '../model/fact.ts';
import type { Wrapper } from '../model/wrapper.ts';
import { readImage } from './image-spec.ts';
import { readNpm } from './npm-spec.ts';
import { makePackage } from './purl.ts';
import { readPypi } from './pypi-spec.ts';
import { type Spec, local, registered, unreadable } from './spec.ts';
import { hasVariable } from './variable.ts';

/** `name@version`, as the smaller ecosystems write it. */
function readPlain(type: Package['type'], text: string): Spec {
  const at = text.lastIndexOf('@');
  const [name, version] = at > 0 ? [text.slice(0, at), text.slice(at + 1)] : [text, null];
  if (/^\.{0,2}(?:\/|$)/.test(name)) return local(name);
  if (!/^@?[\w.~-]+(?:\/[\w.~-]+)*$/.test(name)) return unreadable();
  const exact = version !== null && /^v?\d+\.\d+(\.\d+)*([.+-][\w.+-]+)?$/.test(version) ? version : null;
  return registered(makePackage(type, name, version, exact));
}

/** Reads a spec as `wrapper` would; the doubt `variable` says that a part of it is filled in later. */
export function readSpec(type: Package['type'], text: string, wrapper: Wrapper): Spec {
  const spec = readWhole(type, text.trim().replace(/^(["'])(.*)\1$/, '$2'), wrapper);
  if (hasVariable(text) && !spec.doubts.includes('variable')) spec.doubts.push('variable');
  return spec;
}

function readWhole(type: Package['type'], text: string, wrapper: Wrapper): Spec {
  if (type === 'npm') return readNpm(text, wrapper.gitHosts);
  if (type === 'pypi') return readPypi(text);
  if (type === 'oci') return readImage(text, wrapper.images);
  return readPlain(type, text);
}
