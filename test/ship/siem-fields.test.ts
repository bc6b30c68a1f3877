/**
 * What the files for the SIEM side ask for is there: every field that a query names is one of the events' schemas, every
 * value one that the field can have, and Sentinel's columns are those that are sent.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import { sentinelRow } from '../../src/ship/sentinel.ts';
import { waiting } from './waiting.ts';

const top = path.join(import.meta.dirname, '..', '..');
const read = (...names: string[]): string => fs.readFileSync(path.join(top, ...names), 'utf8');
const siem = (...names: string[]): string => read('scripts', 'siem', ...names);

type Schema = {
  $ref?: string;
  $defs?: Record<string, Schema>;
  anyOf?: Schema[];
  oneOf?: Schema[];
  properties?: Record<string, Schema>;
  items?: Schema | false;
  prefixItems?: Schema[];
  additionalProperties?: Schema | boolean;
  const?: unknown;
  enum?: unknown[];
  type?: string | string[];
};

/** Field -> its values where they are listed, null where it can have any. Below a field of any names stands `*`. */
function fieldsOf(name: string): Map<string, Set<string> | null> {
  const root = JSON.parse(read('schema', `${name}-1.json`)) as Schema;
  const fields = new Map<string, Set<string> | null>();
  const visit = (schema: Schema, at: string, depth: number): void => {
    if (depth > 24) return;
    if (schema.$ref !== undefined) {
      const [, found] = /^#\/\$defs\/(.+)$/.exec(schema.$ref)!;
      visit(root.$defs![found!]!, at, depth + 1);
    }
    for (const one of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) visit(one, at, depth + 1);
    if (schema.items) visit(schema.items, at, depth + 1);
    const isPlain = schema.type !== undefined && schema.type !== 'object' && schema.type !== 'array';
    if (at !== '' && (isPlain || schema.const !== undefined || schema.enum !== undefined)) {
      const listed = schema.enum ?? (schema.const === undefined ? null : [schema.const]);
      const known = fields.get(at);
      const isOpen = (listed === null && schema.type !== 'null') || known === null;
      fields.set(at, isOpen ? null : new Set([...(known ?? []), ...(listed ?? []).map(String)]));
    } else if (at !== '' && !fields.has(at)) fields.set(at, new Set());
    for (const [key, part] of Object.entries(schema.properties ?? {}))
      visit(part, at === '' ? key : `${at}.${key}`, depth + 1);
    const rest = schema.additionalProperties;
    if (typeof rest === 'object') visit(rest, `${at}.*`, depth + 1);
  };
  visit(root, '', 0);
  return fields;
}

const native = fieldsOf('event');
const ecs = fieldsOf('ecs');

/** Names that are no fields of the schema, and values that a field cannot have. */
function unknown(
  fields: Map<string, Set<string> | null>,
  names: string[],
  values: [field: string, value: string][],
): string[] {
  return [
    ...names.filter((name) => !fields.has(name)),
    ...values
      .filter(([field, value]) => {
        const listed = fields.get(field);
        return listed === undefined || (listed !== null && !listed.has(value));
      })
      .map(([field, value]) => `${field} = ${value}`),
  ];
}

/** Parts of a Splunk field: `delivery.sinks{}.name` is `delivery.sinks.name`. */
const plain = (name: string): string => name.replaceAll('{}', '');

