/**
 * The list of an MCP registry as entries for people to review: read and judged by the very code that reads a
 * registry as the list of a scan, so that both mean the same, with a reason for all that is left out.
 */
import { type Imported, type Json, carry, leave, together } from './imported.ts';
import { registryEntries } from './registry-list.ts';
import { readRegistryPage } from './registry-page.ts';

/** Whether a document is of this kind. */
export function isRegistry(value: Json): boolean {
  return Array.isArray(value['servers']);
}

/** What a registry lists, as entries. `usual` are the domains that launchers fetch from anyway. */
export function importRegistry(value: Json, usual: readonly string[]): Imported {
  const page = readRegistryPage(value);
  if (page === null) return leave('servers', 'expected a list');
  const { made, left } = registryEntries(page.servers, () => usual);
  const carried = made.map(({ side, entry: { id = '', ...entry }, from }) =>
    carry(side, entry, `registry: ${id}`, from),
  );
  const cut =
    page.nextCursor === null
      ? []
      : [leave('metadata', 'further pages are not in this file: fetch them as well')];
  const reasons = [...page.left, ...left].map(([from, why]) => leave(from, why));
  return together([...carried, ...reasons, ...cut]);
}
