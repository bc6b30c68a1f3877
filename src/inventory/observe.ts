/**
 * One decoded source -> facts, leads and switches, by the rows that claim it. Knows fact kinds, no product:
 * the keys under `proves:` are the observers below.
 */
import type { Claim, Source } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { ServerRow } from '../model/tool.ts';
import type { Flaw, Tree } from '../model/tree.ts';
import { asMap, select } from '../parse/select.ts';
import type { Secrets } from '../secrets/engine.ts';
import type { Secret } from '../secrets/secret.ts';
import { observeAccounts } from './account.ts';
import { observeCommands } from './command.ts';
import { observeCredentials } from './credential.ts';
import type { Draft, Observed, Scene } from './draft.ts';
import { observeEndpoints } from './endpoint.ts';
import { observeExtensions } from './extension.ts';
import { observeInstruction } from './instruction.ts';
import { observeLeads, observeVariables } from './lead.ts';
import { observePermissions } from './permission.ts';
import { observePolicies } from './policy.ts';
import { observeProfiles } from './profile.ts';
import { observeRest } from './rest.ts';
import { observeDefinition, observeServers } from './server.ts';
import { observeSwitches } from './switch.ts';

const nothing: Observed = { drafts: [], leads: [], switches: [] };

function observeClaim(scene: Scene): Observed {
  const { proves = {} } = scene.claim.row;
  const parts = [
    proves.server ? observeServers(scene, proves.server) : nothing,
    proves.credential ? observeCredentials(scene, proves.credential) : nothing,
    proves.account ? observeAccounts(scene, proves.account) : nothing,
    proves.extension ? observeExtensions(scene, proves.extension) : nothing,
    proves.profile ? observeProfiles(scene, proves.profile) : nothing,
    proves.permission ? observePermissions(scene, proves.permission) : nothing,
    proves.endpoint ? observeEndpoints(scene, proves.endpoint) : nothing,
    proves.command ? observeCommands(scene, proves.command) : nothing,
    proves.instruction ? observeInstruction(scene, proves.instruction) : nothing,
    proves.policy ? observePolicies(scene, proves.policy) : nothing,
  ];
  return {
    drafts: parts.flatMap((part) => part.drafts),
    leads: [
      ...parts.flatMap((part) => part.leads),
      ...observeLeads(scene, 'workspace', proves.workspace ?? []),
      ...observeVariables(scene, proves.variables ?? []),
      ...Object.entries(proves.lead ?? {}).flatMap(([base, rows]) => observeLeads(scene, base, rows)),
    ],
    switches: proves.switch ? observeSwitches(scene, proves.switch) : [],
  };
}

/** Whether a map reads like a server definition rather than like anything else under a common key. */
function looksLikeServer(scene: Scene, tree: Tree): boolean {
  const { command = [], url = [] } = scene.rules.server.fields;
  return [...command, ...url].some((selector) => {
    const found = select(tree, selector, scene.secrets)[0];
    return found !== undefined && found.node.type !== 'map';
  });
}

/**
 * Servers under a key that another client uses: present, but not loaded by those who read this file. Users
 * paste them so, and believe that they work (or, after a review, that they are gone).
 */
function observeMisplaced(scene: Scene, known: Set<string>): Observed {
  const row: ServerRow = { at: ['.'] };
  const found: Observed = { drafts: [], leads: [], switches: [] };
  for (const map of scene.rules.server.maps) {
    for (const match of select(scene.tree, map, scene.secrets)) {
      if (!asMap(match.node) || known.has(match.pointer) || !looksLikeServer(scene, match.node)) continue;
      found.drafts.push(...observeDefinition(scene, row, match, 'not-loaded').drafts);
    }
  }
  return found;
}

/** Drafts without the tokens in fields of servers that some row says more of. */
function withoutStrays(drafts: Draft[]): Draft[] {
  const at = ({ fact }: Draft): string => fact.origin.pointer ?? '';
  const known = new Set(drafts.filter(({ fact, stray }) => fact.kind === 'credential' && !stray).map(at));
  return drafts.filter((draft) => !draft.stray || !known.has(at(draft)));
}

/** Left out for its size, not for what a text inside a text is: any cell may hold something else. */
const counted = new Set<Flaw['reason']>(['too-large', 'too-deep', 'unsupported']);

/**
 * All that a source proves, and what of it had to be left out. `trees` holds it decoded, one entry per claim;
 * `text` is all of it, where it is text.
 */
export function observe(
  source: Source,
  trees: Map<Claim, Tree>,
  rules: Ruleset,
  secrets: Secrets,
  text: Secret | null = null,
): Observed & { flaws: Flaw[] } {
  const flaws: Flaw[] = [];
  const flaw = (one: Flaw): void => {
    if (counted.has(one.reason)) flaws.push(one);
  };
  const kit = { ...secrets, flaw };
  const scenes = [...trees].map(([claim, tree]): Scene => ({
    source,
    claim,
    tree,
    rules,
    secrets: kit,
    text,
  }));
  const all = scenes.map(observeClaim);
  const pointers = new Set(
    all
      .flatMap(({ drafts }) => drafts)
      .flatMap(({ fact }) => (fact.kind === 'server' ? [fact.origin.pointer ?? ''] : [])),
  );
  for (const scene of scenes) {
    // The probe's rows name all spellings, and know of nobody who would not load them.
    const { row, tool } = scene.claim;
    if (row.proves?.server && tool.probe === undefined) all.push(observeMisplaced(scene, pointers));
  }
  const drafts = all.flatMap((one) => one.drafts);
  const nothingRead: Tree = { type: 'scalar', value: null, at: { line: 1, column: 1 } };
  const rest =
    text === null
      ? []
      : observeRest(source.claims, text, drafts, (claim) => {
          return { source, claim, tree: trees.get(claim) ?? nothingRead, rules, secrets: kit };
        });
  return {
    drafts: [...withoutStrays(drafts), ...rest],
    leads: all.flatMap((one) => one.leads),
    switches: all.flatMap((one) => one.switches),
    flaws,
  };
}
