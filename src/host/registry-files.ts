/**
 * Keys of the policy part of Windows' registry as files: `C:/registry:/Vendor/Product` holds the values of
 * that key as JSON, so that rules name it like any other place. No file can have a name with a colon. The
 * registry is asked once, and only where a rule looks there.
 */
import type { GapReason } from '../model/fact.ts';
import type { FileInfo, Host } from '../model/host.ts';
import { policiesKey, printedValues, query, valueOf } from './policy-registry.ts';
import { type RunProgram, runProgram } from './run-program.ts';

const folder = /^[A-Za-z]:[/\\]+registry:(?:[/\\]|$)/;

type Keys = Map<string, Record<string, unknown>>;

/** Values by key below the policies, in lower case with slashes. */
function keysOf(text: string): Keys {
  const keys: Keys = new Map();
  for (const printed of printedValues(text)) {
    const name = printed.key
      .slice(policiesKey.length + 1)
      .replaceAll('\\', '/')
      .toLowerCase();
    keys.set(name, { ...keys.get(name), [printed.name]: valueOf(printed) });
  }
  return keys;
}

type Files = Pick<Host, 'look' | 'read'>;

/** The files of a host, and the registry's beside them. */
export function withRegistry(files: Files, run: RunProgram = runProgram): Files {
  let known: Keys | { refused: GapReason } | null = null;
  const asked = (): Keys | { refused: GapReason } => {
    if (known !== null) return known;
    const { text, refused } = query(run, policiesKey, '/s');
    // Half of it is none: who knows which policies are in the other one.
    known = refused === null ? keysOf(text) : { refused: 'unsupported' };
    return known;
  };
  const nameOf = (path: string): string =>
    path
      .replaceAll('\\', '/')
      .replace(/^[A-Za-z]:\/+registry:\/?/, '')
      .toLowerCase();
  const info = (path: string, size: number, type: FileInfo['type']): FileInfo => {
    return { type, size, mode: null, uid: null, modifiedAt: 0, realPath: path };
  };
  const bytesOf = (keys: Keys, path: string): Buffer | null => {
    const values = keys.get(nameOf(path));
    return values === undefined ? null : Buffer.from(JSON.stringify(values));
  };
  return {
    look(path, boundary) {
      if (!folder.test(path)) return files.look(path, boundary);
      const keys = asked();
      if (!(keys instanceof Map)) return keys;
      const bytes = bytesOf(keys, path);
      if (bytes !== null) return info(path, bytes.length, 'file');
      const above = nameOf(path) === '' ? '' : `${nameOf(path)}/`;
      return [...keys.keys()].some((key) => key.startsWith(above)) ? info(path, 0, 'directory') : null;
    },
    read(path, boundary, maxBytes) {
      if (!folder.test(path)) return files.read(path, boundary, maxBytes);
      const keys = asked();
      if (!(keys instanceof Map)) return keys;
      const bytes = bytesOf(keys, path);
      if (bytes === null) return null;
      return bytes.length > maxBytes
        ? { refused: 'too-large' }
        : { bytes, info: info(path, bytes.length, 'file') };
    },
  };
}
