/**
 * The parts that `doctor` looks at, one function each: what is there, how good it is, and the way out. A part
 * throws for faults of the program alone.
 */
import * as path from 'node:path';
import { cacheFlaw } from '../host/cache.ts';
import type { DeviceId } from '../host/device-id.ts';
import { fleetKey } from '../host/fleet-key.ts';
import { freeBytes, privileges, programFile, programFlaw, reaches, sizeOf } from '../host/health.ts';
import { sinkStates } from '../host/outbox.ts';
import { isTrouble, openStateDatabase, stateFile } from '../host/state-database.ts';
import { demandStateFolder } from '../host/state-folder.ts';
import { filesIn, folderState, keychainState } from '../host/surroundings.ts';
import { limits } from '../limits.ts';
import type { Part } from '../model/doctor.ts';
import type { Host } from '../model/host.ts';
import type { Ruleset } from '../model/rules.ts';
import type { Sink } from '../model/sink.ts';
import { stateSteps } from '../model/state.ts';
import { isUsageError } from '../model/usage-error.ts';
import { size } from '../report/words.ts';
import { seesAll } from '../discover/spared.ts';
import type { Managed } from './policy.ts';

/** What is worth a word: bytes free on a disk, days since the rules were checked, milliseconds of a clock. */
const littleRoom = 256 * 1024 * 1024;
const oldRules = 180;
const clockSlack = 60 * 60 * 1000;

const part = (name: string, state: Part['state'], detail: string, remedy?: string): Part => {
  return { name, state, usable: state !== 'fail', detail, ...(remedy !== undefined && { remedy }) };
};

/** What a step says, or the one line by which it ends a scan. */
export async function attempt(name: string, step: () => Promise<string>): Promise<Part> {
  try {
    return part(name, 'ok', await step());
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return part(name, 'fail', error.message);
  }
}

/** Copies of lists. */
export function cachePart(folder: string): Part {
  const flaw = cacheFlaw(folder);
  if (flaw !== null)
    return part('cache', 'fail', `${folder}: ${flaw}`, 'make it a folder of your own, mode 700');
  const { usable, detail } = folderState(folder);
  const kept = filesIn(folder).filter((file) => /^[0-9a-f]{32}\.json$/.test(file)).length;
  const told = `${folder}: ${detail}${kept > 0 ? `, ${kept} lists kept` : ''}`;
  return part('cache', usable ? 'ok' : 'fail', told, usable ? undefined : 'name another one with --cache');
}

/** Who runs it, and who could change it. */
export function programParts(): Part[] {
  const { isRoot, detail } = privileges();
  const flaw = programFlaw();
  const remedy = 'install it where only root can write (scripts/packaging)';
  return [
    part('privileges', 'ok', detail),
    flaw === null
      ? part('program', 'ok', programFile())
      : part('program', isRoot ? 'fail' : 'warn', flaw, remedy),
  ];
}

/** macOS: whether folders that it protects can be seen. */
export function protectedPart(host: Host, rules: Ruleset): Part[] {
  if (host.platform !== 'macos') return [];
  if (seesAll(host, rules, [host.user.home])) return [part('full disk access', 'ok', 'given')];
  const detail = 'not given: Documents, Desktop, iCloud and the like are left alone';
  return [part('full disk access', 'warn', detail, 'a PPPC profile (scripts/mdm/macos), or System Settings')];
}

/** The keychain; asked for an entry that nobody has when `probe` says so. */
export async function keychainPart(probe: boolean): Promise<Part> {
  const { usable, detail } = keychainState();
  // Root has none and needs none.
  const isFine = usable || privileges().isRoot;
  if (!usable || !probe) return { ...part('keychain', isFine ? 'ok' : 'warn', detail), usable };
  const { keychain } = await import('../host/keychain.ts');
  const got = await keychain.get('shadowscan doctor', limits.keychainMilliseconds);
  return 'trouble' in got
    ? part('keychain', 'warn', `${detail}: ${got.trouble}`, 'unlock it, then try again')
    : part('keychain', 'ok', `${detail}: answers`);
}

/** The key that makes fingerprints comparable between machines. */
export function keyPart(host: Host, policy: Managed | null): Part {
  const { key, complaint } = fleetKey(host.platform, policy?.settings.fingerprintKeyFile);
  if (complaint !== null) return part('fingerprint key', 'fail', complaint);
  return part('fingerprint key', 'ok', key === null ? 'none that this user can read' : 'is there');
}

/** By what receivers tell this machine from others. */
export function devicePart({ id, from }: DeviceId): Part {
  if (from !== 'host name') return part('device id', 'ok', `${id}, of the ${from}`);
  const detail = `${id}, of the host name: another name makes another device, an equal one the same`;
  const remedy = 'a name of its own for each machine; on Linux: systemd-machine-id-setup';
  return part('device id', 'warn', detail, remedy);
}

const ports: Record<string, number> = { 'https:': 443, 'http:': 80 };

