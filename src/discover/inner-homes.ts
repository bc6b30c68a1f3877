/**
 * Homes of other systems that lie within a home: those of Linux distributions on Windows, as far as they are
 * files. A disk that is a file is not looked into, and is reported as not seen.
 */
import type { GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import { fill } from '../parse/template.ts';
import { createLocator } from './locate.ts';

type Inner = { places: Place[]; refused: { path: string; reason: GapReason; user: string | null }[] };

/** No tool of the catalogue: only standard folders count. */
const nobody = { id: '', places: {} };

/** What lies in some homes. */
export function innerHomes(host: Host, homes: Place[], rules: Ruleset): Inner {
  const { find: locate } = createLocator(host, rules);
  const outer = homes.filter(({ kind }) => kind === 'home');
  const places = outer.flatMap((home) =>
    rules.places.innerHomes.flatMap(({ path: paths, platform, user }) =>
      locate(paths, home, nobody).flatMap(({ path, bindings }): Place[] => {
        const info = host.look(path, home.boundary);
        if (info === null || 'refused' in info || info.type !== 'directory') return [];
        const inner: Place = {
          ...home,
          path,
          boundary: path,
          platform,
          user: `${home.user}/${fill(user, bindings) ?? path}`,
          env: {},
        };
        inner.home = inner;
        return [inner];
      }),
    ),
  );
  const refused = outer.flatMap((home) =>
    locate(rules.places.sealedDisks, home, nobody).map(({ path }) => {
      return { path, reason: 'sealed-disk' as const, user: home.user };
    }),
  );
  return { places, refused };
}
