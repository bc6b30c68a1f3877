import { Ajv2020 } from 'ajv/dist/2020.js';
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generated, stale } from '../../scripts/gen.ts';
import { jsonSchema, schemas } from '../../src/model/schemas.ts';
import type { SchemaName } from '../../src/model/schemas.ts';

const names = Object.keys(schemas) as SchemaName[];

describe('published schemas', () => {
  it('are fresh: npm run gen', () => {
    expect(stale(fileURLToPath(new URL('../../', import.meta.url)), generated())).toEqual([]);
  });

  it.each(names)('%s is a JSON Schema with a name and no reference out of itself', (name) => {
    const schema = jsonSchema(name);
    expect(new Ajv2020({ strictTypes: false }).validateSchema(schema)).toBe(true);
    expect(() => new Ajv2020({ strictTypes: false }).compile(schema)).not.toThrow();
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:shadowscan:schema:${name}:1`,
      title: expect.stringMatching(/^shadowscan /),
      description: expect.stringMatching(/\.$/),
    });
  });

  it('say of an allowlist entry what zod says', () => {
    const { schema } = schemas.allowlist;
    const valid = new Ajv2020({ strictTypes: false }).compile(jsonSchema('allowlist'));
    const lists = [
      { version: 1, name: 'a', approve: [{ package: 'npm:x' }] },
      { version: 1, name: 'a', approve: [{ package: 'npm:x', url: 'https://x.example' }] },
      { version: 1, name: 'a', approve: [{ owner: 'nobody' }] },
      { version: 1, name: 'a', approve: [{ package: 'x' }] },
      { version: 1, name: 'a', aprove: [] },
    ];
    const verdicts = [true, false, false, false, false];
    expect(lists.map((list) => valid(list))).toEqual(verdicts);
    expect(lists.map((list) => schema.safeParse(list).success)).toEqual(verdicts);
  });

  it('let a rule file be written the short way', () => {
    const valid = new Ajv2020({ strict: false }).compile(jsonSchema('tool'));
    const tool = {
      name: 'A',
      vendor: 'B',
      category: 'cli-agent',
      homepage: 'https://a.example',
      source: 'docs',
      checked: '2026-11',
    };
    expect(valid({ ...tool, files: [{ path: '~/.a.json', proves: { server: 'mcpServers.*' } }] })).toBe(true);
    expect(
      valid({ ...tool, files: [{ path: ['~/.a.json'], proves: { server: [{ at: 'mcpServers.*' }] } }] }),
    ).toBe(true);
    expect(valid({ ...tool, files: [{ path: '~/.a.json', prove: {} }] })).toBe(false);
  });
});

describe('gen --check', () => {
  let project = '';
  beforeEach(() => {
    project = `${mkdtempSync(join(tmpdir(), 'gen-'))}/`;
    mkdirSync(`${project}schema`);
  });
  afterEach(() => {
    rmSync(project, { recursive: true });
  });

  it('tells missing, stale and left over files apart, and leaves older versions alone', () => {
    const files = new Map([
      ['schema/a-1.json', 'a'],
      ['schema/b-1.json', 'b'],
      ['schema/c-1.json', 'c'],
    ]);
    writeFileSync(`${project}schema/a-1.json`, 'a');
    writeFileSync(`${project}schema/b-1.json`, 'other');
    writeFileSync(`${project}schema/d-1.json`, 'd');
    writeFileSync(`${project}schema/d-0.json`, 'd');
    expect(stale(project, files)).toEqual([
      'schema/b-1.json is stale',
      'schema/c-1.json is missing',
      'schema/d-1.json is not generated any more',
    ]);
  });
});
