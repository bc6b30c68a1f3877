/**
 * `npm run gen` writes what is derived from the source: the JSON Schemas in `schema/`, the README's table of
 * tools, the manual page, and which known places the catalogue covers. With `--check` it writes nothing and fails when a file is
 * stale, missing or no longer derived from anything.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandTree } from '../src/cli/command-tree.ts';
import { loadRules } from '../src/cli/load.ts';
import { program } from '../src/cli/program.ts';
import { catalogue, provingCount } from '../src/discover/catalogue.ts';
import { jsonSchema, schemaMajor, schemas } from '../src/model/schemas.ts';
import type { SchemaName } from '../src/model/schemas.ts';
import { platformNames } from '../src/report/words.ts';
import { coverageText } from './catalogue/coverage.ts';
import { manPage } from './packaging/man-page.ts';

const project = fileURLToPath(new URL('../', import.meta.url));
const loaded = await loadRules();
const commands = commandTree(await program([]));

/** What generated files must hold: path from the project's folder -> text. */
export function generated(): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of Object.keys(schemas) as SchemaName[])
    files.set(`schema/${name}-${schemaMajor}.json`, `${JSON.stringify(jsonSchema(name), null, 2)}\n`);
  files.set('README.md', withTable(read(`${project}README.md`) ?? ''));
  files.set('scripts/packaging/shadowscan.1', manPage(commands, 'November 20, 2026'));
  files.set('test/catalogue/coverage.md', coverageText(loaded));
  return files;
}

/** What the catalogue reads of each tool, as a table in the README. */
function withTable(readme: string): string {
  const rows = catalogue(loaded).map((tool) => {
    const { id, name, vendor, platforms, checked } = tool;
    const on = platforms.map((one) => platformNames[one]).join(', ');
    const counts = ['server', 'credential', 'permission'].map((kind) => provingCount(tool, kind)).join(' | ');
    return `| ${name} | ${id} | ${vendor} | ${on} | ${counts} | ${checked} |`;
  });
  const head = '| tool | id | vendor | OS | servers | tokens | settings | checked |';
  const table = [head, '|---|---|---|---|---|---|---|---|', ...rows].join('\n');
  const [before = '', after = ''] = readme.split(/(?<=<!-- tools:begin -->\n)[^]*?(?=<!-- tools:end -->)/);
  return `${before}${table}\n${after}`;
}

/** Generated files whose text differs from `files`, with what is wrong with each. */
export function stale(project: string, files: Map<string, string>): string[] {
  const wrong: string[] = [];
  for (const [path, text] of files) {
    const found = read(`${project}${path}`);
    if (found === null) wrong.push(`${path} is missing`);
    else if (found !== text) wrong.push(`${path} is stale`);
  }
  for (const path of leftOver(project, files)) wrong.push(`${path} is not generated any more`);
  return wrong;
}

/** Schemas of the current major version that nothing makes; those of older ones stay for ever. */
function leftOver(project: string, files: Map<string, string>): string[] {
  return list(`${project}schema`)
    .filter((name) => name.endsWith(`-${schemaMajor}.json`))
    .map((name) => `schema/${name}`)
    .filter((path) => !files.has(path));
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function main(): void {
  const files = generated();
  const wrong = stale(project, files);
  if (process.argv.includes('--check')) {
    for (const line of wrong) console.error(line);
    if (wrong.length > 0) {
      console.error('Run: npm run gen');
      process.exitCode = 1;
    }
    return;
  }
  mkdirSync(`${project}schema`, { recursive: true });
  for (const path of leftOver(project, files)) rmSync(`${project}${path}`);
  for (const [path, text] of files) writeFileSync(`${project}${path}`, text);
  console.error(`${files.size} files, ${wrong.length} changed`);
}

// Also where the script is imported by `pinned.cjs`, which puts its name in place.
if (process.argv[1] === fileURLToPath(import.meta.url)) main();
