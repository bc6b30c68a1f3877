/**
 * What lies beside binaries: `SHA256SUMS` of them all, and for each a CycloneDX bill of materials of what is
 * really inside: the libraries that the bundler took files of, the native addons, and Node. No times and no
 * random numbers, so that equal binaries have equal bills.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as cdx from '@cyclonedx/cyclonedx-library';
import type { Addon } from './addons.ts';

export type Bill = {
  project: string;
  version: string;
  binary: string;
  /** Version of the Node inside. */
  node: string;
  addons: Addon[];
  /** Files that the bundler read, below the project. */
  inputs: Iterable<string>;
};

type Manifest = { name: string; version: string; license?: string; description?: string };

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
const sha256Of = (file: string): [cdx.Enums.HashAlgorithm, string][] => [
  [cdx.Enums.HashAlgorithm['SHA-256'], sha256(file)],
];

/** Folders of the packages that files are of: the innermost of each path. */
function packageFolders(inputs: Iterable<string>): string[] {
  const folders = [...inputs].flatMap(
    (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input.replaceAll('\\', '/'))?.[0] ?? [],
  );
  return [...new Set(folders)].toSorted();
}

function library(project: string, folder: string): cdx.Models.Component {
  const file = path.join(project, folder, 'package.json');
  const { name, version, license, description } = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  const licenses = new cdx.Models.LicenseRepository();
  if (license !== undefined) {
    const { SpdxLicense, LicenseExpression } = cdx.Models;
    const isOne = cdx.SPDX.isSupportedSpdxId(license);
    licenses.add(isOne ? new SpdxLicense(license) : new LicenseExpression(license));
  }
  return new cdx.Models.Component(cdx.Enums.ComponentType.Library, name, {
    bomRef: `${purl}#${folder}`,
    version,
    purl,
    licenses,
    ...(description !== undefined && { description }),
  });
}

/** Node, with the libraries that it was built of where that is known: of the version that builds. */
function nodeComponent(version: string): cdx.Models.Component {
  const parts = version === process.versions.node ? Object.entries(process.versions) : [];
  const components = parts
    .filter(([name]) => name !== 'node' && name !== 'modules' && name !== 'napi')
    .map(
      ([name, its]) =>
        new cdx.Models.Component(cdx.Enums.ComponentType.Library, name, {
          bomRef: `node/${name}`,
          version: its ?? '',
        }),
    );
  return new cdx.Models.Component(cdx.Enums.ComponentType.Platform, 'node', {
    bomRef: 'node',
    version,
    purl: `pkg:generic/node@${version}`,
    components: new cdx.Models.ComponentRepository(components),
  });
}

/** Writes `<binary>.cdx.json` and returns its path. Throws when it is not valid CycloneDX 1.6. */
export async function writeBill(bill: Bill): Promise<string> {
  const { project, version, binary } = bill;
  const root = new cdx.Models.Component(cdx.Enums.ComponentType.Application, 'shadowscan', {
    bomRef: 'shadowscan',
    version,
    hashes: new cdx.Models.HashDictionary(sha256Of(binary)),
    description: path.basename(binary),
  });
  const addons = bill.addons.map(
    (addon) =>
      new cdx.Models.Component(cdx.Enums.ComponentType.File, `${addon.name}.node`, {
        bomRef: `addon/${addon.name}`,
        hashes: new cdx.Models.HashDictionary(sha256Of(addon.file)),
      }),
  );
  const libraries = packageFolders(bill.inputs).map((folder) => library(project, folder));
  const components = [nodeComponent(bill.node), ...addons, ...libraries];
  for (const one of components) root.dependencies.add(one.bomRef);
  const bom = new cdx.Models.Bom({
    metadata: new cdx.Models.Metadata({ component: root }),
    components: new cdx.Models.ComponentRepository(components),
  });
  const factory = new cdx.Serialize.JSON.Normalize.Factory(cdx.Spec.Spec1dot6);
  const text = new cdx.Serialize.JsonSerializer(factory).serialize(bom, { sortLists: true, space: 2 });
  const flaw = await new cdx.Validation.JsonStrictValidator(cdx.Spec.Version.v1dot6).validate(text);
  if (flaw !== null) throw new Error(`bill of ${path.basename(binary)}: ${JSON.stringify(flaw)}`);
  const file = `${binary.replace(/\.exe$/, '')}.cdx.json`;
  writeFileSync(file, `${text}\n`);
  return file;
}

/** Writes `SHA256SUMS` of files of one folder, as `sha256sum --check` reads it. */
export function writeSums(folder: string, files: string[]): void {
  const lines = files.toSorted().map((file) => `${sha256(file)}  ${path.basename(file)}\n`);
  writeFileSync(path.join(folder, 'SHA256SUMS'), lines.join(''));
}
