/**
 * What is around a command when it starts: the folder, through whom it talks and whom it trusts. None of it
 * changes what a definition names, and all of it may change what comes of that. Values stay closed.
 */
import type { Secret } from '../secrets/secret.ts';
import type { End, Walk } from './walk.ts';

/** Whether a variable of a list, in either case, has a value. */
function isSet({ env }: Walk, variables: string[]): boolean {
  const names = new Set(variables.map((name) => name.toUpperCase()));
  return [...env].some(
    ([name, value]) => value !== null && value.length > 0 && names.has(name.toUpperCase()),
  );
}

/** Whether what lies in the folder where it starts may run instead of what it names. */
function startsElsewhere(walk: Walk, { identity, kind }: End, cwd: Secret | null): boolean {
  if ((cwd === null || cwd.length === 0) && walk.folder === null) return false;
  const around = walk.wrappers.filter(({ id }) => walk.via.includes(id));
  if (around.some(({ folderFirst }) => folderFirst)) return true;
  // A file of the folder is named with it; a package only seems to come from its registry.
  if (kind !== 'command' && around.some(({ projectFirst }) => projectFirst)) return true;
  const file = cwd !== null && identity?.startsWith('command:') ? identity.slice('command:'.length) : '';
  return /[\\/.]/.test(file) && !/^(?:[\\/~$%]|[A-Za-z]:)/.test(file);
}

/**
 * Notes what a definition says of the surroundings. Behind a bridge a proxy or an authority of its own is a
 * doubt of whom it reaches; what is fetched from a registry takes both to be replaced.
 */
export function noteSurroundings(walk: Walk, end: End, cwd: Secret | null): void {
  if (startsElsewhere(walk, end, cwd)) walk.doubts.add('working-folder');
  const bridged = end.kind === 'remote' && walk.via.length > 0;
  if (!bridged && end.kind !== 'package') return;
  const proxy = isSet(
    walk,
    walk.wrappers.flatMap(({ proxies }) => proxies),
  );
  const authority = isSet(
    walk,
    walk.wrappers.flatMap(({ authorities }) => authorities),
  );
  if (proxy && (bridged || authority)) walk.doubts.add('own-proxy');
  if (authority && (bridged || proxy)) walk.doubts.add('own-ca');
}
