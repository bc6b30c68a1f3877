/**
 * `kernel.wat` as a TypeScript module that holds what it was compiled to, so that the program needs no compiler.
 * Small enough for that: one and a half thousand bytes.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import loadWabt from 'wabt';

const lineChars = 96;

/** The text of `src/secrets/bulk/kernel-code.ts`. Throws, with the place, on what does not compile. */
export async function kernelModule(project: string): Promise<string> {
  const file = path.join(project, 'src', 'secrets', 'bulk', 'kernel.wat');
  const wabt = await loadWabt();
  const module = wabt.parseWat(file, readFileSync(file, 'utf8'), { simd: true, mutable_globals: true });
  const code = Buffer.from(module.toBinary({}).buffer).toString('base64');
  const lines = code.match(new RegExp(`.{1,${lineChars}}`, 'g')) ?? [];
  return [
    '/** What `kernel.wat` is compiled to, in base64. Made by `npm run gen`; not to be edited. */',
    'export const kernelCode =',
    `${lines.map((line) => `  '${line}'`).join(' +\n')};`,
    '',
  ].join('\n');
}
