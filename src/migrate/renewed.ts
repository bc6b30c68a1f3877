/**
 * Values that were set anew in a definition that goes through us, under names that its entry has already. The
 * name says what they are, so that it does not matter whether they look like secrets. Which names an entry
 * has only the opened vault tells: a plan, which does not ask the keychain, cannot know of them.
 */
import type { LaidSecret, Layout } from '../model/layout.ts';
import type { EditDisk } from '../model/migrate-host.ts';
import { isUsageError } from '../model/usage-error.ts';
import type { VaultEntry, VaultLabel } from './envelope.ts';
import { launchNow } from './launch.ts';
import type { Choice } from './plan.ts';
import type { Kit } from './rewrite.ts';
import type { Planned } from './try-all.ts';
import type { Vault } from './vault.ts';
import { Secret } from '../secrets/secret.ts';

/** The values of a definition under some names, but those that it has as secrets anyway. */
function ownLiterals({ env, headers, secrets: laid }: Layout, names: string[], { secrets }: Kit) {
  return [...env, ...headers].flatMap(({ name, pointer, value }): LaidSecret[] => {
    if (value === null || Secret.open(value) === '' || !names.includes(name)) return [];
    if (secrets.variables(value).length > 0 || laid.some((one) => one.pointer === pointer)) return [];
    const about = { field: name, storage: 'literal', index: null } as const;
    return [{ credential: `own:${pointer}`, pointer, secret: value, ...about }];
  });
}

/** A definition with its values under the names of its entry among its secrets. */
export function withOwn(layout: Layout, names: string[], kit: Kit): Layout {
  return { ...layout, secrets: [...layout.secrets, ...ownLiterals(layout, names, kit)] };
}

type Looking = { labels: VaultLabel[]; kit: Kit & { read: EditDisk['read'] }; choice: Choice };

export type Candidate = { entry: string; layout: Layout };

/** Definitions with an entry of their own and values beside it, of which the entry may have names. */
export function mayBeRenewed(layouts: Layout[], { labels, kit, choice }: Looking): Candidate[] {
  return layouts.flatMap((layout): Candidate[] => {
    const { tools, source, server, env, headers, scope } = layout;
    const names = [...env, ...headers].map(({ name }) => name);
    if (['managed', 'machine', 'extension'].includes(scope)) return [];
    if (ownLiterals(layout, names, kit).length === 0) return [];
    if (choice.tools.length > 0 && !tools.some((tool) => choice.tools.includes(tool))) return [];
    const entry = launchNow(layout, kit)?.entry;
    const label = labels.find(({ id }) => id === entry);
    if (entry === undefined || label?.binding.config !== source.path) return [];
    if (label.binding.pointer !== kit.secrets.show(layout.pointer)) return [];
    const isMeant = choice.only.length === 0 || [entry, server].some((id) => choice.only.includes(id));
    return isMeant ? [{ entry, layout }] : [];
  });
}

/** An entry; null also where nothing opens it, which undo and `exec` say. */
async function openIn(vault: Vault, entry: string): Promise<VaultEntry | null> {
  try {
    return await vault.get(entry);
  } catch (error) {
    if (isUsageError(error)) return null;
    throw error;
  }
}

/** Those of them that have a value under a name of their entry, as what is to be done. */
export async function renewed(
  candidates: Candidate[],
  vault: Vault,
  { kit, choice }: Omit<Looking, 'labels'>,
): Promise<Planned[]> {
  const found: Planned[] = [];
  for (const { entry, layout } of candidates) {
    const values = (await openIn(vault, entry))?.values ?? {};
    const wanted = ownLiterals(layout, Object.keys(values), kit);
    if (wanted.length === 0) continue;
    found.push({ entry, layout, wanted, stores: [], update: { isNamed: choice.only.includes(entry) } });
  }
  return found;
}
