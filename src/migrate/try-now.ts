/**
 * One planned definition and its file as it is at this moment, with the vault open -> what is to be done. It
 * reads the vault and changes nothing.
 */
import type { Layout } from '../model/layout.ts';
import type { Staying } from '../model/plan.ts';
import { readText } from '../parse/encoding.ts';
import type { Work } from './carry-out.ts';
import { launchIn } from './launch.ts';
import { readRecord } from './record.ts';
import { withOwn } from './renewed.ts';
import { type Tried, tryStep } from './step.ts';
import type { Planned } from './try-all.ts';
import { tryUpdate } from './update.ts';

type Tries = { layout: Layout; bytes: Buffer; entry: string };

/** What is to be done to a definition as it is now; for one that goes through us, with what its entry has. */
export async function tryNow(
  { vault, kit }: Pick<Work, 'vault' | 'kit'>,
  planned: Planned,
  { layout, bytes, entry }: Tries,
): Promise<Tried> {
  const meant = new Set(planned.wanted.map(({ credential }) => credential));
  const secrets = layout.secrets.filter(({ credential }) => meant.has(credential));
  const wanted = { secrets, stores: planned.stores };
  if (planned.update === null) return tryStep({ layout, wanted, bytes, entry }, kit);
  const refused = (reason: Staying | null): Tried => ({ step: null, stays: [], reason });
  const launch = launchIn(layout, readText(bytes), kit.rules);
  if (launch?.entry !== entry) return refused('changed');
  const [kept, whole] = [await readRecord(vault, entry), await vault.get(entry)];
  if (kept === null || whole === null) return refused('entry-missing');
  const own = withOwn(layout, Object.keys(whole.values), kit);
  secrets.push(...own.secrets.filter((one) => !layout.secrets.includes(one)));
  const asked = { layout: own, wanted, bytes, entry };
  // An earlier run has done it.
  if (secrets.length === 0 && planned.stores.every((one) => whole.stores?.includes(one)))
    return refused(null);
  const { isNamed } = planned.update;
  return tryUpdate(asked, launch, { label: whole, isNamed, whole: { kept, entry: whole } }, kit);
}
