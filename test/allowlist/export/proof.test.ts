/**
 * What is said of a client is what the client itself said: its recorded answers to what is exported, against
 * ours. `scripts/client-proof.ts` records them anew when a client or an export changes.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Definition, asked, factOf, list, seen } from './proof/input.ts';
import { decide, judgeOf, server } from './sample.ts';

type Proof = {
  client: string;
  version: string;
  month: string;
  answers: { name: string; definition: Definition; verdict: string }[];
};

const folder = path.join(import.meta.dirname, 'proof');
const proofs = fs
  .readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => JSON.parse(fs.readFileSync(path.join(folder, name), 'utf8')) as Proof);

test('there is one of every client whose code could be asked', () => {
  expect(proofs.map(({ client }) => client)).toEqual(['amp', 'claude-code', 'codex', 'gemini-cli', 'vscode']);
});

describe.each(proofs)('$client $version', ({ client, answers }) => {
  test('was asked what is asked here', () => {
    expect(answers.map(({ name, definition }) => [name, definition])).toEqual(asked);
  });

  test('answers as the sidecar says it would', () => {
    const scanned = Object.entries(seen).map(([name, one]) => factOf(client, name, one));
    const judge = judgeOf(client, list, scanned);
    expect(
      answers.map(({ name, definition }) => [name, definition, judge(factOf(client, name, definition))]),
    ).toEqual(answers.map(({ name, definition, verdict }) => [name, definition, verdict]));
  });

  test('lets nothing through that the list does not approve, but for what it does not compare', () => {
    const wrong = answers
      .filter(({ verdict }) => verdict === 'allowed')
      .filter(({ name, definition }) => decide(list, server(name, definition), '').verdict !== 'approved');
    // Amp puts arguments together with blanks: one that holds blanks reads like several.
    const blurred = (one: Definition): boolean =>
      client === 'amp' && 'args' in one && one.args.some((arg) => arg.includes(' '));
    const rest = wrong.filter(({ definition }) => !blurred(definition));
    // Variables, and a user in an URL, are what nearly none of them compares: the warnings say so.
    for (const { definition } of rest) {
      const url = 'url' in definition ? definition.url : '';
      if (!url.includes('user@')) expect(definition).toHaveProperty('env.NODE_OPTIONS');
    }
  });
});
