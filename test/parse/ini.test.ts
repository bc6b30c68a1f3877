import { expect, test } from 'vitest';
import { select } from '../../src/parse/select.ts';
import { decode } from '../../src/parse/decode.ts';
import { Secret } from '../../src/secrets/secret.ts';
import { read, steps, values } from './tree-text.ts';

test('sections, names given twice, quotes, comments and places', () => {
  const text =
    '; note\ntop = 1\n[Service]\nEnvironment="A=b"\nEnvironment=C=d ; why\n[empty]\n# note\n[Service]\nType=x\n';
  expect(values('ini', text)).toMatchInlineSnapshot(
    `"{top: "1", Service: {Environment: ["A=b", "C=d"], Type: "x"}, empty: {}}"`,
  );
  expect(read('ini', '[a]\r\n  k =  v\r\n')).toMatchInlineSnapshot(`"{a@1:1: {k@2:3: "v"@2:8}@1:1}@1:1"`);
});

test('a line that ends in a backslash goes on', () => {
  expect(values('ini', '[Service]\nExecStart=/bin/x \\\n  --host 0.0.0.0\n')).toMatchInlineSnapshot(
    `"{Service: {ExecStart: "/bin/x    --host 0.0.0.0"}}"`,
  );
});

test('what is no assignment is left out, and names that objects have are names', () => {
  expect(values('ini', '=x\nword\n__proto__=1\nconstructor=2\nempty=\n')).toMatchInlineSnapshot(
    `"{__proto__: "1", constructor: "2", empty: ""}"`,
  );
});

test('assignments in a text are a map', () => {
  const { tree } = decode(
    'ini',
    Buffer.from('[Service]\nEnvironment="HOST=0.0.0.0:1" PORT=2 "NAME=a b" word\n'),
  );
  const found = select(tree!, 'Service.Environment | assignments | {name}', steps);
  const texts = found.map(({ bindings, node }) => [
    bindings['name'],
    node.type === 'scalar' && node.value instanceof Secret && Secret.open(node.value),
  ]);
  expect(texts).toEqual([
    ['HOST', '0.0.0.0:1'],
    ['PORT', '2'],
    ['NAME', 'a b'],
  ]);
  expect(select(tree!, 'Service.Type | assignments | {name}', steps)).toEqual([]);
});
