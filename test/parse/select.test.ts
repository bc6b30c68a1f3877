/** Selectors over trees of real shape. */
import { describe, expect, test } from 'vitest';
import { limits } from '../../src/limits.ts';
import type { Bindings } from '../../src/model/place.ts';
import type { Format } from '../../src/model/tool.ts';
import type { Flaw, Tree } from '../../src/model/tree.ts';
import { decode } from '../../src/parse/decode.ts';
import { asList, asMap, child, first, scalarText, select } from '../../src/parse/select.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { steps, treeText } from './tree-text.ts';

function tree(format: Format, text: string): Tree {
  const decoded = decode(format, Buffer.from(text));
  if (!decoded.tree) throw new Error('no tree');
  return decoded.tree;
}

/** Matches as `pointer {bindings} @line:column value`. */
function found(from: Tree, selector: string, bindings: Bindings = {}): string[] {
  return select(from, selector, steps, bindings).map((match) => {
    const bound = Object.entries(match.bindings).map(([name, value]) => `${name}=${value}`);
    const at = match.at ? `@${match.at.line}:${match.at.column}` : '';
    const value = treeText(match.node).replace(/@\d+:\d+/g, '');
    return [match.pointer || '.', ...bound, at, value].join(' ');
  });
}

describe('a state file with a map of projects', () => {
  const state = tree(
    'json',
    '{"mcpServers": {"g": {"command": "a"}},\n "projects": {\n  "/home/u/x": {"mcpServers": {"s": {"command": "b"}}, "off": ["s", "t"]},\n' +
      '  "/home/u/~y": {"mcpServers": {"s": {"url": "c"}, "t": 1}}}}',
  );

  test('captures bind keys, at any depth', () => {
    expect(found(state, 'projects.{workspace}.mcpServers.{name}')).toEqual([
      '/projects/~1home~1u~1x/mcpServers/s workspace=/home/u/x name=s @3:32 {command: "b"}',
      '/projects/~1home~1u~1~0y/mcpServers/s workspace=/home/u/~y name=s @4:33 {url: "c"}',
      '/projects/~1home~1u~1~0y/mcpServers/t workspace=/home/u/~y name=t @4:52 1',
    ]);
  });

  test('a bound name stands for its value, and for nothing when it is not bound', () => {
    expect(found(state, 'projects.<workspace>.off.*', { workspace: '/home/u/x' })).toEqual([
      '/projects/~1home~1u~1x/off/0 workspace=/home/u/x @3:64 "s"',
      '/projects/~1home~1u~1x/off/1 workspace=/home/u/x @3:69 "t"',
    ]);
    expect(found(state, 'projects.<workspace>.off')).toEqual([]);
    expect(found(state, 'projects.<constructor>.off')).toEqual([]);
    expect(found(state, 'projects.<workspace>', { workspace: '/home' })).toEqual([]);
  });

  test('a match says how it was reached', () => {
    const [match] = select(state, 'projects.*.off.1', steps);
    expect(match).toMatchObject({ key: '1', listIndex: true, parent: { type: 'list' } });
    expect(select(state, 'mcpServers.g', steps)[0]).toMatchObject({
      key: 'g',
      listIndex: false,
      parent: { type: 'map' },
    });
    expect(select(state, '.', steps)).toEqual([
      {
        node: state,
        bindings: {},
        pointer: '',
        key: null,
        listIndex: false,
        parent: null,
        at: { line: 1, column: 1 },
      },
    ]);
  });

  test('any depth', () => {
    expect(found(state, '**.mcpServers.{name}').map((line) => line.split(' ')[0])).toEqual([
      '/mcpServers/g',
      '/projects/~1home~1u~1x/mcpServers/s',
      '/projects/~1home~1u~1~0y/mcpServers/s',
      '/projects/~1home~1u~1~0y/mcpServers/t',
    ]);
    expect(found(state, 'projects.**.command')).toEqual([
      '/projects/~1home~1u~1x/mcpServers/s/command @3:38 "b"',
    ]);
    expect(found(state, 'mcpServers.g.command.**')).toEqual(['/mcpServers/g/command @1:23 "a"']);
  });
});

