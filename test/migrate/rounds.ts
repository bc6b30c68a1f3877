/**
 * Rounds of a bridge that is killed at a random moment: its launcher, the bridge itself, or both, alone or
 * two at once. After each round a run that nobody disturbs must need no sign-in, unless the bridge had been
 * given a token and was killed before it wrote it down: then nobody could have kept it, and a bridge without
 * a launcher is signed out as well. Every token that was once written down must be found again.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Starting } from './client.ts';
import type { Stage } from './stage.ts';

export type How = 'plain' | 'migrated';

/**
 * What happened in all rounds together. `excused` are those in which a token was never written down, and
 * `late` those after which the client killed the launcher before it had ended: what it leaves is cleared by
 * the next.
 */
export type Outcome = {
  rounds: number;
  signIns: number;
  excused: number;
  late: number;
  refreshes: number;
  wrong: string[];
};

const releases = ['mcp-remote', 'mcp-remote-0.1.37'];

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => void setTimeout(resolve, milliseconds));

/** All tokens that were ever seen in the files of bridges. */
function observe(stage: Stage, how: How): { written: Set<string>; look(): void; stop(): void } {
  const written = new Set<string>();
  const look = (): void => {
    const folder = how === 'plain' ? path.join(stage.session.home, '.mcp-auth') : stage.room();
    for (const file of fs.globSync('{store/*,*}/*_tokens.json*', { cwd: folder })) {
      try {
        const text = fs.readFileSync(path.join(folder, file), 'utf8');
        const tokens = JSON.parse(text) as { refresh_token?: string };
        if (tokens.refresh_token !== undefined) written.add(tokens.refresh_token);
      } catch {
        // Gone, or half written.
      }
    }
  };
  const clock = setInterval(look, 5);
  return { written, look, stop: () => clearInterval(clock) };
}

function childrenOf(pid: number): number[] {
  try {
    const children = fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Kills what a round says, of a process that may not have got far. */
function strike(starting: Starting, target: string, how: How): void {
  const pid = starting.pid();
  if (pid === null) return;
  const children = how === 'plain' ? [] : childrenOf(pid);
  if (target !== 'bridge' || how === 'plain') kill(pid);
  if (target !== 'launcher') children.forEach(kill);
}

type Round = {
  argv: string[][];
  target: string;
  after: number;
  close: boolean;
  wait: number;
  expire: boolean;
};

function plan(stage: Stage, random: () => number, pairs: boolean): Round {
  const pick = <T>(...choices: T[]): T => choices[Math.floor(random() * choices.length)]!;
  const two = random() < 0.3 || pairs;
  // The older release does not keep two runs from refreshing at once.
  const release = two ? releases[0]! : pick(...releases);
  const argv = [stage.bridge(release), ...(two ? [stage.bridge(release, '--debug')] : [])];
  return {
    argv,
    target: pick('launcher', 'bridge', 'both'),
    after: Math.floor(random() * 1_800),
    // Whether it is killed while it ends.
    close: random() < 0.3 || pairs,
    wait: pick(0, 0, 50, 500),
    // Two whose token is refused at once both refresh, with us or without: a release of the bridge holds them
    // apart only when it refreshes in time.
    expire: random() < 0.7 && !two,
  };
}

/** One round: start, kill, let go. */
async function disturb(stage: Stage, how: How, round: Round): Promise<void> {
  if (round.expire) stage.server.expire();
  const started = round.argv.map((argv) => stage.begin(argv, how));
  const answers = started.map(({ running }) => running.then((one) => one.ping()).catch(() => null));
  if (round.close) {
    await Promise.all(answers);
    void started[0]!.close();
    await pause(round.after % 120);
  } else await pause(round.after);
  strike(started[0]!, round.target, how);
  await pause(round.wait);
  await Promise.all(started.map((one) => one.close()));
  await Promise.all(answers);
}

/** A run that nobody disturbs. Returns what is wrong with it, if anything is. */
async function check(
  stage: Stage,
  how: How,
  release: string,
  late: () => void = () => {},
): Promise<string | null> {
  const running = await stage.begin(stage.bridge(release), how).running;
  const said = await running.ping();
  await running.close();
  if (said !== 'pong') return `said ${said}`;
  if (how === 'plain') return null;
  const newest = stage.server.issued.findLast((token) => token.startsWith('refresh'));
  if ((await stage.tokens())?.refresh_token !== newest) return 'the newest token is not in the vault';
  const left = stage.plaintext();
  if (running.wasKilled()) {
    late();
    return null;
  }
  return left.length === 0 ? null : `in clear text: ${left.join(', ')}`;
}

/** Runs rounds; `say` is told of each. */
export async function runRounds(
  stage: Stage,
  how: How,
  { rounds, seed, pairs = false }: { rounds: number; seed: number; pairs?: boolean },
  say: (line: string) => void = () => {},
): Promise<Outcome> {
  const random = randomFrom(seed);
  const { server } = stage;
  // Refreshed in time by the newer release with nearly every start: it does so 60 seconds ahead.
  server.last(62);
  const commands = releases.flatMap((one) => [stage.bridge(one), stage.bridge(one, '--debug')]);
  if (how === 'migrated') for (const argv of commands) await stage.permit(argv);
  await check(stage, how, releases[0]!);
  const outcome: Outcome = { rounds, signIns: 0, excused: 0, late: 0, refreshes: 0, wrong: [] };
  const observer = observe(stage, how);
  for (let nth = 1; nth <= rounds; nth += 1) {
    const before = { ...server.stats };
    const issued = server.issued.length;
    observer.look();
    const round = plan(stage, random, pairs);
    await disturb(stage, how, round);
    observer.look();
    const during = { signIns: server.stats.signIns, reused: server.stats.reused };
    const given = server.issued.slice(issued).filter((token) => token.startsWith('refresh'));
    const lost = given.filter((token) => !observer.written.has(token)).length;
    const late = (): void => void (outcome.late += 1);
    const flaw = await check(stage, how, releases[nth % 2]!, late).catch((error: unknown) => String(error));
    const signIns = server.stats.signIns - before.signIns;
    const reused = server.stats.reused - before.reused;
    outcome.signIns += signIns;
    outcome.refreshes += server.stats.refreshes - before.refreshes;
    if (lost > 0) outcome.excused += 1;
    const needless = lost === 0 && signIns + reused > 0 ? `${signIns} sign-ins, ${reused} reused` : null;
    for (const one of [flaw, needless]) if (one !== null) outcome.wrong.push(`round ${nth}: ${one}`);
    const [first, again] = [during.signIns - before.signIns, during.reused - before.reused];
    say(
      `${nth}: ${round.argv.length} ${round.close ? 'closing' : round.after} ${round.target}, ` +
        `sign-ins ${first}+${signIns - first}, reused ${again}+${reused - again}, ` +
        `refreshes ${given.length}, never written ${lost}`,
    );
  }
  observer.stop();
  return outcome;
}
