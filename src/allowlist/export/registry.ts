/**
 * The list of an MCP registry (v0.1), for clients that are told to take servers from one alone. Each version
 * is an entry of its own; ranges and open versions are none. Clients compare the names in it, so it is a
 * catalogue and hardly a control.
 */
import type { AllowlistEntry } from '../../model/allowlist.ts';
import type { ServerFact } from '../../model/fact.ts';
import { endOf } from '../entry.ts';
import { sayable } from './entry-lists.ts';
import type { Given, Judged, Made, Row, Target, Warning } from './target.ts';

type Json = Record<string, unknown>;
type Item = { name: string; version: string; server: Json; entry: string };

const types: Record<string, string> = { npm: 'npm', pypi: 'pypi', nuget: 'nuget', oci: 'oci' };

function variablesOf({ envNames }: Row, { secretNames = [] }: AllowlistEntry): Json {
  const names = [...new Set([...envNames, ...secretNames])].toSorted();
  if (names.length === 0) return {};
  return {
    environmentVariables: names.map((name) => ({
      name,
      ...(secretNames.includes(name) && { isSecret: true }),
    })),
  };
}

function packageOf(row: Row, entry: AllowlistEntry): { version: string; value: Json } | null {
  const found = row.runs;
  if (found === null || types[found.type] === undefined) return null;
  const common = { transport: { type: 'stdio' }, ...variablesOf(row, entry) };
  if (found.type === 'oci') {
    if (found.version === null) return null;
    const joined = found.pinned ? `${found.name}@${found.version}` : `${found.name}:${found.version}`;
    // A digest says nothing of order: the entry's own version is made up.
    return { version: '1.0.0', value: { registryType: 'oci', identifier: joined, ...common } };
  }
  if (!found.pinned || found.version === null) return null;
  return {
    version: found.version,
    value: { registryType: found.type, identifier: found.name, version: found.version, ...common },
  };
}

function remoteOf({ way, transport }: Row): { type: string; url: string } | null {
  if (!('url' in way) || way.wild === 'host' || way.url.endsWith('/*')) return null;
  let number = 0;
  const url = way.url.replace(/\*/g, () => `{part${++number}}`);
  return { type: transport === 'sse' ? 'sse' : 'streamable-http', url };
}

/** Ways to start the same package or image are one, with the variables of all. */
function united(rows: Row[]): Row[] {
  const same = Map.groupBy(rows, ({ runs, way }) => runs?.purl ?? JSON.stringify(way));
  return [...same.values()].map((all) => ({
    ...all[0]!,
    envNames: all.flatMap(({ envNames }) => envNames),
  }));
}

/** One server for each version of what an entry approves; addresses are one server. */
function itemsOf(entry: AllowlistEntry, id: string, rows: Row[], given: Given): Item[] {
  const packages = united(rows).flatMap((row) => packageOf(row, entry) ?? []);
  // An address with a slash at its end is the same to a registry's readers.
  const all = rows.map(remoteOf).filter((one) => one !== null);
  const remotes = all.filter(
    ({ url }) => !url.endsWith('/') || !all.some((other) => other.url === url.slice(0, -1)),
  );
  const about =
    rows[0]?.names[0]?.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '') || 'server';
  const name = `${given.namespace}/${about}`.slice(0, 200);
  const description = (entry.reason ?? `Approved by ${given.list.name}`).replace(/\s+/g, ' ').slice(0, 100);
  const make = (version: string, more: Json): Item => ({
    name,
    version,
    entry: id,
    server: { name, description, version, ...more },
  });
  const versions = Map.groupBy(packages, ({ version }) => version);
  return [
    ...[...versions].map(([version, same]) => make(version, { packages: same.map(({ value }) => value) })),
    ...(remotes.length > 0 ? [make('1.0.0', { remotes })] : []),
  ];
}

/** Two entries may suggest one name; in a registry a name and version are one server. */
function named(items: Item[]): Item[] {
  const taken = new Map<string, string>();
  return items.map((item) => {
    let name = item.name;
    for (let number = 2; (taken.get(`${name}@${item.version}`) ?? item.entry) !== item.entry; number++)
      name = `${item.name}-${number}`;
    taken.set(`${name}@${item.version}`, item.entry);
    return { ...item, name, server: { ...item.server, name } };
  });
}

function judge(server: ServerFact, items: Item[]): Judged {
  const found = items.find(({ name }) => name === server.name);
  return found === undefined
    ? { verdict: 'blocked', row: null, why: `no server of the registry is called "${server.name}"` }
    : {
        verdict: 'allowed',
        row: `${found.name}@${found.version}`,
        why: `by its name alone, for ${found.entry}`,
      };
}

/** A server as the registry's answer has it, with who approved it and until when. */
function shown({ server, entry: id, name }: Item, later: Item[], entry: AllowlistEntry, given: Given): Json {
  const { list, namespace, today } = given;
  const published = `${list.created?.slice(0, 10) ?? today}T00:00:00Z`;
  const ends = [entry.expires, list.expires].filter((one) => one !== undefined);
  const first = ends.toSorted((one, other) => endOf(one) - endOf(other))[0];
  return {
    server,
    _meta: {
      'io.modelcontextprotocol.registry/official': {
        status: 'active',
        publishedAt: published,
        updatedAt: published,
        isLatest: later.every((one) => one.name !== name),
      },
      [`${namespace}/allowlist`]: {
        entry: id,
        ...(entry.owner !== undefined && { owner: entry.owner }),
        ...(first !== undefined && { expires: first }),
      },
    },
  };
}

function make(given: Given): Made {
  const { plan, stamp, list, wider } = given;
  const { rows, warnings } = sayable(plan.approve, wider);
  const byEntry = Map.groupBy(rows, ({ entry }) => entry);
  const entries = new Map(list.approve.map((entry, index) => [entry.id ?? `approve[${index}]`, entry]));
  const made = [...byEntry].map(([id, all]) => ({ id, items: itemsOf(entries.get(id)!, id, all, given) }));
  const items = named(made.flatMap((one) => one.items));
  const servers = items.map((item, at) => shown(item, items.slice(at + 1), entries.get(item.entry)!, given));
  const page = { servers, metadata: { count: servers.length, shadowscan: stamp } };
  const left = made.filter((one) => one.items.length === 0);
  return {
    files: [
      {
        path: 'v0.1/servers.json',
        bytes: `${JSON.stringify(page, null, 2)}\n`,
        goesTo: 'your registry, or a web server that answers /v0.1/servers with it',
      },
    ],
    judge: (server) => judge(server, items),
    warnings: [
      ...warnings,
      ...left.map(({ id }): Warning => ({
        entry: id,
        about: 'version-range',
        text: 'a registry lists whole versions and addresses, and nothing that was seen is one; left out',
      })),
      ...(plan.deny.length > 0
        ? [
            {
              entry: null,
              about: 'denial' as const,
              text: 'a registry holds no denials: what it does not list is not in it',
            },
          ]
        : []),
      {
        entry: null,
        about: 'name',
        text: 'clients compare names with a registry: whoever takes a listed name may run anything under it',
      },
    ],
    install: [
      'Copilot and VS Code also ask for /v0.1/servers/NAME/versions and /versions/latest: a file ' +
        'alone is not enough for them.',
      'People name their servers as they are listed, or they are blocked.',
    ],
  };
}

export const registry: Target = {
  id: 'registry',
  title: 'MCP registry',
  tools: [],
  source: 'modelcontextprotocol/registry (openapi v0.1, server.json 2025-12-11), 2026-11',
  make,
};
