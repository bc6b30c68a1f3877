/**
 * A walk over a whole home for what no record names: project folders with files that some tool reads, and
 * stores that a process with another home left behind. It gives leads like those that sources name.
 */
import * as path from 'node:path';
import { wildcard } from '../identity/options.ts';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { Host } from '../model/host.ts';
import type { Lead, Place } from '../model/place.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Row } from '../model/tool.ts';
import { pick } from './paths.ts';
import { walk } from './walk.ts';

/** Whether a row is worth a walk: files that are only read by an agent are met everywhere. */
const tells = ({ proves = {} }: Row): boolean =>
  [proves.server, proves.credential, proves.permission, proves.command].some((rows) => rows !== undefined);

/** Names directly in a workspace that tools look for -> these tools. */
function markersOf(rules: Ruleset, place: Place): Map<string, string[]> {
  const markers = new Map<string, string[]>();
  for (const tool of rules.tools) {
    const paths = tool.files.filter(tells).flatMap((row) => pick(row.path, place.platform));
    for (const one of paths) {
      const name = /^<workspace>\/([^/*{?]+)/.exec(one)?.[1];
      if (name !== undefined) markers.set(name, [...new Set([...(markers.get(name) ?? []), tool.id])]);
    }
  }
  return markers;
}

type Stray = { names: RegExp[]; base: string; tool: string; has: string | null };

function straysOf(rules: Ruleset): Stray[] {
  return rules.tools.flatMap((tool) =>
    (tool.strays ?? []).map(({ names, base, has }) => {
      return { names: names.map(wildcard), base, tool: tool.id, has: has ?? null };
    }),
  );
}

/** A name that the catalogue itself looks for in a home. */
const isOwn = (name: string): boolean =>
  /^\.[\w-]+$/.test(name) && !/[-_.](?:old|bak|backup|orig|copy)$/i.test(name);

/** Leads to everything of that kind below a home. */
export function deepLeads(
  host: Host,
  home: Place,
  rules: Ruleset,
  late: () => boolean,
  refuse: (path: string, reason: GapReason) => void,
): Lead[] {
  const markers = markersOf(rules, home);
  const strays = straysOf(rules);
  const unwalked = new Set(rules.places.unwalked.map((one) => one.replace(/^~/, home.path)));
  const leads: Lead[] = [];
  let cut = false;
  walk(home.path, {
    host,
    boundary: home.boundary,
    budget: { entries: limits.deepEntries, late },
    refuse,
    // Folders with a dot are looked at by name; what is in them is for the catalogue and the probe.
    enter(name, depth, above) {
      const wanted = !name.startsWith('.') && !unwalked.has(name) && !unwalked.has(path.join(above, name));
      cut ||= wanted && depth >= limits.deepDepth;
      return wanted && depth < limits.deepDepth;
    },
    visit(folder, entries, depth) {
      for (const { name, type } of entries) {
        const lead = (base: string, to: string, tool: string): void => {
          const from = { path: path.join(folder, name), pointer: '' };
          leads.push({ base, path: to, tool, bindings: {}, home, from });
        };
        if (depth > 0 && type !== 'other')
          for (const tool of markers.get(name) ?? []) lead('workspace', folder, tool);
        if (type !== 'directory') continue;
        const found = path.join(folder, name);
        for (const { names, base, tool, has } of strays) {
          if (!names.some((one) => one.test(name)) || (depth === 0 && isOwn(name))) continue;
          if (has === null || host.look(path.join(found, has), home.boundary) !== null)
            lead(base, found, tool);
        }
      }
    },
  });
  if (cut) refuse(home.path, 'too-deep');
  return leads;
}
