/** What a delivery begins with, before it comes to the program. */
import { chmodSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

/** Writes `start` or `start-file`; `main` is the module that is the program. */
export async function bundleStart(name: string, outfile: string, main: string): Promise<void> {
  const entryPoints = [path.join(import.meta.dirname, `${name}.ts`)];
  const define = { MAIN: JSON.stringify(main) };
  await build({
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node22',
    define,
    // npm links the file as a command.
    ...(name === 'start-file' && { banner: { js: '#!/usr/bin/env node' } }),
  });
  if (name === 'start-file') chmodSync(outfile, 0o755);
}
