/** Every shape against its own recipes, both ways, in the places where tokens are met. */
import { describe, expect, test } from 'vitest';
import { expand } from '../recipe.ts';
import { closed, secrets, shapes } from './kit.ts';

const seeds = [1, 2, 3];
const typesIn = (text: string): string[] => secrets.scan(closed(text)).map((one) => one.info.type);
const severity = (recipe: string): string[] =>
  secrets.scan(closed(expand(recipe))).map((one) => one.severity);
const inContext: [string, (token: string) => string][] = [
  ['bare', (token) => token],
  ['in JSON', (token) => JSON.stringify({ note: token, n: 1 })],
  ['after an escaped newline', (token) => `done\\n${token}\\nnext`],
  ['after a scheme', (token) => `Authorization: Bearer ${token}`],
  ['in a line of text', (token) => `2026-11-20 got ${token} from the store`],
];
const assigned = /^([A-Za-z_][A-Za-z0-9_]*)\s?=\s?([^]*)$/;

test('there are shapes for many providers, with ids of their own', () => {
  expect(shapes.length).toBeGreaterThanOrEqual(60);
  expect(new Set(shapes.map((shape) => shape.id)).size).toBe(shapes.length);
});

describe.each(shapes.map((shape) => [shape.id, shape] as const))('%s', (id, shape) => {
  const bound = shape.names.length > 0;

  test('is found where it stands', () => {
    for (const recipe of shape.matches) {
      for (const seed of seeds) {
        const token = expand(recipe, seed);
        if (bound) {
          const [, name, value] = assigned.exec(token)!;
          const found = secrets.judge(name!, closed(value!), 'env');
          expect(
            found.map((one) => one.info.type),
            recipe,
          ).toEqual([id]);
          expect(secrets.judge('NOTE', closed(value!), 'env').map((one) => one.info.type)).not.toContain(id);
        } else {
          for (const [where, put] of inContext) {
            expect(
              typesIn(put(token)).filter((type) => type === id),
              `${recipe} ${where}`,
            ).toEqual([id]);
          }
        }
      }
    }
  });

  test('is not found where it only looks like it', () => {
    for (const recipe of shape.clean) {
      for (const seed of seeds) {
        const text = expand(recipe, seed);
        expect(typesIn(text), recipe).not.toContain(id);
        const [, name, value] = assigned.exec(text) ?? [];
        if (name === undefined) continue;
        expect(
          secrets.judge(name, closed(value!), 'env').map((one) => one.info.type),
          recipe,
        ).not.toContain(id);
      }
    }
  });

  test('has an anchor in every match, and a mask that tells little', () => {
    for (const recipe of shape.matches) {
      const text = expand(recipe);
      if (!bound)
        expect(
          shape.anchors.some((anchor) => text.includes(anchor)),
          recipe,
        ).toBe(true);
      const [, name = 'NOTE', value = text] = bound ? assigned.exec(text)! : [];
      for (const found of secrets.judge(name, closed(value), 'env')) {
        expect(found.info.masked.length).toBeLessThanOrEqual(8);
        expect(found.info.length).toBe(found.secret.length);
        expect(found.severity).toBe(
          shape.severity === 'medium' && found.reasons.includes('name') ? 'high' : shape.severity,
        );
      }
    }
  });
});

describe('the search around a shape', () => {
  const token = expand('ghp_{crc30}');

  test('a token stands after escapes, colours and URL encoding, not inside a word', () => {
    for (const before of ['\\n', '\\t', '\\u0022', '%3D', '\u001b[32m', '_', '-', '"', '=']) {
      expect(typesIn(`x${before}${token}`), JSON.stringify(before)).toEqual(['github-pat-classic']);
    }
    for (const before of ['x', '7', 'Az']) expect(typesIn(before + token)).toEqual([]);
  });

  test('a wrong checksum lowers confidence and drops nothing', () => {
    const right = secrets.scan(closed(token))[0]!;
    const wrong = secrets.scan(closed(`${token.slice(0, -1)}${token.endsWith('0') ? '1' : '0'}`))[0]!;
    expect([right.confidence, right.reasons]).toEqual(['high', ['shape', 'checksum']]);
    expect([wrong.confidence, wrong.reasons]).toEqual(['medium', ['shape', 'wrong-checksum']]);
    expect(wrong.severity).toBe('critical');
  });

  test('shapes are found far into a large text, and next to each other', () => {
    const filler = 'some words of a transcript, one after another. '.repeat(40_000);
    const other = expand('glpat-{w20}', 9);
    const found = secrets.scan(closed(`${filler}\n${token} ${other}\n${token}`));
    expect(found.map((one) => [one.info.type, one.count, one.line])).toEqual([
      ['github-pat-classic', 2, 2],
      ['gitlab-pat', 1, 2],
    ]);
    expect(found[0]!.offset).toBe(filler.length + 1);
  });

  test('the more telling of two shapes is reported', () => {
    expect(typesIn(expand('sk-or-v1-{h64}'))).toEqual(['openrouter-api-key']);
    expect(typesIn(expand('ghs_{d6}_{jwt}'))).toEqual(['github-app-jwt-token']);
    expect(typesIn(`https://me:${token}@example.com/x`)).toEqual(['github-pat-classic']);
  });

  test('test keys are low, publishable keys are for information', () => {
    expect(severity('sk_test_51{a97}')).toEqual(['low']);
    expect(severity('sk_live_51{a97}')).toEqual(['critical']);
    expect(severity('sb_publishable_{w31}')).toEqual(['info']);
    expect(severity('{anonjwt}')).toEqual(['info']);
    expect(severity('{supajwt}')).toEqual(['critical']);
  });
});