/** Receivers of the policy: settings and credentials; with `probe` whether a connection can be opened. */
export async function sinkParts(sinks: Sink[], host: Host, probe: boolean): Promise<Part[]> {
  if (sinks.length === 0) return [];
  const { receivers } = await import('./sinks.ts');
  const parts: Part[] = [];
  for (const sink of sinks) {
    const name = `sink ${sink.name}`;
    const isAsked = probe || sink.credential?.keychain === undefined;
    const ready = await attempt(name, async () => {
      if (!isAsked) return 'its credential is in the keychain, which was not asked (--probe)';
      await receivers([sink], host);
      return 'settings and credential can be used';
    });
    const at = probe && ready.usable && sink.url !== undefined ? new URL(sink.url) : null;
    if (at === null) parts.push(ready);
    else {
      const { hostname, protocol, port } = at;
      const where = `${hostname}:${port || (ports[protocol] ?? 6514)}`;
      const to = Number(where.slice(where.lastIndexOf(':') + 1));
      const flaw = await reaches(hostname.replace(/^\[|\]$/g, ''), to, limits.keychainMilliseconds);
      parts.push(
        flaw === null
          ? part(name, 'ok', `${where} can be reached`)
          : part(name, 'warn', `${where}: ${flaw}`, 'look at the address, the firewall, or a proxy between'),
      );
    }
  }
  return parts;
}

/** What a state folder says of itself; `lastRun` is when its last scan began. */
export function statePart(folder: string): { part: Part; lastRun: Date | null } {
  const told = (one: Part, lastRun: Date | null = null) => ({ part: one, lastRun });
  const { usable, detail: there } = folderState(folder);
  if (usable && there !== 'is there') return told(part('state', 'ok', `${folder}: nothing kept yet`));
  try {
    const own = demandStateFolder(folder, false);
    const opened = openStateDatabase(own, true, stateSteps, limits.silentMilliseconds);
    if (isTrouble(opened)) return told(part('state', 'fail', opened.trouble));
    const last = opened.prepare('SELECT max(started_at) AS at FROM runs').get() as { at: string | null };
    const sinks = sinkStates(opened);
    const layout = opened.pragma('user_version', { simple: true });
    opened.close();
    const waiting = sinks.reduce((sum, one) => sum + one.waiting, 0);
    const refused = sinks.reduce((sum, one) => sum + one.refused, 0);
    const bytes = size(sizeOf(path.join(own, stateFile)));
    const detail = `${own}: layout ${String(layout)}, ${bytes}, ${waiting} events wait, ${refused} refused`;
    const remedy = refused > 0 ? 'shadowscan ship --status says what, and why' : undefined;
    return told(
      part('state', refused > 0 ? 'warn' : 'ok', detail, remedy),
      last.at ? new Date(last.at) : null,
    );
  } catch (error) {
    if (!isUsageError(error)) throw error;
    return told(part('state', 'fail', error.message));
  }
}

const day = 24 * 60 * 60 * 1000;

/** When the newest of the rules were checked: the first day of that month. */
function rulesDate(rules: Ruleset): Date {
  const newest = rules.tools.map(({ checked }) => checked).reduce((a, b) => (a > b ? a : b), '2026-01');
  return new Date(`${newest}-01T00:00:00Z`);
}

/** The clock against what the program and its last scan know, and the age of the rules by it. */
export function timeParts(host: Host, rules: Ruleset, lastRun: Date | null): Part[] {
  const now = host.now();
  const made = rulesDate(rules);
  const month = made.toISOString().slice(0, 7);
  const days = Math.floor((now.getTime() - made.getTime()) / day);
  const shown = `${now.toISOString().slice(0, 16)}Z`;
  const remedy = 'set the clock: expiries and signatures are judged by it';
  const isEarly = days < -1;
  const isBack = lastRun !== null && lastRun.getTime() - now.getTime() > clockSlack;
  const clock = isEarly
    ? part('clock', 'fail', `${shown} is before the rules were made (${month})`, remedy)
    : isBack
      ? part('clock', 'warn', `${shown} is before the last scan (${lastRun.toISOString()})`, remedy)
      : part('clock', 'ok', shown);
  const age = `version ${rules.version}, checked in ${month}`;
  const isOld = days > oldRules;
  const old = part(
    'age of rules',
    'warn',
    `${age}, ${days} days ago`,
    'update the program, or its rule bundle',
  );
  return [clock, isOld ? old : part('age of rules', 'ok', age)];
}

/** Room on the disk where something is kept. */
export function diskPart(folder: string): Part {
  const free = freeBytes(folder);
  if (free === null) return part('disk', 'warn', `${folder}: nobody can tell, or it lies on a network`);
  const detail = `${size(free)} free at ${folder}`;
  if (free >= littleRoom) return part('disk', 'ok', detail);
  return part('disk', 'warn', detail, 'make room: results and copies of lists could not be written');
}
