/**
 * Facts against an allowlist: approved, denied, neither, or not to be told. A denial wins over every
 * approval, and what cannot be told is never approved. Names that a configuration gives to servers are not
 * looked at.
 */
import { runs } from '../identity/package-of.ts';
import { lies } from '../identity/range.ts';
import type { Allowlist, Approvable, Approver, Decision } from '../model/allowlist.ts';
import type { AgentFact, ExtensionFact, ServerFact } from '../model/fact.ts';
import { doubtInWords, openDoubts, unaccepted } from './doubts.ts';
import { type Entry, entriesOf, subjectOf } from './entry.ts';
import { approves, denies } from './match-server.ts';
import { type Meant, type Setting, settingFits, settingName, speaksOf } from './match-settings.ts';
import type { Fit } from './package.ts';
import { isInScope } from './scope.ts';

export type Sides = { approve: Entry[]; deny: Entry[]; host: string };

const unjudged: Decision = { verdict: 'unjudged', approval: null, why: null };

function denied(one: Entry): Decision {
  const { reason } = one.entry;
  const why = `denied by ${one.name} (${subjectOf(one)})${reason === undefined ? '' : `: ${reason}`}`;
  return { verdict: 'denied', approval: one.approval, why };
}

/** The first approval that fits and counts, else the reason that comes closest to one. */
function approved(entries: Entry[], fits: (one: Entry) => Meant, none: string): Decision {
  const misses: string[] = [];
  const unknown: string[] = [];
  for (const one of entries) {
    const fit = fits(one);
    if (fit === false) continue;
    if (fit === true && !one.expired) {
      return {
        verdict: 'approved',
        approval: one.approval,
        why: `approved by ${one.name} (${subjectOf(one)})`,
      };
    }
    if (typeof fit === 'object') unknown.push(fit.unknown);
    else
      misses.push(
        fit === true ? `${one.name} expired on ${one.expires?.slice(0, 10)}` : `${one.name}: ${fit}`,
      );
  }
  if (unknown.length > 0) return { verdict: 'unverifiable', approval: null, why: unknown[0]! };
  return { verdict: 'unapproved', approval: null, why: misses[0] ?? none };
}

/** Entries of a side that hold for a fact: its clients, user and host. */
function inScope(sides: Sides, side: 'approve' | 'deny', fact: Approvable): Entry[] {
  return sides[side].filter(({ entry }) => isInScope(entry, side, fact, sides.host));
}

/** What an entry would have to say to mean the server. */
function wouldApprove(fact: ServerFact): string {
  const found = runs(fact);
  if (found === null) return String(fact.identity);
  return found.type === 'oci' ? `image ${found.name}` : `${found.type}:${found.name}`;
}

/** An approval that means a server, unless it leaves doubts about its surroundings open. */
function surelyApproves(one: Entry, fact: ServerFact): Meant {
  const fit = approves(one, fact);
  const open = fit === true && !one.expired ? unaccepted(one.entry, fact) : [];
  return open.length === 0
    ? fit
    : { unknown: `${one.name} would approve it, but ${open.map(doubtInWords).join('; ')}` };
}

function decideServer(fact: ServerFact, sides: Sides): Decision {
  const denial = inScope(sides, 'deny', fact).find((one) => denies(one, fact));
  if (denial) return denied(denial);
  const doubts = openDoubts(fact.doubts);
  if (doubts.length > 0 || fact.identity === null) {
    const why = doubts.length > 0 ? doubts.join('; ') : 'nothing in the definition tells what would run';
    return { verdict: 'unverifiable', approval: null, why };
  }
  const entries = inScope(sides, 'approve', fact);
  return approved(entries, (one) => surelyApproves(one, fact), `no entry for ${wouldApprove(fact)}`);
}

/** Whether an installed version is one that an entry allows. */
function releaseFits(version: string | null, range: string | undefined): Fit {
  if (range === undefined) return true;
  if (version === null) return `its version is not known, the entry asks for ${range}`;
  return lies('nuget', version, range) === true ? true : `version ${version} is not in ${range}`;
}

