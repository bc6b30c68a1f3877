/**
 * A desk to migrate at: a home on the real disk, the real vault with a keychain in memory, and a scan that finds
 * what is in the home.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { loadRules } from '../../src/cli/load.ts';
import { editDisk } from '../../src/host/edit-disk.ts';
import { migrateHost } from '../../src/host/migrate-host.ts';
import type { Work } from '../../src/migrate/carry-out.ts';
import { type Choice, type Planning, makePlan } from '../../src/migrate/plan.ts';
import { type Vault, type VaultLabel, openVault } from '../../src/migrate/vault.ts';
import type { Platform } from '../../src/model/common.ts';
import type { Enforced } from '../../src/model/enforced.ts';
import type { Layout } from '../../src/model/layout.ts';
import type { MigrateHost } from '../../src/model/migrate-host.ts';
import type { Report } from '../../src/model/report.ts';
import type { VaultHost } from '../../src/model/vault-host.ts';
import { type ScanOptions, scan } from '../../src/scan.ts';
import { createSecrets } from '../../src/secrets/engine.ts';
import type { Secret } from '../../src/secrets/secret.ts';
import { testHost } from '../fixture.ts';

export const rules = await loadRules();
/** What configs start instead of this program. */
export const program = '/usr/local/bin/shadowscan';
const everything: Choice = { only: [], tools: [] };

/** A home with these files, in a folder that `fs.rmSync(folder)` removes. */
export function homeWith(files: Record<string, string | Buffer>): string {
  const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-migrate-'));
  for (const [name, content] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
    fs.writeFileSync(path.join(home, name), content, { mode: 0o600 });
  }
  return home;
}

/** The vault on a host. */
export async function vaultOn(host: VaultHost): Promise<Vault> {
  const vault = await openVault(host, 1_000);
  if ('unavailable' in vault) throw new Error(vault.unavailable);
  return vault;
}

/** A host whose configs have been left alone for long. */
export function hostIn(folder: string): MigrateHost {
  return {
    ...migrateHost(program, folder),
    now: () => new Date(Date.now() + 60_000),
    wait: async () => {},
    // Other tests may run a bridge at this moment.
    commands: () => [],
  };
}

type Seen = {
  report: Report;
  layouts: Layout[];
  planning: Planning;
  kit: Work['kit'];
  enforced: Enforced[];
};

/** A scan of a home, and the plan for it. */
export function planFor(
  home: string,
  platform: Platform = 'linux',
  choice: Choice = everything,
  more: Partial<ScanOptions> & { env?: Record<string, string>; labels?: VaultLabel[] } = {},
  commands: () => Secret[][] = () => [],
): Seen {
  let layouts: Layout[] = [];
  let enforced: Enforced[] = [];
  let kit: Work['kit'] | undefined;
  const host = testHost({ platform, env: more.env ?? {}, user: { name: 'dev', home } });
  const secrets = createSecrets(rules, null);
  const report = scan(host, rules, {
    home,
    platform,
    ...more,
    layouts: (all, again, lists) => {
      layouts = all;
      enforced = lists;
      kit = { rules, secrets, program: [program], again };
    },
  });
  const planning = makePlan(report, layouts, choice, {
    ...kit!,
    read: editDisk.read,
    commands,
    labels: more.labels ?? [],
  });
  return { report, layouts, planning, kit: kit!, enforced };
}
