/**
 * The state database as tables of osquery, by its automatic table construction: every column comes out as
 * text there, none may be called `path`, and a name of osquery's own tables is refused. Times are seconds
 * since 1970. (osquery's documentation and source, August 2026.)
 */

export type OsqueryTable = { query: string; columns: string[] };

const seconds = (column: string): string => `strftime('%s', ${column})`;
/** JSON list of ids -> `a, b`. */
const listed = (column: string): string =>
  `replace(replace(replace(replace(${column}, '["', ''), '"]', ''), '","', ', '), '[]', '')`;

/** Table from columns, in order: a name stands for itself, or for an expression. */
function table(from: string, columns: (string | [name: string, expression: string])[]): OsqueryTable {
  const pairs = columns.map((one): [string, string] => (typeof one === 'string' ? [one, one] : one));
  const selected = pairs.map(([name, is]) => (name === is ? name : `${is} AS ${name}`));
  return { query: `SELECT ${selected.join(', ')} FROM ${from}`, columns: pairs.map(([name]) => name) };
}

/** Tables by the name that they have in osquery. */
export const osqueryTables: Record<string, OsqueryTable> = {
  shadowscan_findings: table('findings', [
    'check_id',
    'severity',
    'confidence',
    'state',
    'waived',
    'title',
    'message',
    ['tools', listed('tools')],
    'user',
    'file_path',
    'fingerprint',
    'target',
    ['first_seen', seconds('first_seen')],
    ['last_seen', seconds('last_seen')],
    ['resolved', `ifnull(${seconds('resolved_at')}, '')`],
  ]),
  shadowscan_inventory: table('inventory', [
    'kind',
    'name',
    ['version', "ifnull(version, '')"],
    ['client', listed('tools')],
    ['transport', "ifnull(transport, '')"],
    ['package', "ifnull(package, '')"],
    ['identity', "ifnull(identity, '')"],
    'verdict',
    ['approved', "CASE verdict WHEN 'approved' THEN 1 ELSE 0 END"],
    ['load', "ifnull(load, '')"],
    'user',
    ['config_path', 'file_path'],
    'target',
    ['first_seen', seconds('first_seen')],
    ['last_seen', seconds('last_seen')],
    ['gone', `ifnull(${seconds('gone_at')}, '')`],
  ]),
  shadowscan_runs: table('runs ORDER BY number DESC LIMIT 100', [
    ['run', 'id'],
    ['started', seconds('started_at')],
    ['finished', seconds('ended_at')],
    'status',
    ['exit_code', "ifnull(exit_code, '')"],
    'version',
    'rules_version',
    ['allowlist', "ifnull(allowlist, '')"],
    ['allowlist_version', "ifnull(allowlist_version, '')"],
    ['targets', listed('targets')],
    'gaps',
    'critical',
    'high',
    'medium',
    'low',
    'info',
    'waived',
    ['new_findings', 'new'],
    ['changed_findings', 'changed'],
    ['resolved_findings', 'resolved'],
    ['unseen_findings', 'unseen'],
  ]),
};

export type OsqueryQuery = { name: string; description: string; query: string; interval: number };

/** What to ask for regularly. */
export const osqueryQueries: OsqueryQuery[] = [
  {
    name: 'shadowscan_open_findings',
    description: 'Findings of shadowscan that stand, worst first.',
    query: `SELECT check_id, severity, confidence, title, message, tools, user, file_path, fingerprint,
  first_seen, last_seen FROM shadowscan_findings WHERE state = 'open' AND waived = '0'
  ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3
    ELSE 4 END, check_id;`,
    interval: 3600,
  },
  {
    name: 'shadowscan_ai_inventory',
    description: 'Agents, editor extensions and MCP servers, with the verdict of the allowlist.',
    query: `SELECT kind, name, version, client, transport, package, identity, verdict, load, user,
  config_path, first_seen, last_seen FROM shadowscan_inventory WHERE gone = '';`,
    interval: 3600,
  },
  {
    name: 'shadowscan_last_run',
    description: 'The last scan: when, how complete, and what it found.',
    query: 'SELECT * FROM shadowscan_runs ORDER BY CAST(started AS INTEGER) DESC LIMIT 1;',
    interval: 3600,
  },
];

export type OsqueryPolicy = { name: string; description: string; resolution: string; query: string };

/** Nothing is good news where nobody has scanned. */
const scanned = `EXISTS (SELECT 1 FROM shadowscan_runs
  WHERE exit_code <> '' AND CAST(finished AS INTEGER) > CAST(strftime('%s', 'now', '-2 days') AS INTEGER))`;

const none = (table: string, where: string): string =>
  `SELECT 1 WHERE ${scanned}\n  AND NOT EXISTS (SELECT 1 FROM ${table} WHERE ${where});`;

/** Policies: a row means that the machine passes. */
export const osqueryPolicies: OsqueryPolicy[] = [
  {
    name: 'shadowscan has scanned within two days',
    description: 'Fails where no scan has ended for two days, or none was ever kept.',
    resolution: 'See that the scheduled scan runs with --state, and what it says.',
    query: `SELECT 1 WHERE ${scanned};`,
  },
  {
    name: 'shadowscan: no critical or high findings stand',
    description:
      'Fails on a critical or high finding that is neither resolved nor waived, and without a scan.',
    resolution: 'Run `shadowscan scan` on the machine: each finding says what to do.',
    query: none(
      'shadowscan_findings',
      "state = 'open' AND waived = '0' AND severity IN ('critical', 'high')",
    ),
  },
  {
    name: 'shadowscan: every MCP server in use is approved',
    description: 'Fails on an MCP server that is active and that the allowlist does not approve.',
    resolution: 'Remove the server from the configuration that is named, or have it approved.',
    query: none(
      'shadowscan_inventory',
      "kind = 'server' AND gone = '' AND load <> 'disabled' AND verdict NOT IN ('approved', 'unjudged')",
    ),
  },
  {
    name: 'shadowscan: no plaintext secret of an AI tool',
    description: 'Fails on a secret or token in plaintext that stands, however bad it is.',
    resolution: 'Move the secret to the keychain, and revoke the old value.',
    query: none(
      'shadowscan_findings',
      `state = 'open' AND waived = '0' AND (check_id LIKE 'secret-%' OR check_id LIKE 'token-%'
    OR check_id IN ('credential-file', 'key-beside-ciphertext'))`,
    ),
  },
];
