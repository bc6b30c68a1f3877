/** `shadowscan tools [TOOL...]`: the catalogue, or all that is looked for of single tools. */
import { Command, Option } from 'commander';
import { humanOrJson, wantsJson } from './human-or-json.ts';
import { type CatalogueTool, type PathsByOs, catalogue, provingCount } from '../discover/catalogue.ts';
import { writeOut } from '../host/output.ts';
import type { Platform } from '../model/common.ts';
import { platforms } from '../model/words.ts';
import { usageError } from '../model/usage-error.ts';
import { nearest } from '../parse/nearest.ts';
import { platformNames } from '../report/words.ts';
import { loadRules } from './load.ts';

type Options = { format?: string; platform?: Platform; rules?: string };

function list(tools: CatalogueTool[]): string[] {
  const title = ['tool', 'name', 'category', 'OS', 'servers', 'tokens', 'settings', 'checked'];
  const rows = tools.map((tool) => [
    tool.id,
    tool.name,
    tool.category,
    tool.platforms.map((one) => one.slice(0, 3)).join(' '),
    provingCount(tool, 'server'),
    provingCount(tool, 'credential'),
    provingCount(tool, 'permission'),
    tool.checked,
  ]);
  const widths = title.map((word, at) => Math.max(word.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[]): string =>
    `${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  return [
    line(title),
    ...rows.map(line),
    '',
    `${tools.length} tools. Numbers are kinds of files that are read. All of one: shadowscan tools NAME`,
  ];
}

/** Paths that are the same on every OS once, others by OS. */
function pathLines(paths: PathsByOs, only: Platform | undefined): string[] {
  const shown = platforms.filter((one) => (only === undefined || one === only) && paths[one] !== undefined);
  const byText = Map.groupBy(
    shown.flatMap((platform) => (paths[platform] ?? []).map((path) => ({ platform, path }))),
    ({ path }) => path,
  );
  return [...byText].map(([path, on]) => {
    const all = on.length === shown.length && shown.length > 1;
    const where =
      all || only !== undefined ? '' : `  (${on.map(({ platform }) => platformNames[platform]).join(', ')})`;
    return `    ${path}${where}`;
  });
}

function page(tool: CatalogueTool, only: Platform | undefined): string[] {
  const names = Object.entries(tool.installed).map(([kind, all]) => `    ${kind}: ${all.join(', ')}`);
  const places = pathLines(tool.installPaths, only);
  return [
    `${tool.id}: ${tool.name}, ${tool.vendor} (${tool.category})`,
    `  ${tool.homepage}`,
    `  Source: ${tool.source}; checked ${tool.checked}, confidence ${tool.confidence}`,
    ...(tool.note === null ? [] : [`  Note: ${tool.note}`]),
    ...(names.length + places.length > 0 ? ['  Installed, by', ...names, ...places] : []),
    ...tool.files.flatMap((file) => {
      const lines = pathLines(file.paths, only);
      const sure = file.confidence === 'high' ? '' : `, confidence ${file.confidence}`;
      const what = file.proves.length > 0 ? file.proves.join(', ') : file.evidence;
      return lines.length === 0 ? [] : [`  ${what}${sure}`, ...lines];
    }),
  ];
}

async function run(given: string[], options: Options): Promise<void> {
  const rules = await loadRules(options.rules);
  const all = catalogue(rules);
  const ids = all.map(({ id }) => id);
  const called = (name: string): string =>
    all.find((tool) => [tool.id, tool.name.toLowerCase()].includes(name.toLowerCase()))?.id ?? name;
  const names = given.map(called);
  for (const name of names) {
    if (ids.includes(name)) continue;
    const near = nearest(name, ids);
    const hint = near === null ? '`shadowscan tools` lists them' : `did you mean "${near}"?`;
    throw usageError(`tools ${name}: no such tool; ${hint}`);
  }
  const { platform } = options;
  const chosen = all
    .filter(({ id }) => names.length === 0 || names.includes(id))
    .filter((tool) => platform === undefined || tool.platforms.includes(platform));
  const json = wantsJson(options.format);
  if (json) {
    const { version, sha256 } = rules;
    const document = { schema: 'shadowscan.tools/1', rules: { version, sha256 }, tools: chosen };
    writeOut([`${JSON.stringify(document, null, 2)}\n`]);
  } else {
    const lines = names.length === 0 ? list(chosen) : chosen.flatMap((tool) => [...page(tool, platform), '']);
    writeOut(lines.map((line) => `${line}\n`));
  }
}

/** The command, for the program. */
export function toolsCommand(): Command {
  return new Command('tools')
    .description('print the catalogue: what is looked for where, with source and month')
    .argument('[tool...]', 'print all that is looked for of these')
    .addOption(humanOrJson())
    .addOption(new Option('--platform <os>', 'what concerns one OS').choices(platforms))
    .option('--rules <dir>', 'add rules of a folder; it replaces none')
    .action(run);
}
