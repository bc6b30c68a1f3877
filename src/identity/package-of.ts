/** The way back from an identity to the package that it means; of what it was read from it knows no more. */
import type { Package, ServerFact } from '../model/fact.ts';
import { packageTypes } from '../model/words.ts';

const types: readonly string[] = packageTypes;

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** Package of a purl that this program wrote; pinned when it has a version. Null for any other text. */
function packageOf(purl: string): Package | null {
  const [, type = '', rest = '', query = ''] = /^pkg:(\w+)\/([^?#]+)(?:\?([^#]*))?/.exec(purl) ?? [];
  const at = rest.lastIndexOf('@');
  const version = at > 0 ? decoded(rest.slice(at + 1)) : null;
  const place = new URLSearchParams(query).get('repository_url');
  const name = place ?? decoded(at > 0 ? rest.slice(0, at) : rest);
  if (!types.includes(type) || !name) return null;
  return { type: type as Package['type'], name, version, pinned: version !== null, purl };
}

/** The package that a definition would really run, wrappers and bridges taken off; null when it is none. */
export function runs({ identity, package: first }: Pick<ServerFact, 'identity' | 'package'>): Package | null {
  if (identity === null) return null;
  return first?.purl === identity ? first : packageOf(identity);
}

/**
 * Every package that a definition would fetch: what it runs, the bridge before it, and others beside them.
 */
export function fetched(fact: Pick<ServerFact, 'identity' | 'package' | 'extras'>): Package[] {
  const last = runs(fact);
  const all = [fact.package, last === fact.package ? null : last, ...(fact.extras ?? [])];
  return all.filter((one) => one !== null);
}
