/**
 * What each receiver is told of a run: all that there is the first time, once a week, after a loss, when its
 * name stands for another one and when it is asked for, and otherwise what is different since the last time;
 * with a heartbeat before it and a summary behind it that say how much the receiver should know by then.
 */
import { type Current, compareTold } from '../evaluate/compare-told.ts';
import type { Looked } from '../evaluate/looked.ts';
import { wholeness } from '../evaluate/whole.ts';
import { putIn, sinkStates } from '../host/outbox.ts';
import { deliveryTold, lossesOf, makeRoom } from '../host/outbox-losses.ts';
import { bind } from '../host/state-bound.ts';
import type { Connection } from '../host/state-database.ts';
import { forgetTold, keepTold, keepWhole, known, lastWhole, toldAssets } from '../host/state-told.ts';
import type { OutEvent } from '../model/delivery.ts';
import type { Report } from '../model/report.ts';
import type { Sink } from '../model/sink.ts';
import type { InventoryTold } from '../model/telling.ts';
import { tellerOf } from '../report/tell.ts';

/** A run as it is told. */
export type ToTell = {
  report: Report;
  run: number;
  looked: Looked;
  targets: Iterable<string>;
  /** Homes that are no more: nobody can look there for a telling of all. */
  gone: ReadonlySet<string>;
  sinks: Sink[];
  /** Open findings of these places that the run did not look at. */
  unseen: number;
  /** Tell all that there is, whatever receivers know. */
  asked: boolean;
};

type Teller = ReturnType<typeof tellerOf>;
type Asset = ReturnType<Teller['assets']>[number];

/** What one receiver is told between heartbeat and summary, and what was to be told. */
type News = {
  sink: string;
  teller: Teller;
  fitting: OutEvent[];
  inventory: InventoryTold;
  isWhole: boolean;
  isLost: boolean;
};

/** Makes room for what a receiver is told, and keeps that it was. */
function prepared(connection: Connection, sink: string, given: ToTell, teller: Teller): News {
  const { report, run, looked, targets } = given;
  const { startedAt, endedAt } = report.run;
  const now = new Date(endedAt);
  const last = lastWhole(connection, sink);
  const before = last && { ...last, targets: last.targets.filter((one) => !given.gone.has(one)) };
  const { tellsAll: all, isWhole } = wholeness(report, looked, { ...given, before });
  const { current, removed } = compareTold(
    teller.assets(),
    toldAssets(connection, sink, targets),
    looked,
    run,
  );
  const of = (change: Current<Asset>['change']) => current.filter((one) => one.change === change).length;
  const news = [
    ...current
      .filter(({ change }) => all || change !== 'same')
      .map(({ asset, change }) => asset.sent(change)),
    ...removed.map((one) => teller.removed(one)),
    ...teller.findings(all),
  ];
  const fitting = makeRoom(connection, sink, news, now);
  keepTold(connection, sink, { current: current.map(({ kept }) => kept), removed });
  const isKnown = before !== null && !before.isLost && before.refused === 'nothing';
  const inventory: InventoryTold = {
    told: isWhole ? 'all' : 'changes',
    whole: isWhole ? startedAt : isKnown ? before.at : null,
    ...known(connection, sink),
    new: of('new'),
    changed: of('changed'),
    removed: removed.length,
  };
  return { sink, teller, fitting, inventory, isWhole, isLost: fitting.length < news.length };
}

/** Puts what there is to tell into the outbox. Belongs into the transaction that keeps the run. */
export function tellAll(connection: Connection, given: ToTell): void {
  const { report, run, sinks } = given;
  if (sinks.length === 0) return;
  const now = new Date(report.run.endedAt);
  for (const sink of sinks) bind(connection, sink, report.device.id);
  const news = [...Map.groupBy(sinks, ({ profile = 'native' }) => profile)].flatMap(([profile, alike]) => {
    const teller = tellerOf(report, profile);
    return alike.map(({ name }) => prepared(connection, name, given, teller));
  });
  // Each heartbeat tells of all receivers, as they were before this run's events.
  const states = sinkStates(connection);
  const losses = lossesOf(states);
  for (const { sink, teller, fitting, inventory, isWhole, isLost } of news) {
    const telling = { delivery: deliveryTold(connection, sink, states, now), inventory };
    const events = [teller.heartbeat(telling), ...fitting, teller.run(telling)];
    const first = putIn(connection, sink, events, { now, losses });
    const whole = { at: report.run.startedAt, targets: [...given.looked.targets], isLost };
    if (isWhole) keepWhole(connection, sink, whole, first);
  }
  forgetTold(connection, run);
}
