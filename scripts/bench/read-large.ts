/**
 * Run by the bench: `read-large.ts FILE THREADS` searches one large text as a scan does and prints, as JSON, its
 * CPU and wall milliseconds, peak memory in MB and how much was found.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { loadRules } from '../../src/cli/load.ts';
import { readLarge } from '../../src/host/large-files.ts';
import { readPart } from '../../src/host/large-chunks.ts';
import { createSecrets } from '../../src/secrets/engine.ts';

const [file = '', threads = '1'] = process.argv.slice(2);
const rules = await loadRules();
const data = { rules: { secrets: rules.secrets, words: rules.words }, key: null, salt: 'bench' };
const scan = createSecrets(rules, null).bulk('bench');
const { size } = fs.statSync(file);
const before = process.resourceUsage().maxRSS;
const [cpu, wall] = [process.cpuUsage(), performance.now()];

/** One thread whatever the size is. */
function alone(): number {
  const fd = fs.openSync(file, 'r');
  const { hits } = readPart({ fd, from: 0, to: size, size }, scan);
  fs.closeSync(fd);
  return hits.length;
}

const work = { scan, data, late: () => false };
const found =
  threads === '1'
    ? alone()
    : readLarge([{ path: file, boundary: path.dirname(file), size }], work)[0]!.hits.length;
const used = process.cpuUsage(cpu);
console.log(
  JSON.stringify({
    found,
    cpu: (used.user + used.system) / 1000,
    wall: performance.now() - wall,
    memory: process.resourceUsage().maxRSS / 1024,
    grown: (process.resourceUsage().maxRSS - before) / 1024,
  }),
);
