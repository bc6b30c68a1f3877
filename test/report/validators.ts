/** Other people's validators of our formats, in the words of our tests: each returns what it has against a text. */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { EcsFlat } from '@elastic/ecs';

const platforms: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux',
  darwin: 'darwin',
  win32: 'win32',
};

/**
 * What may be said of our SARIF: that the tool has no home page, and that some places have no line (folders,
 * databases).
 */
const accepted = /^SARIF2005 warning runs\[0\]\.tool\.driver$|^SARIF2017 warning .*physicalLocation$/;

/**
 * Microsoft's validator of SARIF with the rules of GitHub, working in `folder`. It is run as a copy of our own,
 * since packages are installed without the right to run, and exits with 0 whatever it finds.
 */
export function sarifFlaws(folder: string): (text: string) => string[] {
  const require = createRequire(import.meta.url);
  const name = `@microsoft/sarif-multitool-${platforms[process.platform]}/package.json`;
  const own = createRequire(require.resolve('@microsoft/sarif-multitool/package.json'));
  const file = `Sarif.Multitool${process.platform === 'win32' ? '.exe' : ''}`;
  const program = path.join(folder, file);
  fs.copyFileSync(path.join(path.dirname(own.resolve(name)), file), program);
  fs.chmodSync(program, 0o700);
  const [given, out] = [path.join(folder, 'given.sarif'), path.join(folder, 'said.sarif')];
  const rest = ['--output', out, '--log', 'ForceOverwrite', '--rule-kind', 'Sarif;Ghas'];
  const env = {
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1',
    DOTNET_BUNDLE_EXTRACT_BASE_DIR: folder,
    HOME: folder,
  };
  type Said = { ruleId: string; level?: string; message: { arguments?: string[] } };
  return (text) => {
    fs.writeFileSync(given, text);
    execFileSync(program, ['validate', given, ...rest], { env, stdio: 'ignore' });
    const { runs } = JSON.parse(fs.readFileSync(out, 'utf8').replace(/^\uFEFF/, '')) as {
      runs: { results: Said[] }[];
    };
    const said = runs.flatMap(({ results }) =>
      results.map((one) => `${one.ruleId} ${one.level ?? 'warning'} ${one.message.arguments?.[0]}`),
    );
    return [...new Set(said)].filter((line) => !accepted.test(line));
  };
}

const cyclonedx = new Validation.JsonStrictValidator(Spec.Version.v1dot7);

/** CycloneDX's own library, strictly by the schema of 1.7. */
export async function cyclonedxFlaws(text: string): Promise<unknown> {
  return await cyclonedx.validate(text);
}

type Field = {
  type: string;
  normalize: string[];
  allowed_values?: { name: string; expected_event_types?: string[] }[];
};
export const ecsFields = EcsFlat as unknown as Record<string, Field>;

/** Our own names; everything else is ECS. */
const own = 'shadowscan';

/** The fields of a document with dots between names; a list is one value. */
export function leaves(value: unknown, at = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[at, value]];
  return Object.entries(value).flatMap(([name, item]) => leaves(item, at === '' ? name : `${at}.${name}`));
}

function isOf(value: unknown, type: string): boolean {
  if (type === 'date') return typeof value === 'string' && !Number.isNaN(Date.parse(value));
  if (type === 'long') return Number.isSafeInteger(value);
  const texts = ['keyword', 'wildcard', 'match_only_text', 'constant_keyword'];
  return texts.includes(type) && typeof value === 'string';
}

/** Elastic's own list of fields: names, types, lists and allowed words. */
export function ecsFlaws(document: object): string[] {
  return leaves(document).flatMap(([name, value]): string[] => {
    if (name === own || name.startsWith(`${own}.`)) return [];
    const field = Object.hasOwn(ecsFields, name) ? ecsFields[name] : undefined;
    if (field === undefined) return [`${name}: no such field`];
    if (Array.isArray(value) !== field.normalize.includes('array'))
      return [`${name}: ${Array.isArray(value) ? 'a list' : 'no list'}`];
    const words = field.allowed_values?.map((word) => word.name);
    return [value]
      .flat()
      .flatMap((item) => [
        ...(isOf(item, field.type) ? [] : [`${name}: no ${field.type}`]),
        ...(words === undefined || words.includes(String(item))
          ? []
          : [`${name}: ${String(item)} is not allowed`]),
      ]);
  });
}
