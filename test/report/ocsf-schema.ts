/**
 * A strict validator over a compiled OCSF schema (the form that ocsf-schema-compiler writes): required, unknown and
 * deprecated attributes, types, enumerations, constraints. The schema itself is not part of the project; it is
 * used where a checkout has it next to it, or where OCSF_SCHEMA names it.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

type Attribute = {
  type: string;
  object_type?: string;
  is_array?: boolean;
  requirement?: string;
  enum?: Record<string, unknown>;
  '@deprecated'?: unknown;
  deprecated?: unknown;
};
type Shape = {
  uid?: number;
  attributes: Record<string, Attribute>;
  constraints?: { at_least_one?: string[]; just_one?: string[] } | null;
};
type Schema = {
  version: string;
  classes: Record<string, Shape>;
  objects: Record<string, Shape>;
  types: { attributes: Record<string, { type?: string; regex?: string; max_len?: number }> };
};

const place =
  process.env['OCSF_SCHEMA'] ??
  path.join(import.meta.dirname, '..', '..', '..', 'shared', 'reference', 'ocsf-1.8.0.json');

/** The compiled schema, or null where there is none. */
export const compiledSchema: Schema | null = fs.existsSync(place)
  ? (JSON.parse(fs.readFileSync(place, 'utf8')) as Schema)
  : null;

/** Required by profiles that no event of ours has. */
const ofProfiles = new Set(['osint', 'cloud']);

function typeFlaw(value: unknown, type: string, schema: Schema): string | null {
  const { type: basis = type, regex, max_len } = schema.types.attributes[type] ?? {};
  if (type === 'json_t') return null;
  const is = {
    boolean_t: () => typeof value === 'boolean',
    string_t: () => typeof value === 'string',
    float_t: () => typeof value === 'number',
    integer_t: () => Number.isInteger(value),
    long_t: () => Number.isSafeInteger(value),
    timestamp_t: () => Number.isSafeInteger(value),
  }[basis];
  if (is === undefined || !is()) return `${typeof value} is no ${type}`;
  if (typeof value !== 'string') return null;
  if (max_len !== undefined && value.length > max_len) return 'too long';
  return regex !== undefined && !new RegExp(regex).test(value) ? `is no ${type}` : null;
}

function valueFlaws(value: unknown, attribute: Attribute, at: string, schema: Schema): string[] {
  if (attribute.is_array) {
    if (!Array.isArray(value)) return [`${at}: no list`];
    return value.flatMap((item, index) =>
      valueFlaws(item, { ...attribute, is_array: false }, `${at}[${index}]`, schema),
    );
  }
  if (attribute.type === 'object_t') {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${at}: no object`];
    if (attribute.object_type === 'object') return [];
    return shapeFlaws(value, schema.objects[attribute.object_type!]!, at, schema);
  }
  if (attribute.enum !== undefined && !Object.hasOwn(attribute.enum, String(value)))
    return [`${at}: ${String(value)} is not in the list`];
  const flaw = typeFlaw(value, attribute.type, schema);
  return flaw === null ? [] : [`${at}: ${flaw}`];
}

function shapeFlaws(given: object, shape: Shape, at: string, schema: Schema): string[] {
  const required = Object.entries(shape.attributes)
    .filter(
      ([name, one]) => one.requirement === 'required' && !ofProfiles.has(name) && !Object.hasOwn(given, name),
    )
    .map(([name]) => `${at}.${name}: missing`);
  const { at_least_one: some } = shape.constraints ?? {};
  const lacking = some !== undefined && !some.some((name) => Object.hasOwn(given, name));
  return [
    ...required,
    ...(lacking ? [`${at}: at least one of ${some.join(', ')}`] : []),
    ...Object.entries(given).flatMap(([name, value]) => {
      const attribute = Object.hasOwn(shape.attributes, name) ? shape.attributes[name] : undefined;
      if (attribute === undefined) return [`${at}.${name}: unknown`];
      if (attribute['@deprecated'] ?? attribute.deprecated) return [`${at}.${name}: deprecated`];
      return valueFlaws(value, attribute, `${at}.${name}`, schema);
    }),
  ];
}

/** Everything that is wrong with an event. */
export function flawsOf(event: object): string[] {
  if (compiledSchema === null) throw new Error('no compiled schema');
  const { class_uid, activity_id, type_uid } = event as Record<string, number>;
  const shape = Object.values(compiledSchema.classes).find(({ uid }) => uid === class_uid);
  if (shape === undefined) return [`.class_uid: ${class_uid} is unknown`];
  const sum = type_uid === class_uid! * 100 + activity_id! ? [] : ['.type_uid: not class and activity'];
  return [...sum, ...shapeFlaws(event, shape, '', compiledSchema)];
}
