/**
 * Puts the keys of a value in the order of its schema, and those of maps in alphabetical order, so that
 * equal reports are equal texts however they were put together. It judges nothing: what the schema does
 * not know comes last and is kept.
 */
import type { $ZodType, $ZodTypes } from 'zod/v4/core';

/** A copy of `value` with its keys in order. Leaves out what is undefined. */
export function ordered(value: unknown, schema: $ZodType): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const def = defOf(schema);
  if (def.type === 'optional' || def.type === 'nullable') return ordered(value, def.innerType);
  if (def.type === 'array' && Array.isArray(value)) return value.map((item) => ordered(item, def.element));
  if (def.type === 'union') return ordered(value, optionOf(value, def.options));
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  if (def.type === 'object') return fields(entries, def.shape);
  if (def.type === 'record') return map(entries, def.keyType, def.valueType);
  return value;
}

function fields(entries: [string, unknown][], shape: Readonly<Record<string, $ZodType>>): unknown {
  const place = new Map(Object.keys(shape).map((key, index) => [key, index]));
  const rank = ([key]: [string, unknown]) => place.get(key) ?? place.size;
  const known = (key: string) => (place.has(key) ? shape[key] : undefined);
  return Object.fromEntries(
    entries
      .toSorted((one, other) => rank(one) - rank(other))
      .map(([key, item]) => [key, ordered(item, known(key) ?? unknownSchema)]),
  );
}

/** Keys of a closed list come in its order, such as severities from critical to info. */
function map(entries: [string, unknown][], keys: $ZodType, values: $ZodType): unknown {
  const def = defOf(keys);
  const list = def.type === 'enum' ? Object.values(def.entries) : [];
  const rank = (key: string) => (list.includes(key) ? list.indexOf(key) : list.length);
  return Object.fromEntries(
    entries
      .toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))
      .map(([key, item]) => [key, ordered(item, values)]),
  );
}

/** The option whose literal fields (`kind`, `type`) all agree with the value. */
function optionOf(value: object, options: readonly $ZodType[]): $ZodType {
  const agrees = (option: $ZodType): boolean => {
    const def = defOf(option);
    if (def.type === 'union') return def.options.some(agrees);
    if (def.type !== 'object') return Array.isArray(value) && def.type === 'array';
    return Object.entries(def.shape).every(([key, field]) => {
      const literal = defOf(field);
      return literal.type !== 'literal' || literal.values.includes(Reflect.get(value, key));
    });
  };
  return options.find(agrees) ?? unknownSchema;
}

/** What a schema says of itself. */
function defOf(schema: $ZodType): $ZodTypes['_zod']['def'] {
  return (schema as unknown as { def: $ZodTypes['_zod']['def'] }).def;
}

/** A schema that says nothing of order. */
const unknownSchema = { def: { type: 'unknown' } } as unknown as $ZodType;
