/**
 * The published schemas by name, and their form as JSON Schema (draft 2020-12). `scripts/gen.ts` writes
 * them to `schema/`, and `schema NAME` prints one. What zod says in code and not in data (a refinement)
 * is added here by hand.
 */
import { z } from 'zod';
import * as allowlist from './allowlist.ts';
import * as common from './common.ts';
import * as doctor from './doctor.ts';
import * as ecs from './ecs.ts';
import * as event from './event.ts';
import * as fact from './fact.ts';
import * as ocsf from './ocsf.ts';
import * as moves from './moves.ts';
import * as plan from './plan.ts';
import * as policy from './policy.ts';
import * as predicate from './predicate.ts';
import * as record from './record.ts';
import * as report from './report.ts';
import * as rules from './rules.ts';
import * as sink from './sink.ts';
import * as telling from './telling.ts';
import * as tool from './tool.ts';
import { subjects } from './words.ts';

type Published = { title: string; description: string; schema: z.ZodType; output?: true };

/** Name -> schema. A name and its major version make the file `schema/<name>-<major>.json`. */
export const schemas = {
  report: {
    title: 'shadowscan report',
    description:
      'One run as one JSON document: device, coverage, facts, findings and summary. Within version 1 ' +
      'fields are only added, so readers ignore what they do not know.',
    schema: report.Report,
    output: true,
  },
  ndjson: {
    title: 'shadowscan NDJSON record',
    description:
      'One line of NDJSON output. The first line is the run, the last one the summary: lines without a ' +
      'summary are a run that did not end. Within version 1 fields are only added.',
    schema: record.NdjsonRecord,
    output: true,
  },
  event: {
    title: 'shadowscan event',
    description:
      'One event as receivers get it in the profile native. Each run begins with a heartbeat and ends with ' +
      'a run. Elastic gets @timestamp in front besides. Within version 1 fields are only added.',
    schema: event.NativeEvent,
    output: true,
  },
  ocsf: {
    title: 'shadowscan OCSF event',
    description:
      'One line of OCSF output: what this program fills of five classes of OCSF 1.8.0. Within version 1 ' +
      'attributes are only added.',
    schema: ocsf.OcsfEvent,
    output: true,
  },
  ecs: {
    title: 'shadowscan ECS document',
    description:
      'One line of ECS output: field names of ECS 9.4.0, and our own under shadowscan. Within version 1 ' +
      'fields are only added.',
    schema: ecs.EcsDocument,
    output: true,
  },
  allowlist: {
    title: 'shadowscan allowlist',
    description: 'What is approved, by whom, why and until when; and what is denied.',
    schema: allowlist.Allowlist,
  },
  policy: {
    title: 'shadowscan policy',
    description: 'What an administrator fixes on a machine: the list, the keys it is signed with, options.',
    schema: policy.Policy,
  },
  sinks: {
    title: 'shadowscan sinks file',
    description: 'The file that `scan --ship` names: where reports are sent, and where credentials lie.',
    schema: sink.Sinks,
  },
  doctor: {
    title: 'shadowscan doctor',
    description: 'What `doctor --format json` prints. Within version 1 fields are only added.',
    schema: doctor.Doctor,
    output: true,
  },
  plan: {
    title: 'shadowscan migration plan',
    description:
      'What `migrate --format json` prints: which secrets would move, which stay and why, and what was ' +
      'done. Within version 1 fields are only added.',
    schema: plan.Plan,
    output: true,
  },
  moves: {
    title: 'shadowscan moves file',
    description: 'rules/shapes/moves.yaml: other ways for programs to take a secret than in arguments.',
    schema: moves.MovesFile,
  },
  tool: {
    title: 'shadowscan tool file',
    description:
      'rules/tools/*.yaml: where one product keeps its files on each OS, and what each file proves.',
    schema: tool.ToolFile,
  },
  shape: {
    title: 'shadowscan shape file',
    description: 'rules/shapes/*.yaml: rows that several products share.',
    schema: tool.ShapeFile,
  },
  places: {
    title: 'shadowscan places file',
    description: 'rules/shapes/places.yaml: folders that the OS and package managers define.',
    schema: tool.PlacesFile,
  },
  server: {
    title: 'shadowscan server shape file',
    description: 'rules/shapes/server.yaml: how clients spell the parts of an MCP server definition.',
    schema: tool.ServerShape,
  },
  wrapper: {
    title: 'shadowscan wrapper file',
    description: 'rules/wrappers/*.yaml: how one launcher or bridge hides what really runs.',
    schema: rules.Wrapper,
  },
  secret: {
    title: 'shadowscan secret file',
    description: 'rules/secrets/*.yaml: the token shapes of one provider, with examples both ways.',
    schema: rules.SecretFile,
  },
  words: {
    title: 'shadowscan words file',
    description: 'rules/secrets/words.yaml: what names and values say about being a secret.',
    schema: rules.SecretWords,
  },
  check: {
    title: 'shadowscan check file',
    description: 'rules/checks/<id>.yaml: which facts, how bad, why, and what to do.',
    schema: rules.Check,
  },
  threat: {
    title: 'shadowscan threat file',
    description: 'rules/threats/*.yaml: servers and packages known to be bad, or given up by their makers.',
    schema: rules.ThreatFile,
  },
  remote: {
    title: 'shadowscan remote file',
    description: "rules/remotes/*.yaml: vendors' official remote servers, and packages that they replace.",
    schema: rules.RemoteFile,
  },
} satisfies Record<string, Published>;
export type SchemaName = keyof typeof schemas;

/** Major version of every schema published so far. */
export const schemaMajor = 1;

/** Exported schemas become `$defs` under their own name, instead of being repeated in place. */
function named(): z.core.$ZodRegistry<{ id: string }> {
  const registry = z.registry<{ id: string }>();
  const roots = new Set<unknown>(Object.values(schemas).map((one) => one.schema));
  for (const module of [
    allowlist,
    common,
    ecs,
    event,
    fact,
    ocsf,
    plan,
    policy,
    predicate,
    record,
    report,
    rules,
    telling,
    tool,
  ])
    for (const [id, schema] of Object.entries(module))
      if (schema instanceof z.ZodType && !roots.has(schema) && !registry.has(schema))
        registry.add(schema, { id });
  return registry;
}

/** The JSON Schema of what a file or an output by that name holds. */
export function jsonSchema(name: SchemaName): Record<string, unknown> {
  const published: Published = schemas[name];
  const body = z.toJSONSchema(published.schema, {
    target: 'draft-2020-12',
    io: 'input',
    metadata: named(),
    override({ zodSchema, jsonSchema }) {
      // Zod cannot tell the two in JSON Schema: exactly one subject, and outputs that may gain fields.
      if ((zodSchema as unknown) === allowlist.AllowlistEntry)
        jsonSchema.oneOf = subjects.map((subject) => ({ required: [subject] }));
      if ((zodSchema as unknown) === allowlist.Waiver)
        jsonSchema.oneOf = ['fingerprint', 'place'].map((key) => ({ required: [key] }));
      if (published.output && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const { $schema, ...rest } = body;
  const $id = `urn:shadowscan:schema:${name}:${schemaMajor}`;
  return { $schema, $id, title: published.title, description: published.description, ...rest };
}