describe('keys', () => {
  test('with dots are quoted, and may hold quotes themselves', () => {
    const settings = tree(
      'json',
      '{"amp.mcpServers": {"s": 1}, "amp": {"mcpServers": {"no": 1}}, "a\\"\\\\b": 2, "": 3}',
    );
    expect(found(settings, '"amp.mcpServers".{name}')).toEqual(['/amp.mcpServers/s name=s @1:21 1']);
    expect(found(settings, String.raw`"a\"\\b"`)).toEqual([String.raw`/a"\b @1:64 2`]);
    expect(found(settings, '""')).toEqual(['/ @1:77 3']);
  });

  test('of duplicates the last one counts, for names and for all', () => {
    const twice = tree('json', '{"a": 1, "b": 2, "a": 3}');
    expect(found(twice, 'a')).toEqual(['/a @1:18 3']);
    expect(found(twice, '{k}')).toEqual(['/a k=a @1:18 3', '/b k=b @1:10 2']);
    expect(found(twice, '*')).toHaveLength(2);
  });

  test('numbers are places in lists and names in maps; a quoted one is a name alone', () => {
    const mixed = tree('json', '{"list": ["a", "b"], "map": {"1": "c"}}');
    expect(found(mixed, 'list.1')).toEqual(['/list/1 @1:16 "b"']);
    expect(found(mixed, 'list.2')).toEqual([]);
    expect(found(mixed, 'list."1"')).toEqual([]);
    expect(found(mixed, 'map.1')).toEqual(['/map/1 @1:30 "c"']);
  });

  test('do not reach through a list by themselves, nor into scalars', () => {
    const list = tree('json', '{"l": [{"a": 1}], "s": "x"}');
    expect(found(list, 'l.a')).toEqual([]);
    expect(found(list, 'l.*.a')).toEqual(['/l/0/a @1:9 1']);
    expect(found(list, 's.*')).toEqual([]);
    expect(found(list, 's.length')).toEqual([]);
  });

  test('that every object has are not there unless written', () => {
    expect(found(tree('json', '{"a": {}}'), 'a.constructor')).toEqual([]);
    expect(found(tree('json', '{"a": {}}'), '__proto__')).toEqual([]);
    expect(found(tree('json', '{"__proto__": {"a": 1}}'), '__proto__.a')).toEqual(['/__proto__/a @1:16 1']);
  });
});

describe('lists with the name in a field', () => {
  const config = tree(
    'yaml',
    'mcpServers:\n  - name: a\n    command: npx\n  - name: b\n    url: "u"\n    port: 80\n',
  );

  test('a capture binds the place', () => {
    expect(found(config, 'mcpServers.{i}')).toEqual([
      '/mcpServers/0 i=0 @2:5 {name: "a", command: "npx"}',
      '/mcpServers/1 i=1 @4:5 {name: "b", url: "u", port: 80}',
    ]);
    expect(found(config, 'mcpServers.{i}.name')).toEqual([
      '/mcpServers/0/name i=0 @2:5 "a"',
      '/mcpServers/1/name i=1 @4:5 "b"',
    ]);
  });

  test('a filter keeps the maps whose field is that text', () => {
    expect(found(config, 'mcpServers.{i}[name=b].url')).toEqual(['/mcpServers/1/url i=1 @5:5 "u"']);
    expect(found(config, 'mcpServers[name="a"].command')).toEqual(['/mcpServers/0/command @3:5 "npx"']);
    expect(found(config, 'mcpServers[port=80][name=b].url')).toHaveLength(1);
    expect(found(config, 'mcpServers[port=80][name=a]')).toEqual([]);
    expect(found(config, 'mcpServers[absent=a]')).toEqual([]);
    expect(found(config, '**[name=a].command')).toHaveLength(1);
    expect(found(config, 'mcpServers.0.name[name=a]')).toEqual([]);
  });
});

