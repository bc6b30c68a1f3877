/**
 * A corpus of agent transcripts to measure with: JSON lines with real source text as the output of tools,
 * ids, signatures, images in base64 and, now and then, a secret made from the recipes of the rules. The same
 * size gives the same text, as long as the packages that it quotes are the same.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expand } from '../../test/recipe.ts';

type Shape = { matches: string[]; names: string[] };
type Random = (below: number) => number;

const top = path.join(import.meta.dirname, '..', '..');

function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

/** Source text of the packages that lie here. */
function material(): string[] {
  const folders = ['node_modules/{zod,yaml,commander,semver,chalk,vitest,esbuild}', 'src', 'rules'];
  const files = folders
    .flatMap((folder) => fs.globSync(`${folder}/**/*.{js,ts,cjs,mjs,md,yaml,json}`, { cwd: top }))
    .toSorted();
  return files
    .map((file) => fs.readFileSync(path.join(top, file), 'utf8'))
    .filter((text) => text.length > 500);
}

/** Random text in some alphabet, cut from one long piece that is made once. */
function noiseOf(random: Random): (alphabet: 'base64' | 'hex', length: number) => string {
  const bytes = Buffer.from(Uint8Array.from({ length: 200_000 }, () => random(256)));
  const long = { base64: bytes.toString('base64'), hex: bytes.toString('hex') };
  return (alphabet, length) => {
    const from = random(long[alphabet].length - length);
    return long[alphabet].slice(from, from + length);
  };
}

/** Writes a transcript of about `megabytes` and tells how many secrets it holds. */
export function writeTranscript(file: string, megabytes: number, shapes: Shape[]): number {
  const random = randomOf(megabytes);
  const noise = noiseOf(random);
  const texts = material();
  const recipes = shapes.filter(({ names }) => names.length === 0).flatMap(({ matches }) => matches);
  const uuid = (): string => noise('hex', 32).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const wanted = megabytes * 1_000_000;
  const out = fs.openSync(file, 'w', 0o600);
  let written = 0;
  let planted = 0;
  for (let turn = 0; written < wanted; turn += 1) {
    const text = texts[random(texts.length)]!;
    const from = random(Math.max(1, text.length - 4_000));
    let output = text.slice(from, from + 500 + random(6_000));
    if (turn % 60 === 7) {
      output += `\n$ env\nTOOL=${expand(recipes[random(recipes.length)]!, turn)}\n`;
      planted += 1;
    }
    const content: unknown[] = [
      { tool_use_id: `toolu_01${noise('hex', 22)}`, type: 'tool_result', content: output },
    ];
    if (turn % 11 === 3) {
      content.push({
        type: 'thinking',
        thinking: text.slice(0, 300),
        signature: noise('base64', 400 + random(900)),
      });
    }
    if (turn % 700 === 5) {
      const data = noise('base64', 4_000 + random(86_000));
      content.push({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } });
    }
    const line = {
      parentUuid: uuid(),
      isSidechain: false,
      userType: 'external',
      cwd: '/home/dev/work/api',
      sessionId: uuid(),
      version: '2.1.328',
      gitBranch: 'main',
      type: turn % 2 === 0 ? 'user' : 'assistant',
      message: { role: 'user', content, usage: { input_tokens: random(9_000), output_tokens: random(900) } },
      uuid: uuid(),
      timestamp: '2026-11-20T08:00:00.000Z',
    };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    written += bytes.length;
    fs.writeSync(out, bytes);
  }
  fs.closeSync(out);
  return planted;
}
