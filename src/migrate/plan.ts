/**
 * What a scan found -> what would be moved, and what stays and why. It looks at the configs once more and
 * changes nothing. It does not know the keychain: whether there is one shows when a plan is carried out.
 */
import { createHash } from 'node:crypto';
import type { FactOf } from '../model/fact.ts';
import type { LaidSecret, Layout } from '../model/layout.ts';
import type { EditDisk, EditRefusal } from '../model/migrate-host.ts';
import type { PlanItem, Staying } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import { Secret } from '../secrets/secret.ts';
import { filesId } from './launcher/entries.ts';
import { type Store, isRunning, keysOf, storesOf } from './launcher/stores.ts';
import { afterwards, reasonWords } from './reasons.ts';
import type { Wanted } from './rewrite.ts';
import { type StepKit, type Tried, tryStep } from './step.ts';

/** Which secrets are meant: of tools, and of checks, facts, findings or entries by id; empty is all. */
export type Choice = { only: string[]; tools: string[] };

/** One definition that would be rewritten. */
export type Planned = { entry: string; layout: Layout; wanted: LaidSecret[]; stores: string[] };

/** `stores`: files of the bridge that go into the vault with the definitions that use them. */
export type Planning = { items: PlanItem[]; planned: Planned[]; stores: Store[] };

type Credential = FactOf<'credential'>;
type Decision = { entry: string; becomes: string } | Staying;

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

/** Why a secret outside of definitions stays. */
function outside({ storage }: Credential): Staying {
  if (['oauth-file', 'key-file', 'credential-file', 'database'].includes(storage)) return 'own-store';
  return storage === 'literal' ? 'field' : 'in-text';
}

/** Why nothing of a file is moved, whatever is in it. */
function closedFor(layout: Layout, facts: Credential[]): Staying | null {
  if (['managed', 'machine', 'extension'].includes(layout.scope)) return 'managed';
  const states = facts.map(({ git }) => git?.state);
  return states.some((state) => state === 'tracked' || state === 'staged') ? 'repository' : null;
}

function tryAll(layout: Layout, wanted: Wanted, facts: Credential[], kit: PlanKit): Tried {
  const refuse = (reason: Staying): Tried => ({
    step: null,
    stays: wanted.secrets.map((secret) => ({ secret, reason })),
    reason,
  });
  const closed = closedFor(layout, facts);
  if (closed !== null) return refuse(closed);
  const got = kit.read(layout.source.path, layout.source.boundary);
  if ('refused' in got) return refuse(refusals[got.refused]);
  return tryStep({ layout, wanted, bytes: got.bytes, entry: entryOf(layout, wanted) }, kit);
}

/** `commands` are the command lines of what runs now. */
export type PlanKit = StepKit & { read: EditDisk['read']; commands(): Secret[][] };

/** Ids by which a choice may mean a fact. */
function namesOf(fact: Credential, report: Report): string[] {
  const findings = report.findings.filter((finding) => finding.fact === fact.id);
  return [fact.id, ...findings.flatMap(({ id, check, fingerprint }) => [id, check, fingerprint])];
}

function isChosen(fact: Credential, report: Report, { only, tools }: Choice): boolean {
  if (tools.length > 0 && !fact.tools.some((tool) => tools.includes(tool))) return false;
  return only.length === 0 || namesOf(fact, report).some((name) => only.includes(name));
}

function itemOf(
  fact: Credential,
  at: { entry: string; becomes: string } | null,
  reason: Staying | null,
): PlanItem {
  const { id, tools, user, serverName, field, secret, origin } = fact;
  const words = reason === null ? null : reasonWords(reason);
  const where = secret.rotate === null ? [] : [`its provider revokes it at ${secret.rotate}`];
  return {
    credential: id,
    tools,
    user,
    server: serverName,
    field,
    type: secret.type,
    masked: secret.masked,
    origin,
    action: at === null ? 'stay' : 'move',
    entry: at?.entry ?? null,
    becomes: at?.becomes ?? null,
    reason,
    why: words?.why ?? null,
    todo: [...(words?.todo ?? [afterwards]), ...where],
  };
}

