/**
 * Answers of an MCP registry, in today's shape and the older ones: camel case and snake case, the server
 * under `server` or flat, the status beside it or within. Only what an allowlist needs is taken; an entry
 * without a name or version is counted and left out.
 */

export type RegistryStatus = 'active' | 'deprecated' | 'deleted';

export type RegistryPackage = {
  type: string;
  identifier: string;
  version: string | null;
  /** Address of the package registry, when it names one. */
  base: string | null;
  /** Names of variables and headers that must not hold a literal. */
  secrets: string[];
  /** Digest of the file, where it names one. */
  sha256?: string;
};

export type RegistryRemote = {
  url: string;
  /** Variables of the address that have only these values. */
  choices: Record<string, string[]>;
  secrets: string[];
};

export type RegistryServer = {
  name: string;
  version: string;
  status: RegistryStatus;
  message: string | null;
  updatedAt: string | null;
  packages: RegistryPackage[];
  remotes: RegistryRemote[];
  /** What the registry's owner says of the approval; not the server's publisher. */
  owner: string | null;
  expires: string | null;
};

/** `nextCursor` is null at the end. */
export type RegistryPage = {
  servers: RegistryServer[];
  leftOut: number;
  /** What was left out, and why. */
  left: [from: string, why: string][];
  nextCursor: string | null;
};

type Json = Record<string, unknown>;

function asMap(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function asList(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(asMap) : [];
}

/** The first of some fields that holds text. */
function textOf(from: Json, ...names: string[]): string | null {
  for (const name of names) {
    const value = from[name];
    if (typeof value === 'string' && value.trim() !== '') return value.trim();
  }
  return null;
}

/** Whether an input, or a variable that it is put together from, is said to be secret. */
function isSecret(input: Json): boolean {
  const says = (one: Json): boolean => one['isSecret'] === true || one['is_secret'] === true;
  return says(input) || Object.values(asMap(input['variables'])).some((one) => says(asMap(one)));
}

function secretNames(...inputs: unknown[]): string[] {
  const names = inputs.flatMap(asList).flatMap((one) => (isSecret(one) ? (textOf(one, 'name') ?? []) : []));
  return [...new Set(names)].toSorted();
}

function readPackage(given: Json): RegistryPackage | null {
  const type = textOf(given, 'registryType', 'registry_type', 'registry_name', 'registryName');
  const identifier = textOf(given, 'identifier', 'name');
  if (type === null || identifier === null) return null;
  const variables = given['environmentVariables'] ?? given['environment_variables'];
  const sha256 = textOf(given, 'fileSha256', 'file_sha256')?.toLowerCase();
  return {
    ...(sha256 !== undefined && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
    type: type.toLowerCase(),
    identifier,
    version: textOf(given, 'version'),
    base: textOf(given, 'registryBaseUrl', 'registry_base_url'),
    secrets: secretNames(variables, asMap(given['transport'])['headers']),
  };
}

function choicesOf(variables: Json): Record<string, string[]> {
  const found = Object.entries(variables).flatMap(([name, given]): [string, string[]][] => {
    const { value, choices } = asMap(given);
    if (typeof value === 'string' && value !== '') return [[name, [value]]];
    const all = Array.isArray(choices) ? choices.filter((one) => typeof one === 'string') : [];
    return all.length > 0 ? [[name, all]] : [];
  });
  return Object.fromEntries(found);
}

function readRemote(given: Json): RegistryRemote | null {
  const url = textOf(given, 'url');
  if (url === null) return null;
  return { url, choices: choicesOf(asMap(given['variables'])), secrets: secretNames(given['headers']) };
}

const official = 'io.modelcontextprotocol.registry/official';

/** What the owner of the registry adds under a name of their own; what is registered says nothing there. */
function ownFacts(meta: Json): Pick<RegistryServer, 'owner' | 'expires'> {
  const own = Object.entries(meta)
    .filter(([name]) => !name.startsWith('io.modelcontextprotocol'))
    .map(([, value]) => asMap(value));
  const first = (name: string): string | null => {
    return own.map((one) => textOf(one, name)).find((one) => one !== null) ?? null;
  };
  return { owner: first('owner') ?? first('approvedBy'), expires: first('expires') };
}

function statusOf(...given: (string | null)[]): RegistryStatus {
  const said = given.find((one) => one !== null) ?? 'active';
  // A word that nobody knows is no approval.
  return said === 'active' || said === 'deprecated' ? said : 'deleted';
}

const present = <T>(one: T | null): one is T => one !== null;

function readServer(item: Json): { server: RegistryServer | null; left: RegistryPage['left'] } {
  const wrapped = 'server' in item;
  const given = wrapped ? asMap(item['server']) : item;
  const meta = asMap(item['_meta']);
  const state = { ...asMap(asMap(given['_meta'])[official]), ...asMap(meta[official]) };
  const details = asMap(given['version_detail'] ?? given['versionDetail']);
  const name = textOf(given, 'name');
  const version = textOf(given, 'version') ?? textOf(details, 'version');
  if (name === null || version === null) {
    const why = name === null ? 'it has no name' : 'it has no version';
    return { server: null, left: [[name ?? 'an entry', why]] };
  }
  const packages = asList(given['packages']).map(readPackage);
  const remotes = asList(given['remotes']).map(readRemote);
  const left: RegistryPage['left'] = [
    ...packages.filter((one) => one === null).map(() => [name, 'it does not say which package'] as const),
    ...remotes.filter((one) => one === null).map(() => [name, 'it has a remote without an URL'] as const),
    ...(packages.length + remotes.length === 0
      ? [[name, 'it names neither package nor address'] as const]
      : []),
  ].map(([from, why]) => [from, why]);
  const server: RegistryServer = {
    name,
    version,
    status: statusOf(textOf(state, 'status'), textOf(item, 'status'), textOf(given, 'status')),
    message: textOf(state, 'statusMessage', 'status_message'),
    updatedAt: textOf(state, 'updatedAt', 'updated_at') ?? textOf(given, 'updatedAt', 'updated_at') ?? null,
    packages: packages.filter(present),
    remotes: remotes.filter(present),
    ...(wrapped ? ownFacts(meta) : { owner: null, expires: null }),
  };
  return { server, left };
}

/** One page of a list of servers; null when it is none. */
export function readRegistryPage(value: unknown): RegistryPage | null {
  const page = asMap(value);
  if (!Array.isArray(page['servers'])) return null;
  const read = asList(page['servers']).map(readServer);
  const metadata = asMap(page['metadata']);
  const left = read.flatMap((one) => one.left);
  return {
    servers: read.map((one) => one.server).filter(present),
    leftOut: left.length,
    left,
    nextCursor: textOf(metadata, 'nextCursor', 'next_cursor'),
  };
}
