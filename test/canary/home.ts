/**
 * Random homes made from the catalogue itself: for each row of each tool a file where it would look, in the form
 * that it expects, with a canary in every field that it names. So what is new in `rules/tools/` is tried too.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { stringify } from 'yaml';
import { expand as expandPaths } from '../../src/discover/expand.ts';
import { workspacePlace } from '../../src/discover/places.ts';
import type { Place } from '../../src/model/place.ts';
import type { Ruleset } from '../../src/model/rules.ts';
import type { Format, Row, Tool } from '../../src/model/tool.ts';
import { formatOf } from '../../src/parse/decode.ts';
import { compileSelector } from '../../src/parse/selector.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { expand } from '../recipe.ts';
import { type Value, type Values, isMap, writeDatabase, written } from './write.ts';

export type Dice = (below: number) => number;
export type Canary = { text: string; prefix: number };

/** Forms that are known wherever they stand, with the length of what may be shown of them. */
const known: [string, number][] = [
  ['ghp_{crc30}', 4],
  ['sk-ant-api03-{w93}AA', 13],
  ['glpat-{w20}', 6],
  ['gsk_{a52}', 4],
  ['npm_{crc30}', 4],
  ['lin_api_{a40}', 8],
];
/** Forms that only their place tells. */
const made: [string, number][] = [
  ['{a32}', 0],
  // Not in hex, which eight digits of an id of ours would meet by chance.
  ['{a40}', 0],
  ['Zq{b42}', 0],
  ['k{w63}', 0],
];