/** What a Splunk search names: dotted names, and comparisons. */
function ofSplunk(query: string): { names: string[]; values: [string, string][] } {
  // Of the index itself, made by the search, or functions.
  const own = new Set(['sourcetype', 'earliest', 'asset', 'finding', 'last', 'assets', 'findings']);
  const names = [...query.matchAll(/(?<![\w."])[a-z]\w*(?:\{\})?(?:\.\w+(?:\{\})?)+/gi)].map(([name]) =>
    plain(name),
  );
  const compared = [
    ...query.matchAll(/'?([a-z][\w.{}]*)'?\s*(?:!=|=)\s*"?([a-z]\w*)"?/gi),
    ...[...query.matchAll(/([a-z][\w.{}]*)\s+IN\s+\(([^)]*)\)/gi)].flatMap(([, field, list]) =>
      list!.split(',').map((value) => ['', field!, value.trim()]),
    ),
  ].map(([, field, value]): [string, string] => [plain(field!), value!]);
  return {
    names: [...names, ...compared.map(([field]) => field).filter((field) => !own.has(field))],
    values: compared.filter(([field]) => !own.has(field) && native.get(field) !== null),
  };
}

const searches = [...siem('splunk', 'savedsearches.conf').matchAll(/^search = (.*)$/gm)].map(
  ([, query]) => query!,
);
const panels = [...siem('splunk', 'dashboard.xml').matchAll(/<query>(.*?)<\/query>/gs)].map(([, query]) =>
  query!.replaceAll('&gt;', '>').replaceAll('&lt;', '<'),
);

describe('Splunk', () => {
  test('asks for fields and values that there are', () => {
    const all = [...searches, ...panels];
    expect([searches.length, panels.length]).toEqual([9, 6]);
    for (const query of all) {
      const { names, values } = ofSplunk(query);
      expect(names.length).toBeGreaterThan(0);
      expect([query, unknown(native, names, values)]).toEqual([query, []]);
    }
  });

  test('a name or value that there is not is told', () => {
    const wrong = `type=aset fact.kimd=server finding.state!="resolvd" fact.verdict IN (unapproved, deny)`;
    const { names, values } = ofSplunk(wrong);
    const told = unknown(native, names, values);
    expect(new Set(told)).toEqual(
      new Set([
        'fact.kimd',
        'type = aset',
        'finding.state = resolvd',
        'fact.verdict = deny',
        'fact.kimd = server',
      ]),
    );
  });

  test('its stanzas and settings are those of Splunk, and leave events whole', () => {
    const stanzas = (name: string): string[] =>
      [...siem('splunk', name).matchAll(/^\[(.*)\]$/gm)].map(([, one]) => one!);
    expect(stanzas('props.conf')).toEqual(['shadowscan:native', 'shadowscan:ocsf', 'shadowscan:ecs']);
    expect(stanzas('limits.conf')).toEqual(['spath', 'kv']);
    const settings = new Set(
      [...siem('splunk', 'props.conf').matchAll(/^([A-Za-z_-]+) = /gm)].map(([, one]) => one!),
    );
    expect([...settings].toSorted()).toEqual([
      'EVAL-dest',
      'EVAL-vendor_product',
      'KV_MODE',
      'LINE_BREAKER',
      'MAX_TIMESTAMP_LOOKAHEAD',
      'SHOULD_LINEMERGE',
      'TIME_FORMAT',
      'TIME_PREFIX',
      'TRUNCATE',
    ]);
    const bounds = [
      ...`${siem('splunk', 'props.conf')}${siem('splunk', 'limits.conf')}`.matchAll(
        /^(?:TRUNCATE|extraction_cutoff|maxchars) = (\d+)$/gm,
      ),
    ].map(([, one]) => Number(one));
    expect(bounds).toHaveLength(5);
    for (const bound of bounds) expect(bound).toBeGreaterThan(limits.eventBytes);
  });
});

test('syslog receivers are told to take whole events', () => {
  // The header is at most 400 bytes: a name of a host has 255.
  expect(limits.eventBytes + 400).toBeLessThanOrEqual(64 * 1024);
  expect(siem('rsyslog', 'shadowscan.conf')).toContain('maxMessageSize="64k"');
  expect(siem('syslog-ng', 'shadowscan.conf')).toContain('log-msg-size(65536)');
});

describe('Sentinel', () => {
  type Column = { name: string; type: string };
  const columns = Object.keys(JSON.parse(sentinelRow(waiting(1)[0]!, 'native')) as object);

  test('its table and stream have the columns that are sent', () => {
    const table = JSON.parse(siem('sentinel', 'table.json')) as {
      resources: { properties: { schema: { name: string; columns: Column[] } } }[];
    };
    const { name, columns: ofTable } = table.resources[0]!.properties.schema;
    const { properties } = (
      JSON.parse(siem('sentinel', 'rule.json')) as {
        resources: {
          properties: {
            streamDeclarations: Record<string, { columns: Column[] }>;
            dataFlows: { streams: string[]; outputStream: string; destinations: string[] }[];
            destinations: { logAnalytics: { name: string }[] };
          };
        }[];
      }
    ).resources[0]!;
    const [flow] = properties.dataFlows;
    expect(ofTable.map((column) => column.name)).toEqual(columns);
    expect(properties.streamDeclarations[flow!.streams[0]!]!.columns).toEqual(ofTable);
    expect(flow!.outputStream).toBe(`Custom-${name}`);
    expect(flow!.destinations).toEqual(properties.destinations.logAnalytics.map((one) => one.name));
    expect(siem('README.md')).toContain(`stream: ${flow!.streams[0]}`);
    for (const column of columns) expect(column).toMatch(/^[A-Za-z][\w-]{0,44}$/);
  });

  test('its queries name columns, fields and values that there are, and close what they open', () => {
    const text = siem('sentinel', 'queries.kql').replace(/^\/\/.*$/gm, '');
    for (const [open, close] of ['()', '[]'] as const)
      expect([open, text.split(open!).length]).toEqual([open, text.split(close!).length]);
    expect(text.split('"').length % 2).toBe(1);
    const names = [...text.matchAll(/\b(?:Body|sink)((?:\.\w+)+)/g)].map(([whole, rest]) =>
      whole.startsWith('sink') ? `delivery.sinks${rest}` : rest!.slice(1),
    );
    const values = [...text.matchAll(/tostring\(Body\.([\w.]+)\) [=!]= "(\w+)"/g)].map(
      ([, field, value]): [string, string] => [field!, value!],
    );
    const listed = [...text.matchAll(/(?:tostring\(Body\.([\w.]+)\)|Kind) in \(([^)]*)\)/g)].flatMap(
      ([, field = 'type', list]) =>
        [...list!.matchAll(/"(\w+)"/g)].map(([, value]): [string, string] => [field, value!]),
    );
    expect(listed).toHaveLength(6);
    values.push(...listed);
    const kinds = [...text.matchAll(/Kind == "(\w+)"/g)].map(([, kind]): [string, string] => ['type', kind!]);
    expect(names.length).toBeGreaterThan(15);
    expect(values.length).toBeGreaterThan(4);
    expect(unknown(native, names, [...values, ...kinds])).toEqual([]);
    for (const [, column] of text.matchAll(
      /\b(TimeGenerated|EventId|Kind|Severity|Profile|Body|[A-Z][A-Za-z]+)\b/g,
    ))
      expect([...columns, 'Events', 'Shadowscan_CL', 'Shadowscan']).toContain(column);
  });
});

test('Elastic: queries name fields and values that there are', () => {
  const queries = [...siem('elastic', 'queries.md').matchAll(/```\n(.*?)```/gs)].map(([, query]) => query!);
  expect(queries).toHaveLength(5);
  for (const query of queries) {
    const text = query.replaceAll('logs-shadowscan-*', '');
    const strings = text.replaceAll(/"[^"]*"/g, '""');
    const names = [...strings.matchAll(/(?<![\w.])@?[a-z]\w*(?:\.\w+)+|@timestamp/g)].map(([name]) => name);
    const values = [...text.matchAll(/([a-z][\w.]*\.\w+) == "([^"]*)"/g)].map(
      ([, field, value]): [string, string] => [field!, value!],
    );
    expect(names.length).toBeGreaterThan(2);
    expect([query, unknown(ecs, names, values)]).toEqual([query, []]);
  }
  expect(ecs.get('event.dataset')).toEqual(
    new Set(['shadowscan.finding', 'shadowscan.agent', 'shadowscan.heartbeat', 'shadowscan.scan']),
  );
});