test('XML of an IDE: filters over elements', () => {
  const options = tree(
    'xml',
    '<application>\n  <component name="Other"><option name="x" value="no"/></component>\n  <component name="McpServers">\n' +
      '    <servers><entry key="s"><option name="command" value="npx"/></entry></servers>\n  </component>\n</application>',
  );
  const selector =
    'application.*.component[name=McpServers].servers.*.entry.*[key=s].option[name=command].value';
  expect(found(options, selector)).toEqual([
    '/application/0/component/1/servers/0/entry/0/option/0/value @4:52 "npx"',
  ]);
  expect(found(options, 'application.*.component[name=Mcp]')).toEqual([]);
});

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('steps', () => {
  const claims = { 'https://api.openai.com/auth': { chatgpt_plan_type: 'plus' }, plan: 'free' };
  const token = `${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.${part({})}`;
  const auth = tree('json', JSON.stringify({ tokens: { id_token: token, other: 'x' } }));

  test('the claims of a token', () => {
    expect(found(auth, 'tokens.id_token | jwt | "https://api.openai.com/auth".chatgpt_plan_type')).toEqual([
      '/tokens/id_token#jwt/https:~1~1api.openai.com~1auth/chatgpt_plan_type @1:12 "plus"',
    ]);
    expect(found(auth, 'tokens.id_token|jwt|plan')).toEqual(['/tokens/id_token#jwt/plan @1:12 "free"']);
    expect(found(auth, 'tokens.other | jwt | plan')).toEqual([]);
  });

  test('JSON in a YAML text: places are those of the text', () => {
    const outer = tree('yaml', 'a: 1\nservers: \'{"s": {"command": "npx", "list": [1]}}\'\n');
    expect(found(outer, 'servers | json | {name}')).toEqual([
      '/servers#json/s name=s @2:1 {command: "npx", list: [1]}',
    ]);
    expect(found(outer, 'servers | json | s.list.0')).toEqual(['/servers#json/s/list/0 @2:1 1']);
    expect(found(outer, 'servers | json')).toEqual(['/servers#json @2:1 {s: {command: "npx", list: [1]}}']);
    expect(found(outer, 'a | json')).toEqual([]);
    expect(found(outer, '. | json')).toEqual([]);
  });

  test('the other steps', () => {
    const all = tree(
      'json',
      JSON.stringify({
        t: 'a = { b = 1 }',
        y: 'b: [2]',
        p: '<plist><dict><key>b</key><integer>3</integer></dict></plist>',
        e: Buffer.from('{"b": 4}').toString('base64'),
        u: 'file:///home/u%20x',
        s: ' x ',
        l: 'one\n\nthree',
        json: { b: 5 },
      }),
    );
    const value = (selector: string): string[] =>
      select(all, selector, steps).map(({ node }) => treeText(node).replace(/@\d+:\d+/g, ''));
    expect(value('t | toml | a.b')).toEqual(['1']);
    expect(value('y | yaml | b.0')).toEqual(['2']);
    expect(value('p | plist | b')).toEqual(['3']);
    expect(value('e | base64 | json | b')).toEqual(['4']);
    expect(value('u | uri')).toEqual(['"/home/u x"']);
    expect(value('s | trim')).toEqual(['"x"']);
    expect(value('l | lines | *')).toEqual(['"one"', '""', '"three"']);
    expect(value('json | b')).toEqual(['5']);
    expect(value('s | base64')).toEqual([]);
  });

  test('lines of a whole file have their own places', () => {
    const log = tree('text', 'a\nb\r\nc');
    expect(found(log, '. | lines | *')).toEqual([
      '#lines/0 @1:1 "a"',
      '#lines/1 @2:1 "b"',
      '#lines/2 @3:1 "c"',
    ]);
    expect(found(tree('json', '{"l":\n"a\\nb"}'), 'l | lines | 1')).toEqual(['/l#lines/1 @1:2 "b"']);
  });

  test('what cannot be read inside a text is told', () => {
    const flaws: Flaw[] = [];
    const outer = tree('json', '{"a": "{\\"b\\": 1, \\"c\\":", "d": "fine"}');
    const matches = select(outer, 'a | json | b', steps, {}, (flaw) => flaws.push(flaw));
    expect(matches).toHaveLength(1);
    expect(flaws).toContainEqual({ reason: 'malformed', at: { line: 1, column: 2 } });
    flaws.length = 0;
    select(outer, 'd | trim', steps, {}, (flaw) => flaws.push(flaw));
    expect(flaws).toEqual([]);
  });

  test('depth inside a text is bounded as in a file', () => {
    const outer = tree('json', JSON.stringify({ a: '['.repeat(100_000), b: `{"x": ${'['.repeat(100_000)}` }));
    const flaws: Flaw[] = [];
    expect(select(outer, 'b | json | **', steps, {}, (flaw) => flaws.push(flaw)).length).toBeLessThanOrEqual(
      limits.treeDepth,
    );
    expect(flaws.map(({ reason }) => reason)).toContain('too-deep');
  });
});