/** What was decided of each secret of a definition, by its fact. */
function decided({ step, stays }: Tried): Map<string, Decision> {
  const all = new Map<string, Decision>();
  for (const { secret, becomes } of step?.moved ?? [])
    all.set(secret.credential, { entry: step!.entry, becomes });
  // What moves in part stays in part.
  for (const { secret, reason } of stays) all.set(secret.credential, reason);
  return all;
}

/** Whether a definition goes to the vault for the bridge's files already. */
function goesThere({ via, args }: Layout): boolean {
  const words = args.map(({ value }) => (value === null ? '' : Secret.open(value)));
  const end = words.indexOf('--');
  return via[0] === 'shadowscan-exec' && end > 0 && words.slice(0, end).includes('--mcp-auth');
}

type Chosen = { facts: Map<string, Credential>; layouts: Layout[]; kit: PlanKit };

/** Why the files of the bridge stay; null when all who use them can go to the vault for them. */
function whyStored({ servers }: Store, { facts, layouts, kit }: Chosen): Staying | null {
  if (servers.length === 0) return 'unused';
  for (const layout of layouts.filter(({ server }) => servers.includes(server))) {
    if (isRunning(layout, kit.commands())) return 'running';
    if (goesThere(layout)) continue;
    const secrets = layout.secrets.filter(({ credential }) => facts.has(credential));
    const own = secrets.map(({ credential }) => facts.get(credential)!);
    const { step, reason } = tryAll(layout, { secrets, stores: keysOf(layout) }, own, kit);
    if (step === null) return reason ?? 'layout';
  }
  return null;
}

/** Files of the bridge: those that can move, and what is decided of the secrets in all of them. */
function planStores(chosen: Chosen): { stores: Store[]; known: Map<string, Decision> } {
  const stores: Store[] = [];
  const known = new Map<string, Decision>();
  for (const store of storesOf([...chosen.facts.values()], chosen.layouts)) {
    const reason = whyStored(store, chosen);
    if (reason === null) stores.push(store);
    const becomes = 'files of the bridge, which the launcher gives it in a private folder while it runs';
    for (const id of store.credentials) known.set(id, reason ?? { entry: filesId(store.prefix), becomes });
  }
  return { stores, known };
}

/** The plan for what a scan reported. */
export function makePlan(report: Report, all: Layout[], choice: Choice, kit: PlanKit): Planning {
  const facts = report.facts.filter(
    (fact) => fact.kind === 'credential' && fact.severity !== 'info' && fact.protection === 'plaintext',
  ) as Credential[];
  const picked = facts
    .filter((fact) => isChosen(fact, report, choice))
    .map((fact) => [fact.id, fact] as const);
  // Who might read a file is told from who is there by the report alone.
  const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
  const layouts = all.map((one) => ({ ...one, tools: readers.get(one.server) ?? one.tools }));
  const chosen: Chosen = { facts: new Map(picked), layouts, kit };
  const { stores, known } = planStores(chosen);
  const planned: Planned[] = [];
  for (const layout of layouts) {
    const isStored = stores.some(({ servers }) => servers.includes(layout.server)) && !goesThere(layout);
    const secrets = layout.secrets.filter(({ credential }) => chosen.facts.has(credential));
    const wanted: Wanted = { secrets, stores: isStored ? keysOf(layout) : [] };
    if (secrets.length === 0 && !isStored) continue;
    const own = secrets.map(({ credential }) => chosen.facts.get(credential)!);
    const tried = tryAll(layout, wanted, own, kit);
    if (tried.step !== null)
      planned.push({ entry: tried.step.entry, layout, wanted: secrets, stores: wanted.stores });
    for (const [id, what] of decided(tried)) known.set(id, what);
  }
  const items = [...chosen.facts.values()].map((fact) => {
    const what = known.get(fact.id) ?? outside(fact);
    return typeof what === 'string' ? itemOf(fact, null, what) : itemOf(fact, what, null);
  });
  return { items, planned, stores };
}
