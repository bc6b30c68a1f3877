/**
 * Definitions under fixed names, for clients that take whole definitions from the administrator: as they
 * were seen, or in the first usual spelling. Values of variables and headers are references, never values.
 */
import type { Row, Warning } from './target.ts';

export type FixedServer = {
  type?: string;
  command?: string;
  args?: string[];
  url?: string;
  env?: Record<string, string>;
  headers?: Record<string, string>;
};

export type Fixed = {
  servers: Record<string, FixedServer>;
  /** Name -> the entry that approves it. */
  entries: Map<string, string>;
  warnings: Warning[];
};

function references(names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.map((name) => [name, `\${${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}}`]),
  );
}

function definition({ way, envNames, headerNames, transport }: Row): FixedServer {
  const env = envNames.length > 0 ? { env: references(envNames) } : {};
  const headers = headerNames.length > 0 ? { headers: references(headerNames) } : {};
  if ('argv' in way) return { command: way.argv[0]!, args: way.argv.slice(1), ...env };
  return { type: transport === 'sse' ? 'sse' : 'http', url: way.url, ...headers };
}

/**
 * One definition a name. What was seen comes first; of two definitions of one name the first counts, and
 * the other is told of. Patterns are no definitions.
 */
export function fixedServers(rows: Row[]): Fixed {
  const concrete = rows.filter(({ way }) => 'argv' in way || way.wild === 'none');
  const seenOf = new Set(concrete.filter(({ seen }) => seen).map(({ entry }) => entry));
  const first = new Set<string>();
  const servers: Record<string, FixedServer> = Object.create(null) as Record<string, FixedServer>;
  const entries = new Map<string, string>();
  const warnings: Warning[] = [];
  for (const row of concrete.toSorted((a, b) => Number(b.seen) - Number(a.seen))) {
    // Of what nobody has, one spelling is enough.
    if (!row.seen && (seenOf.has(row.entry) || first.has(row.entry))) continue;
    first.add(row.entry);
    for (const name of row.names) {
      if (!entries.has(name)) {
        entries.set(name, row.entry);
        servers[name] = definition(row);
      } else if (row.seen)
        warnings.push({
          entry: row.entry,
          about: 'name',
          text: `another definition is called "${name}" too, and one name means one definition here`,
        });
    }
  }
  return { servers, entries, warnings };
}
