/**
 * `shadowscan ship`, and the delivery behind `scan --ship`: what waits in the outbox goes to its receivers, a
 * few of them side by side, each within its time. A receiver that is away costs nothing but a line on
 * standard error.
 */
import * as path from 'node:path';
import { Command } from 'commander';
import { humanOrJson, wantsJson } from './human-or-json.ts';
import { pause } from '../host/pause.ts';
import { type Box, type World, deliverTo } from '../ship/deliver.ts';
import { settle, sinkStates, takeNext } from '../host/outbox.ts';
import { refusals } from '../host/outbox-losses.ts';
import { writeOut } from '../host/output.ts';
import { isForAnother } from '../host/state-bound.ts';
import { type Connection, guarded, isTrouble, openStateDatabase } from '../host/state-database.ts';
import { demandStateFolder } from '../host/state-folder.ts';
import { systemHost } from '../host/system.ts';
import { limits } from '../limits.ts';
import type { Refusal, SinkState } from '../model/delivery.ts';
import type { Host } from '../model/host.ts';
import { usageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { managedPolicy } from './policy.ts';
import { type Receiver, receivers, sinksFor } from './sinks.ts';

function boxOf(connection: Connection, sink: string, host: Host): Box {
  return {
    next: (events, bytes) => takeNext(connection, sink, events, bytes),
    settle: (judged) => settle(connection, sink, judged, host.now()),
  };
}

function worldOf(host: Host): World {
  return {
    elapsed: () => host.elapsed(),
    sleep: pause,
    random: () => Math.random(),
  };
}

const waitingFor = (connection: Connection, name: string): number =>
  sinkStates(connection).find(({ sink }) => sink === name)?.waiting ?? 0;

/** Delivers what waits for one receiver, until a time. Gives lines about what it does not have. */
async function deliverOne(
  connection: Connection,
  { sink, open }: Receiver,
  host: Host,
  seconds: number,
): Promise<string[]> {
  const waits = waitingFor(connection, sink.name);
  if (waits > 0 && isForAnother(connection, sink)) {
    const way = 'the next scan with --ship tells it all anew';
    return [`${sink.name} has another profile or address than the ${waits} events that wait; ${way}`];
  }
  const sender = open();
  try {
    const until = host.elapsed() + seconds * 1000;
    const box = boxOf(connection, sink.name, host);
    const { refused, trouble } = await deliverTo(sender, box, worldOf(host), until);
    const waiting = waitingFor(connection, sink.name);
    const why = `${sink.name} has not taken ${waiting} events: ${trouble ?? 'unknown'}; they wait`;
    return [
      ...(refused > 0 ? [`${sink.name} refused ${refused} events; see shadowscan ship --status`] : []),
      ...(waiting > 0 ? [why] : []),
    ];
  } finally {
    sender.close();
  }
}

/**
 * Delivers what waits, to a few receivers side by side, so that some that hang do not add up. Gives a line
 * for each that does not have all of it, in their order.
 */
export async function deliverAll(
  connection: Connection,
  all: Receiver[],
  host: Host,
  seconds: number = limits.shipSeconds,
): Promise<string[]> {
  const lines = all.map((): string[] => []);
  const left = all.entries();
  const work = async (): Promise<void> => {
    // One list for all workers: each takes the next.
    for (const [nth, one] of left) lines[nth] = await deliverOne(connection, one, host, seconds);
  };
  const ended = await Promise.allSettled(Array.from({ length: limits.shipAtOnce }, work));
  // Not before the others have ended, since they use the connection.
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
  return lines.flat();
}

/** How a sink stands, as it is told. */
type Told = SinkState & { reasons: Refusal[] };

function toldBy(connection: Connection): Told[] {
  return sinkStates(connection).map((state) => {
    const reasons = refusals(connection, state.sink);
    return { ...state, reasons: reasons.map((one) => ({ ...one, why: neutral(one.why) })) };
  });
}

const reasonLine = ({ why, events, last }: Refusal): string =>
  `  refused ${events} (last of ${last}): ${why}`;

function statusLine(state: SinkState): string {
  const { sink, waiting, waitingBytes, oldest, delivered, refused, dropped, lastDelivered, lastTrouble } =
    state;
  return [
    `${sink}: ${waiting} waiting`,
    ...(waiting > 0 ? [`${Math.ceil(waitingBytes / 1024)} KB since ${oldest}`] : []),
    `${delivered} delivered${lastDelivered === null ? '' : ` (last ${lastDelivered})`}`,
    `${refused} refused`,
    `${dropped} dropped`,
    ...(lastTrouble === null ? [] : [`last trouble: ${lastTrouble}`]),
  ].join(', ');
}

type Options = { state?: string; ship?: string; status?: boolean; format?: string; flush?: boolean };

async function run(file: string | undefined, options: Options): Promise<void> {
  const policy = await managedPolicy();
  const folder = options.state ?? policy?.settings.stateFolder;
  if (folder === undefined) throw usageError('ship: needs --state DIR, where what was not delivered waits');
  const host = systemHost();
  const all = options.status ? [] : await receivers(sinksFor(file ?? true, policy, 'ship'), host);
  const connection = openStateDatabase(demandStateFolder(folder, false), options.status ?? false);
  if (isTrouble(connection)) throw usageError(`--state: ${connection.trouble}`);
  try {
    const lines = options.status ? [] : await deliverAll(connection, all, host, limits.flushSeconds);
    for (const line of lines) console.error(`shadowscan: ${neutral(line)}`);
    const states = guarded(path.basename(folder), () => toldBy(connection));
    if (isTrouble(states)) throw usageError(`--state: ${states.trouble}`);
    const json = wantsJson(options.format);
    writeOut(
      json
        ? [`${JSON.stringify({ schema: 'shadowscan.ship/1', sinks: states }, null, 2)}\n`]
        : states
            .flatMap((state) => [statusLine(state), ...state.reasons.map(reasonLine)])
            .map((line) => `${neutral(line)}\n`),
    );
    // Of receivers that were not named, too.
    const isAll = states.every(
      ({ waiting, reasons }) => waiting === 0 && (!options.status || reasons.length === 0),
    );
    process.exitCode = isAll && lines.length === 0 ? 0 : 2;
  } finally {
    connection.close();
  }
}

/** The command, for the program. */
export function shipCommand(): Command {
  return new Command('ship')
    .description('deliver what waits for receivers, and tell how they stand')
    .argument('[sinks]', 'a file that names receivers (default: those of the policy)')
    .option('--flush', 'deliver what waits; this is what ship does without it, too')
    .option('--status', 'deliver nothing; tell how each receiver stands')
    .option('--state <dir>', 'the folder that scan --state kept it in')
    .addOption(humanOrJson())
    .addHelpText(
      'after',
      '\nExit codes: 0 nothing waits any more, for any receiver; 2 something does, or was refused (with ' +
        '--status: and is still kept with the reason), or cannot be sent at all.',
    )
    .action(run);
}
