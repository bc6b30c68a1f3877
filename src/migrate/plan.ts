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
import { afterwards, reasonWords } from './reasons.ts';
import { type StepKit, type Tried, tryStep } from './step.ts';

/** Which secrets are meant: of tools, and of checks, facts, findings or entries by id; empty is all. */
export type Choice = { only: string[]; tools: string[] };

/** One definition that would be rewritten. */
export type Planned = { entry: string; layout: Layout; wanted: LaidSecret[] };

export type Planning = { items: PlanItem[]; planned: Planned[] };

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
export function entryOf({ name, server }: Layout, wanted: LaidSecret[]): string {
  const slug = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40);
  const ids = wanted.map(({ credential, pointer }) => `${credential}\0${pointer}`).toSorted();
  const digest = createHash('sha256')
    .update([server, ...ids].join('\0'))
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

function tryAll(layout: Layout, wanted: LaidSecret[], facts: Credential[], kit: PlanKit): Tried {
  const refuse = (reason: Staying): Tried => ({
    step: null,
    stays: wanted.map((secret) => ({ secret, reason })),
  });
  const closed = closedFor(layout, facts);
  if (closed !== null) return refuse(closed);
  const got = kit.read(layout.source.path, layout.source.boundary);
  if ('refused' in got) return refuse(refusals[got.refused]);
  return tryStep(layout, wanted, got.bytes, entryOf(layout, wanted), kit);
}

export type PlanKit = StepKit & { read: EditDisk['read'] };

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

/** The plan for what a scan reported. */
export function makePlan(report: Report, layouts: Layout[], choice: Choice, kit: PlanKit): Planning {
  const facts = report.facts.filter(
    (fact) => fact.kind === 'credential' && fact.severity !== 'info' && fact.protection === 'plaintext',
  ) as Credential[];
  const chosen = new Map(
    facts.filter((fact) => isChosen(fact, report, choice)).map((fact) => [fact.id, fact]),
  );
  const planned: Planned[] = [];
  const known = new Map<string, Decision>();
  // Who might read a file is told from who is there by the report alone.
  const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
  for (const one of layouts) {
    const layout = { ...one, tools: readers.get(one.server) ?? one.tools };
    const wanted = layout.secrets.filter(({ credential }) => chosen.has(credential));
    if (wanted.length === 0) continue;
    const tried = tryAll(
      layout,
      wanted,
      wanted.map(({ credential }) => chosen.get(credential)!),
      kit,
    );
    if (tried.step !== null) planned.push({ entry: tried.step.entry, layout, wanted });
    for (const [id, what] of decided(tried)) known.set(id, what);
  }
  const items = [...chosen.values()].map((fact) => {
    const what = known.get(fact.id) ?? outside(fact);
    return typeof what === 'string' ? itemOf(fact, null, what) : itemOf(fact, what, null);
  });
  return { items, planned };
}