/** For an approval a bare version is the lowest that is allowed. */
function lowest(range: string | undefined): string | undefined {
  return range !== undefined && /^v?\d[\w.+-]*$/.test(range) ? `>=${range.replace(/^v/, '')}` : range;
}

function agentMeant({ entry }: Entry, fact: AgentFact, range: string | undefined): Fit | false {
  return entry.agent !== undefined && fact.tools.includes(entry.agent) && releaseFits(fact.version, range);
}

/** An extension that is an agent is meant by the agent's entry as well. */
function extensionMeant({ entry }: Entry, fact: ExtensionFact): Fit | false {
  const { agent, extension, version } = entry;
  if (agent !== undefined && agent === fact.agent && version === undefined) return true;
  return extension?.toLowerCase() === fact.extension.toLowerCase() && releaseFits(fact.version, version);
}

/** Agents and extensions are judged only by a list that speaks of them. */
function decideAgent(fact: AgentFact, sides: Sides): Decision {
  const denial = inScope(sides, 'deny', fact).find(
    (one) => agentMeant(one, fact, one.entry.version) === true,
  );
  if (denial) return denied(denial);
  if (!sides.approve.some(({ entry }) => entry.agent !== undefined)) return unjudged;
  const fits = (one: Entry): Fit | false => agentMeant(one, fact, lowest(one.entry.version));
  return approved(inScope(sides, 'approve', fact), fits, `no entry for ${fact.tools.join(', ')}`);
}

function decideExtension(fact: ExtensionFact, sides: Sides): Decision {
  const denial = inScope(sides, 'deny', fact).find((one) => extensionMeant(one, fact) === true);
  if (denial) return denied(denial);
  if (!sides.approve.some(({ entry }) => entry.extension !== undefined)) return unjudged;
  const entries = inScope(sides, 'approve', fact);
  return approved(entries, (one) => extensionMeant(one, fact), `no entry for ${fact.extension}`);
}

function decideSetting(fact: Setting, sides: Sides): Decision {
  const meant = inScope(sides, 'deny', fact).filter((one) => speaksOf(one, fact));
  const denial = meant.find((one) => settingFits(one, fact) === true);
  if (denial) return denied(denial);
  if (!sides.approve.some((one) => speaksOf(one, fact))) return unjudged;
  const entries = inScope(sides, 'approve', fact).filter((one) => speaksOf(one, fact));
  return approved(entries, (one) => settingFits(one, fact), `no entry for ${settingName(fact)}`);
}

/** The entries of a list as they stand at `now` on a host. */
export function sidesOf(list: Allowlist, now: Date, host: string): Sides {
  return {
    approve: entriesOf(list, 'approve', now),
    deny: entriesOf(list, 'deny', now).filter((one) => !one.expired),
    host,
  };
}

/** An allowlist ready to judge facts as of `now`, on the host of that name. */
export function matcher(list: Allowlist, now: Date, host = ''): Approver {
  const sides = sidesOf(list, now, host);
  return (fact: Approvable): Decision => {
    switch (fact.kind) {
      case 'server':
        return decideServer(fact, sides);
      case 'agent':
        return decideAgent(fact, sides);
      case 'extension':
        return decideExtension(fact, sides);
      default:
        return decideSetting(fact, sides);
    }
  };
}

/** Paths of programs that a list asks the SHA-256 of; with `all`, of every program that it approves, too. */
export function hashedPrograms({ approve, deny }: Allowlist, all = false): string[] {
  const approved = all ? approve : approve.filter(({ sha256 }) => sha256 !== undefined);
  const denied = deny.filter(({ sha256 }) => sha256 !== undefined);
  return [...approved, ...denied].flatMap(({ command }) =>
    command === undefined || !/^(?:[/\\]|[A-Za-z]:)/.test(command) ? [] : [command],
  );
}
