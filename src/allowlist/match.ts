/**
 * Facts against an allowlist: approved, denied, neither, or not to be told. A denial wins over every
 * approval, and what cannot be told is never approved. Names that a configuration gives to servers are not
 * looked at.
 */
import { runs } from '../identity/package-of.ts';
import { lies } from '../identity/range.ts';
import type { Allowlist, Approvable, Approver, Decision } from '../model/allowlist.ts';
import type { AgentFact, ExtensionFact, ServerFact } from '../model/fact.ts';
import { openDoubts } from './doubts.ts';
import { type Entry, entriesOf, subjectOf } from './entry.ts';
import { approves, denies } from './match-server.ts';
import type { Fit } from './package.ts';

type Sides = { approve: Entry[]; deny: Entry[] };

const unjudged: Decision = { verdict: 'unjudged', approval: null, why: null };

function denied(one: Entry): Decision {
  const { reason } = one.entry;
  const why = `denied by ${one.name} (${subjectOf(one)})${reason === undefined ? '' : `: ${reason}`}`;
  return { verdict: 'denied', approval: one.approval, why };
}

/** The first approval that fits and counts, else the reason that comes closest to one. */
function approved(entries: Entry[], fits: (one: Entry) => Fit | false, none: string): Decision {
  const misses: string[] = [];
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
    misses.push(fit === true ? `${one.name} expired on ${one.expires?.slice(0, 10)}` : `${one.name}: ${fit}`);
  }
  return { verdict: 'unapproved', approval: null, why: misses[0] ?? none };
}

/** What an entry would have to say to mean the server. */
function wouldApprove(fact: ServerFact): string {
  const found = runs(fact);
  if (found === null) return String(fact.identity);
  return found.type === 'oci' ? `image ${found.name}` : `${found.type}:${found.name}`;
}

function decideServer(fact: ServerFact, { approve, deny }: Sides): Decision {
  const denial = deny.find((one) => denies(one, fact));
  if (denial) return denied(denial);
  const doubts = openDoubts(fact.doubts);
  if (doubts.length > 0 || fact.identity === null) {
    const why = doubts.length > 0 ? doubts.join('; ') : 'nothing in the definition tells what would run';
    return { verdict: 'unverifiable', approval: null, why };
  }
  return approved(approve, (one) => approves(one, fact), `no entry for ${wouldApprove(fact)}`);
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
function decideAgent(fact: AgentFact, { approve, deny }: Sides): Decision {
  const denial = deny.find((one) => agentMeant(one, fact, one.entry.version) === true);
  if (denial) return denied(denial);
  if (!approve.some(({ entry }) => entry.agent !== undefined)) return unjudged;
  const fits = (one: Entry): Fit | false => agentMeant(one, fact, lowest(one.entry.version));
  return approved(approve, fits, `no entry for ${fact.tools.join(', ')}`);
}

function decideExtension(fact: ExtensionFact, { approve, deny }: Sides): Decision {
  const denial = deny.find((one) => extensionMeant(one, fact) === true);
  if (denial) return denied(denial);
  if (!approve.some(({ entry }) => entry.extension !== undefined)) return unjudged;
  return approved(approve, (one) => extensionMeant(one, fact), `no entry for ${fact.extension}`);
}

/** An allowlist ready to judge facts as of `now`. */
export function matcher(list: Allowlist, now: Date): Approver {
  const sides: Sides = {
    approve: entriesOf(list, 'approve', now),
    deny: entriesOf(list, 'deny', now).filter((one) => !one.expired),
  };
  return (fact: Approvable): Decision => {
    if (fact.kind === 'server') return decideServer(fact, sides);
    return fact.kind === 'agent' ? decideAgent(fact, sides) : decideExtension(fact, sides);
  };
}
