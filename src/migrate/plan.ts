/**
 * What a scan found -> what would be moved, and what stays and why. It looks at the configs once more and
 * changes nothing. It does not know the keychain: whether there is one shows when a plan is carried out.
 */
import type { FactOf } from '../model/fact.ts';
import type { Layout } from '../model/layout.ts';
import type { PlanItem, Staying } from '../model/plan.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import { Secret } from '../secrets/secret.ts';
import { launchOf } from './launch.ts';
import { filesId } from './launcher/entries.ts';
import { type Store, isRunning, keysOf, storesOf } from './launcher/stores.ts';
import { afterwards, reasonWords } from './reasons.ts';
import type { Wanted } from './rewrite.ts';
import { type PlanKit, type Planned, type TriedAll, tryAll } from './try-all.ts';

/** Which secrets are meant: of tools, and of checks, facts, findings or entries by id; empty is all. */
export type Choice = { only: string[]; tools: string[] };

/** `stores`: files of the bridge that go into the vault with the definitions that use them. */
export type Planning = { items: PlanItem[]; planned: Planned[]; stores: Store[] };

type Credential = FactOf<'credential'>;
type Going = { entry: string; becomes: string; isUpdate: boolean };
type Decision = Going | Staying;

/** Why a secret outside of definitions stays. */
function outside({ storage }: Credential): Staying {
  if (['oauth-file', 'key-file', 'credential-file', 'database'].includes(storage)) return 'own-store';
  return storage === 'literal' ? 'field' : 'in-text';
}

/** Ids by which a choice may mean a fact: its own, its findings', and its definition's and entry's. */
function namesOf(fact: Credential, report: Report, layouts: Layout[]): string[] {
  const findings = report.findings.filter((finding) => finding.fact === fact.id);
  const own = layouts.filter(({ secrets }) => secrets.some(({ credential }) => credential === fact.id));
  return [
    fact.id,
    ...findings.flatMap(({ id, check, fingerprint }) => [id, check, fingerprint]),
    ...own.flatMap((layout) => [layout.server, launchOf(layout)?.entry ?? []].flat()),
  ];
}

/** All ids by which a choice may mean something that is there. */
export function namesIn(report: Report, layouts: Layout[]): string[] {
  const facts = report.facts.filter(({ kind }) => kind === 'credential');
  return [...new Set(facts.flatMap((fact) => namesOf(fact as Credential, report, layouts)))];
}

type Seen = { report: Report; layouts: Layout[] };

function isChosen(fact: Credential, { report, layouts }: Seen, { only, tools }: Choice): boolean {
  if (tools.length > 0 && !fact.tools.some((tool) => tools.includes(tool))) return false;
  return only.length === 0 || namesOf(fact, report, layouts).some((name) => only.includes(name));
}

function itemOf(
  fact: Credential,
  at: Going | null,
  reason: Staying | null,
  { tools: known }: Pick<Ruleset, 'tools'>,
): PlanItem {
  const { id, tools, user, serverName, field, secret, origin } = fact;
  const words = reason === null ? null : reasonWords(reason);
  const hints = known.flatMap((tool) => (tools.includes(tool.id) ? (tool.references?.header ?? []) : []));
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
    action: at === null ? 'stay' : at.isUpdate ? 'update' : 'move',
    entry: at?.entry ?? null,
    becomes: at?.becomes ?? null,
    reason,
    why: words?.why ?? null,
    todo: [...(reason === 'header' ? hints : []), ...(words?.todo ?? [afterwards]), ...where],
  };
}

/** What was decided of each secret of a definition, by its fact. */
function decided({ step, stays, update }: TriedAll): Map<string, Decision> {
  const all = new Map<string, Decision>();
  for (const { secret, becomes } of step?.moved ?? [])
    all.set(secret.credential, { entry: step!.entry, becomes, isUpdate: update !== null });
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

/** `only`: what is named, entries that may be sealed to a changed command among it. */
type Chosen = { facts: Map<string, Credential>; layouts: Layout[]; kit: PlanKit; only: string[] };

/** Why the files of the bridge stay; null when all who use them can go to the vault for them. */
function whyStored({ servers }: Store, chosen: Chosen): Staying | null {
  const { facts, layouts, kit } = chosen;
  if (servers.length === 0) return 'unused';
  for (const layout of layouts.filter(({ server }) => servers.includes(server))) {
    if (isRunning(layout, kit.commands())) return 'running';
    if (goesThere(layout)) continue;
    const secrets = layout.secrets.filter(({ credential }) => facts.has(credential));
    const own = secrets.map(({ credential }) => facts.get(credential)!);
    const { step, reason } = tryAll(layout, { secrets, stores: keysOf(layout) }, own, chosen);
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
    for (const id of store.credentials)
      known.set(id, reason ?? { entry: filesId(store.prefix), becomes, isUpdate: false });
  }
  return { stores, known };
}

/** The plan for what a scan reported. */
export function makePlan(report: Report, all: Layout[], choice: Choice, kit: PlanKit): Planning {
  const facts = report.facts.filter(
    (fact) => fact.kind === 'credential' && fact.severity !== 'info' && fact.protection === 'plaintext',
  ) as Credential[];
  const picked = facts
    .filter((fact) => isChosen(fact, { report, layouts: all }, choice))
    .map((fact) => [fact.id, fact] as const);
  // Who might read a file is told from who is there by the report alone.
  const readers = new Map(report.facts.map(({ id, tools }) => [id, tools]));
  const layouts = all.map((one) => ({ ...one, tools: readers.get(one.server) ?? one.tools }));
  const chosen: Chosen = { facts: new Map(picked), layouts, kit, only: choice.only };
  const { stores, known } = planStores(chosen);
  const planned: Planned[] = [];
  for (const layout of layouts) {
    const isStored = stores.some(({ servers }) => servers.includes(layout.server)) && !goesThere(layout);
    const secrets = layout.secrets.filter(({ credential }) => chosen.facts.has(credential));
    const wanted: Wanted = { secrets, stores: isStored ? keysOf(layout) : [] };
    if (secrets.length === 0 && !isStored) continue;
    const own = secrets.map(({ credential }) => chosen.facts.get(credential)!);
    const tried = tryAll(layout, wanted, own, chosen);
    const { step, update } = tried;
    if (step !== null)
      planned.push({ entry: step.entry, layout, wanted: secrets, stores: wanted.stores, update });
    for (const [id, what] of decided(tried)) known.set(id, what);
  }
  const items = [...chosen.facts.values()].map((fact) => {
    const what = known.get(fact.id) ?? outside(fact);
    return typeof what === 'string'
      ? itemOf(fact, null, what, kit.rules)
      : itemOf(fact, what, null, kit.rules);
  });
  return { items, planned, stores };
}