test('OpenSearch: the template needs none of the parts that Elastic brings, and maps fields that there are', () => {
  const whole = JSON.parse(siem('opensearch', 'index-template.json')) as Record<string, unknown>;
  expect(Object.keys(whole).toSorted()).toEqual([
    '_meta',
    'data_stream',
    'index_patterns',
    'priority',
    'template',
  ]);
  const { index_patterns: patterns } = JSON.parse(siem('elastic', 'index-template.json')) as typeof whole;
  expect(whole['index_patterns']).toEqual(patterns);
  type Mapped = { type?: string; properties?: Record<string, Mapped> };
  const { mappings } = whole['template'] as { mappings: Mapped };
  const names = (at: string, { properties = {} }: Mapped): string[] =>
    Object.entries(properties).flatMap(([key, one]) =>
      one.type === undefined ? names(`${at}${key}.`, one) : [`${at}${key}`],
    );
  const mapped = names('', mappings);
  expect(mapped).toContain('@timestamp');
  expect(unknown(ecs, mapped, [])).toEqual([]);
});

test('fluent-bit: an input that buffers in files has a folder for them', () => {
  const [, service] = /^\[SERVICE\]\n((?: .*\n)+)/m.exec(siem('fluent-bit', 'shadowscan.conf'))!;
  expect(siem('fluent-bit', 'shadowscan.conf')).toMatch(/^ +storage\.type +filesystem$/m);
  expect(service).toMatch(/^ +storage\.path +\/\S+$/m);
});

test('Datadog: searches name fields and values that there are', () => {
  const text = siem('datadog', 'monitors.md');
  const names = [...text.matchAll(/@shadowscan\.([\w.]+)/g)].map(([, name]) => name!);
  const values = [...text.matchAll(/@shadowscan\.([\w.]+):([a-z]\w*)/g)].map(
    ([, field, value]): [string, string] => [field!, value!],
  );
  expect(names.length).toBeGreaterThan(6);
  expect(unknown(native, names, values)).toEqual([]);
});