const many = (count: number): Tree => tree('json', `[${'1,'.repeat(count)}]`);

test('matches are bounded, and that is told', () => {
  const flaws: Flaw[] = [];
  expect(select(many(limits.matches), '*', steps, {}, (flaw) => flaws.push(flaw))).toHaveLength(
    limits.matches,
  );
  expect(flaws).toEqual([]);
  expect(select(many(limits.matches + 5), '*', steps, {}, (flaw) => flaws.push(flaw))).toHaveLength(
    limits.matches,
  );
  expect(flaws.map(({ reason }) => reason)).toEqual(['too-large']);
});

describe('questions to a node', () => {
  const node = tree('json', '{"t": "x", "n": 1.5, "b": false, "z": null, "l": [1], "m": {}, "l": [2]}');

  test('child, list, map', () => {
    expect(treeText(child(node, 't'))).toBe('"x"@1:7');
    expect(asList(child(node, 'l'))?.items).toMatchObject([{ value: 2 }]);
    expect(child(child(node, 'l'), 0)).toMatchObject({ value: 2 });
    expect(child(child(node, 'l'), 1)).toBeNull();
    expect(child(node, 'absent')).toBeNull();
    expect(asMap(child(node, 'm'))).toMatchObject({ type: 'map' });
    expect(asMap(child(node, 'l'))).toBeNull();
    expect(asList(null)).toBeNull();
  });

  test('text of scalars', () => {
    const text = (key: string): string | undefined => scalarText(child(node, key))?.toString();
    expect(scalarText(child(node, 't'))).toBeInstanceOf(Secret);
    expect(text('t')).toBe('[secret]');
    expect(scalarText(child(node, 'n'))?.equals(new Secret('1.5'))).toBe(true);
    expect(scalarText(child(node, 'b'))?.equals(new Secret('false'))).toBe(true);
    expect([text('z'), text('l'), text('m')]).toEqual([undefined, undefined, undefined]);
  });

  test('the first text that selectors reach, in their order', () => {
    const shown = (...selectors: string[]): string | null => {
      const text = first(node, selectors, steps);
      return text && steps.show(text);
    };
    expect(shown('absent', 'm', 'z', 't', 'n')).toBe('x');
    expect(shown('n', 't')).toBe('1.5');
    expect(shown('<key>')).toBeNull();
    expect(first(node, ['<key>'], steps, { key: 't' })?.equals(new Secret('x'))).toBe(true);
    expect(shown('absent', 'm')).toBeNull();
  });
});
