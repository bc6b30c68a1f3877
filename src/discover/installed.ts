/**
 * Evidence that tools are installed: programs, applications and packages in the places that
 * `rules/shapes/places.yaml` names. A program is never started to ask its version: a manifest or a folder's
 * name tells it, or nobody does.
 */
import { limits } from '../limits.ts';
import type { Evidence, GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Paths, Tool } from '../model/tool.ts';
import { decode, formatOf } from '../parse/decode.ts';
import { first } from '../parse/select.ts';
import type { Secrets } from '../secrets/engine.ts';
import { type Locator, createLocator, withNames } from './locate.ts';

export type InstalledEvidence = { tool: Tool; place: Place; evidence: Evidence };

const kinds = {
  binaries: 'binary',
  apps: 'app',
  npm: 'npm',
  pip: 'pip',
  brew: 'brew',
  cask: 'cask',
  snap: 'snap',
  flatpak: 'flatpak',
  deb: 'deb',
  msix: 'msix',
} as const;

type Kind = keyof typeof kinds;
type Seen = { path: string; version?: string; bundle?: string };

function manifestFields(
  host: Host,
  file: string,
  boundary: string,
  fields: Record<string, string>,
  secrets: Secrets,
): Record<string, string> {
  const read = host.read(file, boundary, limits.manifestBytes);
  if (read === null || 'refused' in read) return {};
  const { tree } = decode(formatOf(file), read.bytes);
  if (tree === null) return {};
  const found: Record<string, string> = {};
  for (const [field, selector] of Object.entries(fields)) {
    const text = first(tree, [selector], secrets);
    if (text !== null) found[field] = secrets.show(text);
  }
  return found;
}

/**
 * Where what is installed in a way would be, in folders that are there: there are a thousand names, and most
 * machines have few of the folders. A tool with bases of its own is looked for everywhere.
 */
function openPaths(locator: Locator, place: Place, rules: Ruleset): (key: Kind, tool: Tool) => Paths {
  const known = new Map<Kind, Paths>();
  return (key, tool) => {
    const { paths } = rules.places.lookup[key];
    if (Object.keys(tool.places).some((base) => Object.hasOwn(rules.places.places, base))) return paths;
    const open = known.get(key) ?? locator.open(paths, place);
    known.set(key, open);
    return open;
  };
}

/** Everything installed in a place, for all tools, in the order of the catalogue. */
export function installed(
  host: Host,
  place: Place,
  { rules, secrets, late }: { rules: Ruleset; secrets: Secrets; late(): boolean },
  refuse: (reason: GapReason) => void,
): InstalledEvidence[] {
  const results: InstalledEvidence[] = [];
  const locator = createLocator(host, rules);
  const open = openPaths(locator, place, rules);
  const lookUp = (tool: Tool, paths: Paths): Seen[] =>
    locator.find(paths, place, tool).map(({ path, bindings: { version } }) => {
      // A folder's name may be anything.
      const plain =
        version !== undefined && /^v?\d[\w.+,~-]{0,60}$/.test(version) && secrets.show(version) === version;
      return plain ? { path, version } : { path };
    });
  for (const tool of rules.tools) {
    if (late()) {
      refuse('time-limit');
      break;
    }
    const add = (by: string, seen: Seen): void => {
      const version = seen.version === undefined ? {} : { version: seen.version };
      results.push({ tool, place, evidence: { tier: 'installed', by, path: seen.path, ...version } });
    };
    for (const [key, by] of Object.entries(kinds) as [Kind, string][]) {
      const { version, bundle } = rules.places.lookup[key];
      for (const name of tool.installed?.[key] ?? []) {
        for (const seen of lookUp(tool, withNames(open(key, tool), { name }))) {
          const wanted = { ...(version && { version }), ...(bundle && { bundle }) };
          const fields = Object.keys(wanted).length
            ? manifestFields(host, seen.path, place.boundary, wanted, secrets)
            : {};
          const bundles = tool.installed?.bundles;
          // Two products may use one application name; the bundle id tells them apart.
          if (fields['bundle'] !== undefined && bundles && !bundles.includes(fields['bundle'])) continue;
          add(by, fields['version'] === undefined ? seen : { ...seen, version: fields['version'] });
        }
      }
    }
    for (const name of tool.installed?.commonBinaries ?? [])
      for (const seen of lookUp(tool, withNames(open('binaries', tool), { name }))) add('name', seen);
    if (tool.installed?.paths) for (const seen of lookUp(tool, tool.installed.paths)) add('path', seen);
  }
  return results;
}
