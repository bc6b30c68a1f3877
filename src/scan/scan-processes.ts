/**
 * What runs now, for `--processes`: the list that the host gives, the tools in it, and what they are set to
 * and listen on. Asked for before the facts of files are linked, since a tool that runs is there.
 */
import { type AppFolders, ownersOf, runners } from '../discover/running.ts';
import { runningEndpoints, runningEvidence, runningPermissions } from '../inventory/running.ts';
import type { Fact } from '../model/fact.ts';
import type { Socket, Unseen } from '../model/host.ts';
import type { Place, Runner } from '../model/place.ts';
import { type Run, addAll, gap } from './scan-run.ts';

/** Running tools, and where they listen. */
export type Live = { all: Runner[]; sockets: Socket[] };

/** Folders of applications that were found installed, which for some names means their bundle id fits. */
function appFolders(run: Run): AppFolders {
  const apps = run.got.evidence.filter(({ evidence }) => evidence.by === 'app');
  const byTool = Map.groupBy(apps, ({ tool }) => tool.id);
  return new Map(
    [...byTool].map(([id, all]) => [id, all.map(({ evidence }) => evidence.path.replace(/[^/]+$/, ''))]),
  );
}

/** Looks at what runs, and adds it to what is known of tools. */
export function lookAtProcesses(run: Run, where: Place[]): Live {
  const { host, rules, secrets, machine, got } = run;
  if (machine === null) return { all: [], sockets: [] };
  const note = (refusals: Unseen[]): void => {
    for (const { path, reason } of refusals) gap(run, { path }, 'discover', reason, [], null);
  };
  if (run.late()) {
    note([{ path: machine.path, reason: 'time-limit' }]);
    return { all: [], sockets: [] };
  }
  const list = host.processes();
  note(list.refusals);
  const looking = { rules, secrets, platform: machine.platform, apps: appFolders(run) };
  const all = runners(list.processes, looking, ownersOf(host, where), machine);
  addAll(got.evidence, runningEvidence(all));
  if (all.length === 0) return { all, sockets: [] };
  const { sockets, refusals } = list.listening([...new Set(all.map(({ process }) => process.pid))]);
  note(refusals);
  return { all, sockets };
}

/** Facts of what runs; `known` are those of files. */
export function processFacts(run: Run, { all, sockets }: Live, known: Fact[]): Fact[] {
  return [...runningPermissions(all, run.secrets), ...runningEndpoints(all, sockets, known)];
}
