/** The invariants of ARCHITECTURE.md, as tests over the source itself. Each says what to do instead. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';

const top = path.join(import.meta.dirname, '..');
const src = path.join(top, 'src');

type Module = { name: string; text: string; code: string; imports: string[] };

/** Source without comments, so that prose may name what code may not. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/[^\n]*/g, '$1');
}

const modules: Module[] = fs
  .globSync('**/*.ts', { cwd: src })
  .toSorted()
  .map((name) => {
    const text = fs.readFileSync(path.join(src, name), 'utf8');
    const code = withoutComments(text);
    const imports = [...code.matchAll(/(?:from|import\(|require\()\s*['"]([^'"]+)['"]/g)].map(
      (found) => found[1]!,
    );
    return { name: name.replaceAll('\\', '/'), text, code, imports };
  });

const stages = [
  'host',
  'discover',
  'inventory',
  'resolve',
  'allowlist',
  'evaluate',
  'report',
  'ship',
  'migrate',
  'cli',
];
const kits = ['model', 'parse', 'secrets', 'identity'];
/** The run itself, `scan.ts` and `scan/`, is above all stages. */
const areaOf = (name: string): string => {
  const [area, ...rest] = name.split('/');
  return rest.length === 0 || area === 'scan' ? 'top' : area!;
};
const target = (module: Module, specifier: string): string =>
  path.posix.relative('.', path.posix.join(path.posix.dirname(module.name), specifier));

test('no stage imports another stage, and no kit a stage', () => {
  const wrong = modules.flatMap((module) => {
    const own = areaOf(module.name);
    if (own === 'top' || own === 'cli') return [];
    return module.imports
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => target(module, specifier))
      .filter((file) => {
        const other = areaOf(file);
        if (other === own || other === 'top') return file !== 'limits.ts' && other === 'top';
        // The matcher of the allowlist is called by `evaluate` through its own address.
        return kits.includes(own) ? stages.includes(other) : stages.includes(other);
      })
      .map(
        (file) =>
          `${module.name} imports ${file}: pass a value instead; only scan.ts and cli/ know the order`,
      );
  });
  expect(wrong).toEqual([]);
});

test('only host/ touches the outside world', () => {
  const outside =
    /^(?:node:)?(?:fs|fs\/promises|child_process|net|http|https|tls|dgram|dns|os|worker_threads|timers.*)$|^fast-glob$/;
  const words =
    /\bprocess\.(?:env|cwd|kill|getuid|geteuid)\b|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\bfetch\(/;
  const wrong = modules
    .filter((module) => !['host', 'cli'].includes(areaOf(module.name)))
    .flatMap((module) => [
      ...module.imports
        .filter((specifier) => outside.test(specifier))
        .map((specifier) => `${module.name} imports ${specifier}`),
      ...(words.test(module.code) ? [`${module.name} uses ${words.exec(module.code)![0]}`] : []),
    ]);
  expect(wrong, 'ask the Host for it').toEqual([]);
});

/** Tools that are named by a word that we use ourselves. */
const plainWords = new Set(['continue', 'cursor', 'goose', 'vault']);
/** Standard folders of every program, ours too. */
const standardFolders = new Set(['.config', '.cache', '.local']);

test("no product's path, file name or config key is in the code", async () => {
  const rules = await loadRules();
  const words = new Set<string>();
  for (const tool of rules.tools) {
    if (tool.id.length > 4 && !plainWords.has(tool.id)) words.add(tool.id);
    for (const row of tool.files) {
      for (const file of Object.values(row.path).flat()) {
        for (const [segment] of file.matchAll(/(?<=[/~])\.[a-z][\w-]{3,}(?=\/|$)/g))
          if (!standardFolders.has(segment)) words.add(segment);
      }
      for (const server of row.proves?.server ?? []) {
        for (const at of server.at)
          for (const [key] of at.matchAll(/\b\w*(?:[a-z][A-Z]|_)\w*\b/g)) words.add(key);
      }
    }
  }
  expect(words.size).toBeGreaterThan(30);
  const named = new Set(['allowlist/export', 'migrate/launcher']);
  const wrong = modules
    .filter((module) => ![...named].some((folder) => module.name.startsWith(folder)))
    .flatMap((module) =>
      [...module.code.matchAll(/'[^'\n]*'|"[^"\n]*"|`[^`]*`|\/(?![/*])[^/\n]+\/[a-z]*/g)].flatMap(
        ([literal]) =>
          [...words]
            .filter((word) =>
              new RegExp(`(?<!\\w)${word.replace(/[.$()+*?[\]{}|^-]/g, '\\$&')}(?!\\w)`).test(literal),
            )
            .map((word) => `${module.name}: ${word} in ${literal.slice(0, 60)}`),
      ),
    );
  expect(wrong, 'say it in rules/').toEqual([]);
});

test('each library has one address', () => {
  const manifest = JSON.parse(fs.readFileSync(path.join(top, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  // Schemas are written with zod and commands with commander wherever there is one.
  const everywhere = new Set(['zod', 'commander']);
  const users = Object.keys(manifest.dependencies)
    .filter((library) => !everywhere.has(library))
    .map((library) => {
      const by = modules.filter((module) =>
        module.imports.some((one) => one === library || one.startsWith(`${library}/`)),
      );
      return { library, by: by.map((module) => module.name) };
    });
  expect(users.filter(({ by }) => by.length > 1)).toEqual([]);
});

test('a Secret is opened under secrets/ and migrate/ alone', () => {
  const wrong = modules
    .filter((module) => !['secrets', 'migrate'].includes(areaOf(module.name)))
    .filter((module) => /\bSecret\s*\.\s*open\b|\bSecret\[['"]open/.test(module.code))
    .map((module) => module.name);
  expect(wrong, 'ask secrets/ for a verdict, a masked form or a digest').toEqual([]);
});

test('console and standard output belong to cli/', () => {
  const wrong = modules
    .filter((module) => areaOf(module.name) !== 'cli')
    .filter((module) => /\bconsole\.|\bprocess\.std(?:out|err)\b/.test(module.code))
    .map((module) => module.name);
  expect(wrong, 'return text; cli/ prints it').toEqual([]);
});

test('no module has a default export, an enum or a class but Secret', () => {
  const wrong = modules.flatMap((module) => [
    ...(/\bexport default\b/.test(module.code) ? [`${module.name}: default export`] : []),
    ...(/^\s*(?:export )?(?:const )?enum /m.test(module.code) ? [`${module.name}: enum`] : []),
    ...(/^\s*(?:export )?(?:abstract )?class (?!Secret\b)/m.test(module.code)
      ? [`${module.name}: class`]
      : []),
  ]);
  expect(wrong).toEqual([]);
});

test('file names are kebab-case, and no folder is called utils, lib or helpers', () => {
  const wrong = modules
    .map((module) => module.name)
    .filter(
      (name) =>
        !/^(?:[a-z0-9-]+\/)*[a-z0-9-]+\.ts$/.test(name) ||
        /(?:^|\/)(?:utils?|lib|helpers?|common\/)/.test(name),
    );
  expect(wrong).toEqual([]);
});

/** Lengths of functions by their braces: good enough to find one that has grown too long. */
function longFunctions(module: Module): string[] {
  const lines = module.text.split('\n');
  return lines.flatMap((line, at) => {
    const opened = /^(\s*)(?:export )?(?:async )?function\*? (\w+)/.exec(line);
    if (opened === null) return [];
    const end = lines.findIndex((other, next) => next > at && other === `${opened[1]}}`);
    return end - at > 60 ? [`${module.name}: ${opened[2]} has ${end - at} lines`] : [];
  });
}

test('budgets: 250 lines a file, 60 a function, 110 characters a line', () => {
  const wrong = modules.flatMap((module) => {
    const lines = module.text.split('\n');
    return [
      ...(lines.length > 251 ? [`${module.name} has ${lines.length} lines`] : []),
      ...lines.flatMap((line, at) =>
        line.length > 110 ? [`${module.name}:${at + 1} has ${line.length} characters`] : [],
      ),
      ...longFunctions(module),
    ];
  });
  expect(wrong).toEqual([]);
});

test('a tool file is at most 80 lines in the median', () => {
  const folder = path.join(top, 'rules', 'tools');
  const lengths = fs
    .readdirSync(folder)
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8').split('\n').length);
  expect(lengths.toSorted((a, b) => a - b)[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(80);
});

test('every module says what it is', () => {
  expect(
    modules.filter((module) => !/^(?:#!.*\n)?\/\*\*/.test(module.text)).map((module) => module.name),
  ).toEqual([]);
});

test('nothing names a package registry, a path of a machine or a live-looking secret', () => {
  const files = ['src/**/*', 'rules/**/*', 'scripts/**/*', 'test/**/*', '*.md', '*.json', '.ci/*'].flatMap(
    (glob) =>
      fs
        .globSync(glob, { cwd: top, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  const patterns = [
    /registry\.npm(?:js|mirror)/,
    /\bpypi\.org\/simple/,
    /deb\.debian/,
    /(?:^|[\s'"(])\/work\//m,
    /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
    /\bsk-ant-[a-z0-9]+-[\w-]{80,}/,
    /\bAKIA(?!IOSFODNN7EXAMPLE)[A-Z0-9]{16}\b/,
    /\bxox[bp]-\d{10,}-\d{10,}-\w{20,}/,
  ];
  const wrong = files
    .filter((file) => !file.includes('node_modules'))
    .flatMap((file) => {
      const text = fs.readFileSync(file, 'utf8');
      return patterns
        .filter((pattern) => pattern.test(text))
        .map((pattern) => `${path.relative(top, file)}: ${pattern.source}`);
    })
    .filter((line) => !line.startsWith('test/tidy.test.ts'));
  expect(wrong).toEqual([]);
});
