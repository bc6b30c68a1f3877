/** What osquery and Fleet are configured with: tables, a pack, and a file for Fleet's GitOps. */
import type { Platform } from '../model/common.ts';
import { osqueryPolicies, osqueryQueries, osqueryTables } from './osquery-tables.ts';

/** Platforms in osquery's words, and where the folder is that scans are told to keep. */
const systems: Record<Platform, { name: string; database: string }> = {
  linux: { name: 'linux', database: '/var/lib/shadowscan/state/state.db' },
  macos: { name: 'darwin', database: '/Library/Application Support/shadowscan/state/state.db' },
  windows: { name: 'windows', database: String.raw`C:\ProgramData\shadowscan\state\state.db` },
};

/** Platform -> path of the database, where it is not the usual one. */
export type Databases = Partial<Record<Platform, string>>;

function construction(platform: Platform, databases: Databases): object {
  const { name, database } = systems[platform];
  const path = databases[platform] ?? database;
  return Object.fromEntries(
    Object.entries(osqueryTables).map(([table, { query, columns }]) => [
      table,
      { query, path, columns, platform: name },
    ]),
  );
}

/** The part of osquery's configuration that makes the tables, for one platform. */
export function tablesConfig(platform: Platform, databases: Databases = {}): object {
  return { auto_table_construction: construction(platform, databases) };
}

/** A pack of scheduled queries. */
export function queryPack(): object {
  const queries = osqueryQueries.map(({ name, query, interval, description }) => [
    name,
    { query: query.replace(/\s+/g, ' '), interval, description, snapshot: true },
  ]);
  return { queries: Object.fromEntries(queries) as object };
}

/** Tables, queries and policies as one file of Fleet's GitOps. */
export function fleetConfig(platforms: Platform[], databases: Databases = {}): object {
  const names = platforms.map((platform) => systems[platform].name);
  const overrides = platforms.map((platform) => [
    systems[platform].name,
    { auto_table_construction: construction(platform, databases) },
  ]);
  const platform = names.join(',');
  return {
    agent_options: { overrides: { platforms: Object.fromEntries(overrides) as object } },
    queries: osqueryQueries.map(({ name, description, query, interval }) => ({
      name,
      description,
      query,
      interval,
      platform,
      logging: 'snapshot',
      automations_enabled: true,
    })),
    policies: osqueryPolicies.map((one) => ({ ...one, critical: false, platform })),
  };
}
