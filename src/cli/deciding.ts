/** What a list says of a server, with the threats that the rules know: a threat beats an approval. */
import { matcher } from '../allowlist/match.ts';
import { forbidding, serverThreats, threatIndex } from '../evaluate/threats.ts';
import type { Allowlist, Approver, Decision } from '../model/allowlist.ts';
import type { ServerFact } from '../model/fact.ts';
import type { Ruleset } from '../model/rules.ts';

/** Ready to be asked for many servers and a few lists, as of one moment, on a host of some name. */
export function deciding(
  rules: Pick<Ruleset, 'threats'>,
  now: Date,
): (list: Allowlist, fact: ServerFact, host: string) => Decision {
  const known = threatIndex(rules.threats);
  const ready = new WeakMap<Allowlist, Map<string, Approver>>();
  const approverOf = (list: Allowlist, host: string): Approver => {
    const hosts = ready.get(list) ?? new Map<string, Approver>();
    ready.set(list, hosts);
    const found = hosts.get(host) ?? matcher(list, now, host);
    hosts.set(host, found);
    return found;
  };
  return (list, fact, host) => {
    const decision = approverOf(list, host)(fact);
    const threat = forbidding(serverThreats(fact, known));
    if (decision.verdict === 'denied' || threat === null) return decision;
    const why = `known to be ${threat.class}: ${threat.note} (${threat.id})`;
    return { verdict: 'denied', approval: null, why };
  };
}
