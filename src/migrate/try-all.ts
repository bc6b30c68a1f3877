/**
 * One definition of a scan -> what would be done to it as its file is now: moved, put into the entry that it
 * has, or left alone, and why. It reads the file and changes nothing.
 */
import { createHash } from 'node:crypto';
import type { FactOf } from '../model/fact.ts';
import type { LaidSecret, Layout } from '../model/layout.ts';
import type { EditDisk, EditRefusal } from '../model/migrate-host.ts';
import type { Staying } from '../model/plan.ts';
import { readText } from '../parse/encoding.ts';
import type { Secret } from '../secrets/secret.ts';
import type { VaultLabel } from './envelope.ts';
import { isLaunched, launchIn, launchOf } from './launch.ts';
import type { Wanted } from './rewrite.ts';
import { type StepKit, type Tried, tryStep } from './step.ts';
import { tryUpdate } from './update.ts';

/**
 * One definition that would be rewritten. `update`: it is started through its entry already, which gets what
 * is new; `isNamed`: a changed command may have it.
 */
export type Planned = {
  entry: string;
  layout: Layout;
  wanted: LaidSecret[];
  stores: string[];
  update: { isNamed: boolean } | null;
};

/** `commands` are the command lines of what runs now, `labels` what there is in the vault. */
export type PlanKit = StepKit & { read: EditDisk['read']; commands(): Secret[][]; labels: VaultLabel[] };

/** `only`: all that is named, entries that a changed command may have among it. */
type Chosen = { kit: PlanKit; only: string[]; layouts: Layout[] };

const refusals: Record<EditRefusal, Staying> = {
  absent: 'changed',
  link: 'link',
  'several-names': 'several-names',
  foreign: 'foreign',
  unreadable: 'changed',
  'too-large': 'layout',
};

/** Id of what a definition's secrets would be kept under: equal for equal definitions and secrets. */
export function entryOf({ name, server }: Layout, { secrets, stores }: Wanted): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  const ids = secrets.map(({ credential, pointer }) => `${credential}\0${pointer}`).toSorted();
  const digest = createHash('sha256')
    .update([server, ...ids, ...stores].join('\0'))
    .digest('hex');
  return [...(slug === '' ? [] : [slug]), digest.slice(0, 12)].join('-');
}

/** Why nothing of a file is moved, whatever is in it. */
function closedFor(layout: Layout, facts: FactOf<'credential'>[]): Staying | null {
  if (['managed', 'machine', 'extension'].includes(layout.scope)) return 'managed';
  const states = facts.map(({ git }) => git?.state);
  return states.some((state) => state === 'tracked' || state === 'staged') ? 'repository' : null;
}

/** Whether a definition has the entry of another one, which is still there, as a copy of it has. */
function isCopy(
  layout: Layout,
  { id, binding }: VaultLabel,
  { kit, layouts }: Pick<Chosen, 'kit' | 'layouts'>,
) {
  const isOwn = ({ source, pointer }: Layout): boolean =>
    source.path === binding.config && kit.secrets.show(pointer) === binding.pointer;
  return !isOwn(layout) && layouts.some((one) => isOwn(one) && launchOf(one)?.entry === id);
}

export type TriedAll = Tried & { update: Planned['update'] };

/** What would be done to a definition. */
export function tryAll(
  layout: Layout,
  wanted: Wanted,
  facts: FactOf<'credential'>[],
  { kit, only, layouts }: Chosen,
): TriedAll {
  const refuse = (reason: Staying): TriedAll => ({
    step: null,
    stays: wanted.secrets.map((secret) => ({ secret, reason })),
    reason,
    update: null,
  });
  const closed = closedFor(layout, facts);
  if (closed !== null) return refuse(closed);
  const got = kit.read(layout.source.path, layout.source.boundary);
  if ('refused' in got) return refuse(refusals[got.refused]);
  const launch = launchIn(layout, readText(got.bytes), kit.rules);
  const asked = { layout, wanted, bytes: got.bytes };
  if (launch === null)
    return isLaunched(layout)
      ? refuse('launched')
      : { ...tryStep({ ...asked, entry: entryOf(layout, wanted) }, kit), update: null };
  const { entry } = launch;
  const label = kit.labels.find(({ id, binding }) => id === entry && binding.config === layout.source.path);
  if (label === undefined || isCopy(layout, label, { kit, layouts })) return refuse('entry-missing');
  const isNamed = only.includes(entry);
  return {
    ...tryUpdate({ ...asked, entry }, launch, { label, isNamed, whole: null }, kit),
    update: { isNamed },
  };
}
