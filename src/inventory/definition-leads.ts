/** Places that a server definition names: files of variables, and folders that its environment relocates. */
import type { Lead } from '../model/place.ts';
import { type Match, asList, scalarText, select } from '../parse/select.ts';
import type { Secret } from '../secrets/secret.ts';
import type { Scene } from './draft.ts';

/** A path with the client's names for the workspace put in. */
function placed(scene: Scene, path: string): string {
  const { place } = scene.claim;
  if (place.kind !== 'workspace') return path;
  const named = scene.rules.server.workspaceNames.reduce(
    (all, name) => all.replaceAll(name, place.path),
    path,
  );
  return /^[\w.-]+(?:[\\/]|$)/.test(named) ? `${place.path}/${named}` : named;
}

/** Values of the options that name a file of variables; `args` as they may be shown. */
function envFileArgs(scene: Scene, args: string[]): string[] {
  return scene.rules.server.envFileOptions.flatMap((option) =>
    args.flatMap((arg, at) => {
      if (arg === option) return args[at + 1] ?? [];
      return arg.startsWith(`${option}=`) ? arg.slice(option.length + 1) : [];
    }),
  );
}

/** Files of variables that fields of a definition name, in any spelling, one or a list of them. */
export function envFilesOf({ rules, secrets }: Scene, { node }: Match): string[] {
  const texts = (rules.server.fields.envFile ?? []).flatMap((selector) =>
    select(node, selector, secrets).flatMap((found) =>
      [found.node, ...(asList(found.node)?.items ?? [])].flatMap((item) => {
        const text = scalarText(item) ?? scalarText(select(item, 'path', secrets)[0]?.node);
        return text === null || text.length === 0 ? [] : [secrets.show(text)];
      }),
    ),
  );
  return [...new Set(texts)];
}

/** Leads of one definition. `env` is the environment that the innermost command would see. */
export function definitionLeads(
  scene: Scene,
  match: Match,
  server: string,
  args: string[],
  env: { name: string; value: Secret | null }[],
): Lead[] {
  const { source, claim, rules, secrets } = scene;
  const { home } = claim.place;
  if (home === null) return [];
  const from = { path: source.path, pointer: match.pointer, ...match.at };
  const lead = (base: string, path: string): Lead => ({
    base,
    path: placed(scene, path),
    tool: claim.tool.id,
    bindings: { server },
    home,
    from,
  });
  const files = [...envFilesOf(scene, match), ...envFileArgs(scene, args)];
  return [
    ...files.map((path) => lead(rules.server.envFile, path)),
    ...env.flatMap(({ name, value }) =>
      value !== null && /^\w+$/.test(name) ? [lead(`$${name}`, secrets.show(value))] : [],
    ),
  ];
}