export function dice(seed: number): Dice {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Gives canaries and remembers them. */
export function nest(seed: number, bad = false) {
  const canaries: Canary[] = [];
  const roll = dice(seed);
  const give = (recipes: [string, number][]): string => {
    const [recipe, prefix] = recipes[roll(recipes.length)]!;
    const text = expand(recipe, seed * 100_003 + canaries.length);
    canaries.push({ text, prefix });
    return text;
  };
  return {
    canaries,
    roll,
    secret: () => give(roll(2) === 0 ? known : made),
    /** For names and other fields that are shown: a token that is cut in two there is none that can be known. */
    shaped: () => (bad ? 'plain' : give(known)),
  };
}
export type Nest = ReturnType<typeof nest>;

const workspace = '/home/dev/work';
const flat = (value: Value): string => (typeof value === 'string' ? value : JSON.stringify(value));
const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function undone(step: string, value: Value): Value {
  if (step === 'yaml') return stringify(value);
  if (step === 'base64') return Buffer.from(flat(value)).toString('base64');
  if (step === 'jwt') return `${encoded({ alg: 'RS256' })}.${encoded(value)}.${'s'.repeat(43)}`;
  if (step === 'uri') return `file://${flat(value)}`;
  const parts = isMap(value) ? Object.values(value) : Array.isArray(value) ? value : [value];
  if (step === 'lines') return parts.map(flat).join('\n');
  if (step === 'colons') return `h:1:d:u:${parts.map(flat).join('')}`;
  if (step === 'assignments' && isMap(value))
    return Object.entries(value)
      .map(([key, one]) => `${key}=${flat(one)}`)
      .join(' ');
  return step === 'trim' ? flat(value) : JSON.stringify(value);
}

/** The tree in which a selector reaches a value. */
function around(selector: string, leaf: Value, own: Nest): Value {
  return compileSelector(selector).reduceRight((value: Value, one): Value => {
    if (one.kind === 'step') return undone(one.step, value);
    for (const { field, value: wanted } of one.filters) if (isMap(value)) value[field] = Secret.open(wanted);
    if (one.kind === 'deep') return value;
    if (one.kind === 'key') return { [one.key]: value };
    const isPlace = one.name !== null && /^(?:workspace|path|folder)$/.test(one.name);
    const name = isPlace ? workspace : own.roll(6) === 0 ? own.shaped() : `n${own.roll(3)}`;
    return { [name]: value };
  }, leaf);
}

function merge(into: Value, value: Value): Value {
  if (!isMap(into) || !isMap(value)) return value;
  for (const [key, one] of Object.entries(value)) {
    const before = Object.hasOwn(into, key) ? into[key] : undefined;
    into[key] = before === undefined ? one : merge(before, one);
  }
  return into;
}

function definition(rules: Ruleset, own: Nest): Values {
  const fields = rules.server.fields.secrets ?? [];
  const args = ['-y', 'some-mcp', '--api-key', own.secret(), `--token=${own.secret()}`, '-e'];
  const local = {
    command: 'npx',
    args: [
      ...args,
      `A_TOKEN=${own.secret()}`,
      `https://u:${own.secret()}@h.example/?api_key=${own.secret()}`,
    ],
  };
  const remote = { url: `https://me:${own.secret()}@h.example/mcp?token=${own.secret()}` };
  const whole: Values = {
    ...(own.roll(2) === 0 ? local : remote),
    env: { A_TOKEN: own.secret(), B_PASSWORD: own.secret(), NOTE: own.shaped(), [own.shaped()]: 'x' },
    headers: { Authorization: `Bearer ${own.secret()}`, 'X-Api-Key': own.secret() },
    remark: own.shaped(),
  };
  return fields.reduce((all, field) => merge(all, around(field, own.secret(), own)) as Values, whole);
}

const judged = (own: Nest): Values => ({
  API_KEY: own.secret(),
  DB_PASSWORD: own.secret(),
  LINK: `postgres://u:${own.secret()}@h.example/db`,
  NOTE: own.shaped(),
});

type Proof = { at: string[] };

/** Every tree that the proofs of a row ask for. */
function trees({ proves = {} }: Row, rules: Ruleset, own: Nest): Value[] {
  const { lead = {}, instruction, server = [], credential = [], ...others } = proves;
  const at = (proof: Pick<Proof, 'at'>, leaf: () => Value): Value[] =>
    proof.at.map((one) => around(one, leaf(), own));
  const texts = (row: object): string[] =>
    Object.entries(row).flatMap(([key, value]) =>
      /^(?:email|organisation\w*|plan|id|version|name|url|host|value|command|args)$/.test(key)
        ? ([value].flat() as unknown[]).filter(
            (one): one is string => typeof one === 'string' && /^[\w".*]+$/.test(one),
          )
        : [],
    );
  const parts = (row: object): Value => {
    const named = texts(row).map((one) => around(one, `x ${own.shaped()}`, own));
    return named.length ? named.reduce(merge, {} as Value) : own.shaped();
  };
  return [
    ...server.flatMap((row) => at(row, () => definition(rules, own))),
    ...credential.flatMap((row) => {
      if (row.judge) return at(row, () => judged(own));
      if (row.scan) return at(row, () => `Bearer ${own.shaped()}\nAPI_KEY=${own.secret()}`);
      if (!row.fields) return at(row, own.secret);
      return row.fields.flatMap((field) => at(row, () => around(field, own.secret(), own)));
    }),
    ...[...Object.values(others), ...Object.values(lead)].flatMap((all) =>
      (all as Proof[]).flatMap((row) => at(row, () => parts(row))),
    ),
    ...(instruction === undefined ? [] : [`Use ${own.shaped()} there.`]),
  ];
}

/** A path that a pattern matches. */
function named(pattern: string, own: Nest): string {
  const name = (): string => (own.roll(5) === 0 ? own.shaped() : `a${own.roll(9)}`);
  // Only a name as a whole: within a longer word it is part of another one.
  const whole = (segment: string): string => (/^(?:\*|\{\w+\})(?:\.\w+)?$/.test(segment) ? name() : 'a1');
  return pattern
    .split('/')
    .map((segment) => segment.replace(/^(?:\*|\{\w+\})(?=\.\w+$|$)/, () => whole(segment)))
    .join('/')
    .replace(/\*\*\//g, '')
    .replace(/\{\w+(?::([^}]*))?\}/g, (_, glob?: string) => glob ?? 'a2')
    .replace(/\[0-9\]/g, '1')
    .replace(/\[[^\]]*\]/g, 'a')
    .replace(/\?/g, 'a')
    .replace(/\*/g, 'a3');
}

type Planned = { format: Format; root: Value; row: Row; loose: string[] };

function plan(files: Map<string, Planned>, tool: Tool, place: Place, rules: Ruleset, own: Nest): void {
  for (const row of tool.files) {
    const [one] = expandPaths(row.path, { place, tool, rules, bound: new Map() });
    if (one === undefined || row.proves === undefined || row.format === 'none') continue;
    const file = path.join(one.literal, named(one.pattern, own));
    const format = row.format ?? (row.proves.instruction === undefined ? formatOf(file) : 'text');
    const before = files.get(file);
    if (before && before.format !== format) continue;
    const planned: Planned = before ?? { format, root: {}, row, loose: [] };
    for (const tree of trees(row, rules, own)) {
      if (isMap(tree)) planned.root = merge(planned.root, tree);
      else planned.loose.push(flat(tree));
    }
    files.set(file, planned);
  }
}

/** What becomes of a file's bytes on a bad day. */
function damaged(bytes: Buffer, roll: Dice): Buffer {
  const at = roll(Math.max(1, bytes.length));
  const way = roll(6);
  if (way === 0) return bytes.subarray(0, at);
  if (way === 1) return Buffer.concat([bytes.subarray(0, at), Buffer.from('\0{"['), bytes.subarray(at)]);
  if (way === 2) return Buffer.concat([bytes, bytes.subarray(0, at)]);
  if (way === 3) return Buffer.concat([Buffer.from(']} '), bytes]);
  if (way === 4) return Buffer.from(`\ufeff${bytes.toString('latin1')}`, 'utf16le');
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
}

/** Fills a folder with the files of some tools; `bad` damages most of them. */
export function fill(home: string, tools: Tool[], rules: Ruleset, own: Nest, bad: boolean): void {
  const place: Place = {
    kind: 'home',
    path: home,
    boundary: home,
    platform: 'linux',
    user: 'dev',
    env: {},
    owner: null,
    home: null,
  };
  place.home = place;
  const work = workspacePlace(path.join(home, 'work'), place, 'linux', home);
  const files = new Map<string, Planned>();
  for (const tool of tools) for (const one of [place, work]) plan(files, tool, one, rules, own);
  for (const [file, { format, root, row, loose }] of files) {
    try {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      if (format === 'sqlite' && isMap(root)) {
        writeDatabase(file, root, row.tables ?? {}, own.roll(2) === 0);
        if (!bad) continue;
      }
      const isText = format === 'sqlite' || (loose.length > 0 && Object.keys(root).length === 0);
      const bytes =
        format === 'sqlite'
          ? fs.readFileSync(file)
          : isText
            ? Buffer.from(loose.join('\n'))
            : Buffer.concat([
                written(format, root as Values, own.roll(2)),
                Buffer.from(own.roll(3) === 0 ? `\n# ${own.shaped()}\n// ${own.shaped()}\n` : ''),
              ]);
      fs.writeFileSync(file, bad && own.roll(4) > 0 ? damaged(bytes, own.roll) : bytes, { mode: 0o600 });
    } catch {
      // A folder where another row wants a file: the other one is tried in another home.
    }
  }
}
