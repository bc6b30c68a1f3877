/**
 * `--state`: what a scan is told by earlier ones, and what it leaves for later ones. The report comes first:
 * whatever is wrong with the database is one line and exit code 2 behind it, and never costs the report.
 */
import * as path from 'node:path';
import { countFindings } from '../assemble.ts';
import {
  type Connection,
  guarded,
  isTrouble,
  openStateDatabase,
  transaction,
} from '../host/state-database.ts';
import { textFinder } from '../host/state-texts.ts';
import { stateKey } from '../host/state-key.ts';
import { demandStateFolder } from '../host/state-folder.ts';
import { endRun, knownPlaces, newestRun } from '../host/state-findings.ts';
import { knownApprovals } from '../host/state-inventory.ts';
import type { Allowlist } from '../model/allowlist.ts';
import type { Host } from '../model/host.ts';
import type { Receiver } from './sinks.ts';
import type { Report } from '../model/report.ts';
import type { Ruleset } from '../model/rules.ts';
import type { KnownText, TextMemory } from '../model/known.ts';
import { derivedKey } from '../secrets/digest.ts';
import { version } from '../version.ts';
import { keepAll } from './keep-run.ts';
import type { ScanOptions, Scanned } from '../scan.ts';

/** The state of one scan; `trouble` is what was wrong with it so far, in a line for people. */
export type State = {
  connection: Connection | null;
  /** Newest run when this one began: what later ones saw, this one does not judge. */
  since: number;
  run: number | null;
  /** How far this run has read texts. */
  texts: KnownText[];
  /** To whom what is new is sent, and whether all of it is. */
  receivers: Receiver[];
  tellAll: boolean;
  trouble: string | null;
};

const nothing = { connection: null, since: 0, run: null, texts: [], receivers: [], tellAll: false };

/** Opens the state. */
export function openState(given: string, receivers: Receiver[] = [], tellAll = false): State {
  const opened = openStateDatabase(demandStateFolder(given, true));
  if (isTrouble(opened)) return { ...nothing, trouble: opened.trouble };
  const since = guarded(opened.name, () => newestRun(opened));
  if (!isTrouble(since))
    return { ...nothing, connection: opened, since, texts: [], receivers, tellAll, trouble: null };
  opened.close();
  return { ...nothing, trouble: since.trouble };
}

/** The key of fingerprints that the state keeps; `warn` is told when there is none to be had. */
export function keyOfState({ connection }: State, warn: (line: string) => void): Buffer | null {
  if (connection === null) return null;
  // Two scans at once must not make two keys.
  const made = guarded(connection.name, () =>
    transaction(connection, () => stateKey(path.dirname(connection.name))),
  );
  const complaint = isTrouble(made) ? made.trouble : made.complaint;
  if (complaint !== null) warn(complaint);
  return isTrouble(made) ? null : made.key;
}

/** What earlier runs know of texts that only grow; null without a key, by which secrets are told. */
function textsOf(state: State, key: Buffer | null, rules: Ruleset): TextMemory | null {
  const { connection } = state;
  if (connection === null || key === null) return null;
  const find = guarded(connection.name, () => textFinder(connection));
  if (isTrouble(find)) return null;
  const nameOf = (file: string): string => derivedKey(key, `text ${file}`);
  const basis = [rules.sha256, version, derivedKey(key, 'basis')].join(' ');
  return {
    salt: derivedKey(key, 'texts'),
    basis,
    // By a digest: a path may hold a secret, too.
    find: (file) => {
      const found = guarded(connection.name, () => find(nameOf(file)));
      return isTrouble(found) ? null : found;
    },
    keep: (text) => state.texts.push({ ...text, file: nameOf(text.file) }),
  };
}

/** What a scan is given of what earlier ones knew. */
type Remembered = Pick<ScanOptions, 'known' | 'approved' | 'texts'>;

/** What earlier runs knew, for a scan to say what is there of it now. Without it, nothing is resolved. */
export function remembered(state: State, key: Buffer | null, rules: Ruleset): Remembered {
  const { connection } = state;
  if (connection === null) return {};
  const texts = textsOf(state, key, rules);
  const read = guarded(connection.name, () => ({
    known: knownPlaces(connection),
    approved: knownApprovals(connection),
  }));
  return { ...(isTrouble(read) ? {} : read), ...(texts !== null && { texts }) };
}

/** The report with what earlier runs say of it, once it is kept. */
export function keepScan(state: State, scanned: Scanned, list: Allowlist | null): Report {
  const { connection, since, texts, receivers, tellAll } = state;
  if (connection === null) return scanned.report;
  const kept = guarded(connection.name, () =>
    transaction(connection, () => keepAll(connection, { scanned, list, texts, since, receivers, tellAll })),
  );
  if (isTrouble(kept)) {
    state.trouble = kept.trouble;
    return scanned.report;
  }
  state.run = kept.run;
  return kept.report;
}

/** Ends the work with the state. Gives the exit code, which is 2 when it was of no use. */
export function closeState(state: State, exitCode: number): number {
  const { connection, run } = state;
  if (connection !== null) {
    const ended = guarded(connection.name, () => {
      if (run !== null) endRun(connection, run, exitCode);
      connection.close();
      return null;
    });
    if (isTrouble(ended)) state.trouble ??= ended.trouble;
  }
  if (state.trouble === null) return exitCode;
  console.error(`shadowscan: --state: ${state.trouble}; the report was made without it`);
  return 2;
}

/** The report of what is new alone, with what is resolved. As it is, when nobody can tell what is new. */
function onlyNew(report: Report, { trouble }: State): Report {
  if (trouble !== null) return report;
  const findings = report.findings.filter(({ state }) => state !== 'open');
  const summary = { ...report.summary, ...countFindings(findings) };
  return { ...report, findings, summary, run: { ...report.run, onlyNew: true } };
}

/** The state as a scan uses it, from its beginning to its end. */
export type Keeper = {
  key(): Buffer | null;
  remembered(key: Buffer | null, rules: Ruleset): Remembered;
  keep(scanned: Scanned, list: Allowlist | null, isNew: boolean): Report;
  /** Delivers what waits; gives lines about what could not be. */
  ship(host: Host): Promise<string[]>;
  /** Gives the exit code. */
  end(exitCode: number): number;
};

/** Opens what `--state` names. Throws a usage error for a folder that others could have a hand in. */
export function keeper(given: string, receivers: Receiver[] = [], tellAll = false): Keeper {
  const state = openState(given, receivers, tellAll);
  return {
    key: () => keyOfState(state, (line) => console.error(`shadowscan: ${line}`)),
    remembered: (key, rules) => remembered(state, key, rules),
    keep: (scanned, list, isNew) => {
      const report = keepScan(state, scanned, list);
      return isNew ? onlyNew(report, state) : report;
    },
    ship: async (host) => {
      const { connection } = state;
      if (connection === null) return ['nothing was sent: the state cannot be used'];
      const { deliverAll } = await import('./ship.ts');
      return deliverAll(connection, receivers, host);
    },
    end: (exitCode) => closeState(state, exitCode),
  };
}
