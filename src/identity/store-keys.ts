/** The names under which a bridge keeps its tokens, by the digest that its rule describes. */
import type { Package } from '../model/fact.ts';
import type { Match } from './match-wrapper.ts';
import { hasOption, valuesOf } from './options.ts';
import type { Walk } from './walk.ts';

/**
 * Adds the keys of all parts and those of older releases. The version is the bridge's when it is pinned.
 * Nothing is added for a bridge without a server.
 */
export function noteStoreKeys(walk: Walk, { wrapper, parsed }: Match, bridge: Package | null): void {
  const spec = wrapper.storeKey;
  if (spec === undefined || parsed.rest.length === 0) return;
  const whole = hasOption(parsed, spec.unknowable) ? [] : [spec.parts];
  const ways = [
    ...whole,
    ...spec.older.map((indexes) => indexes.flatMap((index) => spec.parts[index] ?? [])),
  ];
  for (const parts of ways) {
    const key = walk.secrets.storeKey(
      { ...spec, parts },
      {
        position: (index) => parsed.rest[index]?.closed ?? null,
        values: (options) => valuesOf(parsed, options).map((word) => word.closed),
        has: (option) => hasOption(parsed, [option]),
      },
    );
    if (key === null || walk.storeKeys.some((one) => one.key === key)) continue;
    walk.storeKeys.push({ wrapper: wrapper.id, key, version: bridge?.pinned ? bridge.version : null });
  }
}
