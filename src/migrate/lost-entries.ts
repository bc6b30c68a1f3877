/**
 * Definitions that are started with an entry which this vault does not have: a config that was synced to
 * another machine, or a vault whose file is gone. Nothing here can give them their secrets; it says what each
 * was, as far as the definition itself tells, so that its user can write it again.
 */
import { programName } from '../identity/words.ts';
import type { Layout } from '../model/layout.ts';
import type { EditDisk } from '../model/migrate-host.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Secrets } from '../secrets/engine.ts';
import { Secret } from '../secrets/secret.ts';
import type { VaultLabel } from './envelope.ts';
import { launchNow } from './launch.ts';
import { recordId } from './record.ts';

export type Lost = { entry: string; layout: Layout; why: string };

type Kit = { rules: Ruleset; secrets: Secrets; read: EditDisk['read'] };

/** Names of variables that the command asks for: named alone, or by what is known of its package. */
function variablesOf(argv: string[], { packages, env }: Layout, { moves }: Ruleset): string[] {
  const program = programName(argv[0]!);
  const engines = moves.passes.filter(({ commands }) =>
    commands.some((one) => one.startsWith(`${program} `)),
  );
  const options = new Set(engines.flatMap((one) => one.options));
  const passed = argv.flatMap((word, at) => {
    const [, option, own] = /^(--?[\w-]+)=(\w+)$/.exec(word) ?? [];
    if (option !== undefined && options.has(option)) return [own!];
    return options.has(argv[at - 1] ?? '') && /^[A-Za-z_]\w*$/.test(word) ? [word] : [];
  });
  const known = moves.variables.filter((one) => packages.includes(one.package));
  const empty = env.filter(({ value }) => value !== null && Secret.open(value) === '');
  return [
    ...new Set([...passed, ...known.map(({ variable }) => variable), ...empty.map(({ name }) => name)]),
  ];
}

type Named = { entry: string; argv: string[]; layout: Layout };

/** What was there, and what to write, in one line. */
function whyOf({ entry, argv, layout }: Named, { rules, secrets }: Kit): string {
  const start = `this vault has no entry ${entry} that it can read, so that the server gets no secret`;
  const end = 'then `shadowscan migrate --apply` moves it again; or copy the vault from where it was made';
  if (argv.length === 0) return `${start}. Write its header again in the place of the helper; ${end}`;
  const shown = secrets.argv(argv.map((word) => new Secret(word))).shown.join(' ');
  const names = variablesOf(argv, layout, rules);
  const wanted =
    names.length === 0
      ? 'the variables that hold its secrets (the definition does not say which)'
      : `what it asks for (${names.join(', ')}, as far as the definition says)`;
  return `${start}. Write \`${shown}\` as its command and ${wanted} into its environment; ${end}`;
}

/** The definitions of a scan that name an entry that is not there. */
export function lostEntries(layouts: Layout[], labels: VaultLabel[], kit: Kit): Lost[] {
  const known = new Set(labels.map(({ id }) => id));
  return layouts.flatMap((layout): Lost[] => {
    const launch = launchNow(layout, kit);
    if (launch === null || known.has(launch.entry)) return [];
    const { entry, argv } = launch;
    // How it was is told by the record, which is enough to put it back.
    if (known.has(recordId(entry)))
      return [
        { entry, layout, why: `its entry is gone, but \`migrate --undo --only ${entry}\` puts it back` },
      ];
    return [{ entry, layout, why: whyOf({ entry, argv, layout }, kit) }];
  });
}
