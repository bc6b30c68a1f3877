/**
 * What receivers are told from run to run: what is different and no more, all of it once a week, and what they
 * will never have. A receiver that follows the events always knows what the heartbeat says it should.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import type { Receiver } from '../../src/cli/sinks.ts';
import { putIn, settle, sinkStates, takeNext } from '../../src/host/outbox.ts';
import { deliveryTold, lossesOf, makeRoom } from '../../src/host/outbox-losses.ts';
import { isForAnother } from '../../src/host/state-bound.ts';
import { type Connection, isTrouble, openStateDatabase } from '../../src/host/state-database.ts';
import { limits } from '../../src/limits.ts';
import type { OutEvent, Waiting } from '../../src/model/delivery.ts';
import { stateSteps } from '../../src/model/state.ts';
import { EcsDocument } from '../../src/model/ecs.ts';
import { NativeEvent } from '../../src/model/event.ts';
import { OcsfEvent } from '../../src/model/ocsf.ts';
import type { Sink } from '../../src/model/sink.ts';
import type { Telling } from '../../src/model/telling.ts';
import { flawsOf, compiledSchema } from '../report/ocsf-schema.ts';
import { type Asked, folderWith, rows, scanKept, write } from '../state/kept.ts';

type Profile = NonNullable<Sink['profile']>;
const receiver = (name: string, profile: Profile = 'native'): Receiver => ({
  sink: { name, kind: 'file', path: '/x', profile },
  open: () => expect.fail('nothing is sent by itself'),
});
const [siem, lake, es] = [receiver('siem'), receiver('lake', 'ocsf'), receiver('es', 'ecs')];

function opened(state: string): Connection {
  const connection = openStateDatabase(state);
  if (isTrouble(connection)) throw new Error(connection.trouble);
  return connection;
}

/** Takes all that waits for a receiver, or refuses some of it. */
function take(state: string, sink: string, refuse: (one: Waiting) => boolean = () => false): Waiting[] {
  const connection = opened(state);
  const all = takeNext(connection, sink, 10_000, 100_000_000);
  const refused = all.filter(refuse).map((event) => ({ event, why: 'status 400' }));
  const sent = all.filter((one) => !refuse(one));
  settle(connection, sink, { sent, refused, again: null }, new Date('2026-11-20T00:00:00Z'));
  connection.close();
  return sent;
}

/** What of events these tests look at; which of it there is depends on the kind. */
type Event = Telling & {
  type: string;
  event: string;
  device: { id: string };
  change: string;
  fact: { kind: string; name: string };
  finding: { state: string; check: string };
  class_uid: number;
  unmapped: { change: string };
  product: { name: string };
  shadowscan: Telling;
};
const bodies = (events: OutEvent[]): Event[] => events.map(({ body }) => JSON.parse(body) as Event);
const native = (state: string, sink = 'siem'): Event[] => bodies(take(state, sink));
const heartbeat = (events: Event[]): Event => events.findLast(({ type }) => type === 'heartbeat')!;

/** `asset new server one`, `finding new server-unapproved` of what is between heartbeat and summary. */
const told = (events: Event[]): string[] =>
  events
    .filter(({ type }) => type === 'asset' || type === 'finding')
    .map(({ type, change, fact, finding }) =>
      type === 'asset' ? `${change} ${fact.kind} ${fact.name}` : `${finding.state} ${finding.check}`,
    );
const assets = (events: Event[]): string[] => told(events.filter(({ type }) => type === 'asset'));

/** What an analyst has who keeps the last telling of each event. */
function analyst() {
  const last = new Map<string, Event>();
  return (events: Event[]) => {
    for (const one of events) last.set(one.event, one);
    const all = [...last.values()];
    return {
      assets: all.filter(({ type, change }) => type === 'asset' && change !== 'removed').length,
      findings: all.filter(({ type, finding }) => type === 'finding' && finding.state !== 'resolved').length,
    };
  };
}

const npx = (...args: string[]) => ({ command: 'npx', args: ['-y', ...args] });
const config = (servers: object) => ({ '.cursor/mcp.json': { mcpServers: servers } });
let home: string;
let state: string;
/** Days since the first scan are counted by the test alone. */
const scan = (day: number, asked: Partial<Asked> = {}) => {
  const now = () => new Date(Date.UTC(2026, 9, 1 + day));
  return scanKept(state, { home, receivers: [siem], host: { now }, ...asked });
};
beforeEach(() => {
  home = folderWith(config({ one: npx('package-one'), two: npx('package-two') }));
  state = folderWith();
});

describe('from day to day', () => {
  test('all at first, then what is different, and all again after a week', async () => {
    const follow = analyst();
    await scan(0);
    const first = native(state);
    expect(assets(first)).toEqual(['new agent Cursor', 'new server one', 'new server two']);
    expect(heartbeat(first).inventory).toMatchObject({
      told: 'all',
      assets: 3,
      new: 3,
      changed: 0,
      removed: 0,
    });
    const has = follow(first);
    expect(has.findings).toBeGreaterThan(0);
    expect(heartbeat(first).inventory).toMatchObject(has);

    await scan(1);
    const second = native(state);
    expect(second.map(({ type }) => type)).toEqual(['heartbeat', 'run']);
    expect(heartbeat(second).inventory).toEqual({
      told: 'changes',
      whole: '2026-10-01T00:00:00.000Z',
      ...follow(second),
      new: 0,
      changed: 0,
      removed: 0,
    });

    write(home, config({ two: npx('package-two@2.0.0'), three: npx('package-three') }));
    await scan(2);
    const third = native(state);
    expect(assets(third)).toEqual(['changed server two', 'new server three', 'removed server one']);
    expect(heartbeat(third).inventory).toMatchObject({ assets: 3, new: 1, changed: 1, removed: 1 });
    expect(heartbeat(third).inventory).toMatchObject(follow(third));
    expect(third.at(-1)!.inventory).toEqual(heartbeat(third).inventory);

    await scan(6);
    expect(told(native(state))).toEqual([]);
    await scan(7);
    const eighth = native(state);
    expect(assets(eighth)).toEqual(['same agent Cursor', 'same server two', 'same server three']);
    expect(told(eighth).filter((one) => one.startsWith('open '))).toHaveLength(follow(eighth).findings);
    expect(heartbeat(eighth).inventory).toMatchObject({ told: 'all', whole: '2026-10-08T00:00:00.000Z' });
    await scan(8, { full: true });
    expect(heartbeat(native(state)).inventory.told).toBe('all');
  });

  test('a run that sees less cannot tell all, and is waited out for a week', async () => {
    const told = async (day: number, asked: Partial<Asked> = {}): Promise<unknown[]> => {
      await scan(day, asked);
      const { inventory } = heartbeat(native(state));
      return [inventory.told, inventory.whole?.slice(0, 10) ?? null];
    };
    expect(await told(0, { only: ['package-unpinned'] })).toEqual(['changes', null]);
    expect(await told(1)).toEqual(['all', '2026-10-02']);
    expect(await told(8, { only: ['package-unpinned'] })).toEqual(['changes', '2026-10-02']);
    expect(await told(9, { home: folderWith() })).toEqual(['changes', '2026-10-02']);
    expect(await told(10)).toEqual(['all', '2026-10-11']);
    expect(await told(23, { home: folderWith() })).toEqual(['changes', '2026-10-11']);
    expect(await told(24, { home: folderWith() })).toEqual(['all', '2026-10-25']);
  });

  test('a clock that was years ahead does not put it off', async () => {
    await scan(2_000);
    expect(heartbeat(native(state)).inventory.told).toBe('all');
    await scan(0);
    expect(heartbeat(native(state)).inventory).toMatchObject({
      told: 'all',
      whole: '2026-10-01T00:00:00.000Z',
    });
    await scan(1);
    expect(heartbeat(native(state)).inventory.told).toBe('changes');
  });

  test('a run with fewer options changes nothing', async () => {
    const text = 'version: 1\nname: Example\napprove:\n  - { package: "npm:package-one" }\n';
    const list = `${folderWith({ 'list.yaml': text })}/list.yaml`;
    await scan(0, { list });
    native(state);
    await scan(1);
    expect(assets(native(state))).toEqual([]);
    await scan(2, { list });
    expect(assets(native(state))).toEqual([]);
    write(home, config({ one: npx('package-one'), two: npx('package-two@2.0.0') }));
    await scan(3, { list });
    expect(assets(native(state))).toEqual(['changed server two']);
  });

  test('lines that move change nothing', async () => {
    await scan(0);
    native(state);
    write(home, {
      '.cursor/mcp.json': `\n\n\n${JSON.stringify(config({ one: npx('package-one'), two: npx('package-two') })['.cursor/mcp.json'])}`,
    });
    await scan(1);
    expect(assets(native(state))).toEqual([]);
  });

  test('what the run did not look at is not removed', async () => {
    await scan(0);
    native(state);
    write(home, { '.cursor/mcp.json': ']]' });
    await scan(1);
    const broken = native(state);
    expect(assets(broken).filter((one) => one.startsWith('removed'))).toEqual([]);
    expect(heartbeat(broken).inventory.assets).toBe(3);
    await scan(2, { home: folderWith() });
    const other = native(state);
    expect([assets(other), heartbeat(other).inventory.assets]).toEqual([[], 3]);
    write(home, config({ one: npx('package-one') }));
    await scan(3);
    expect(assets(native(state))).toEqual(['removed server two']);
  });

  test('with another state, ids are the same', async () => {
    await scan(0);
    const before = native(state).map(({ event }) => event);
    state = folderWith();
    await scan(1);
    const after = native(state);
    expect(after.map(({ event }) => event)).toEqual(before);
    expect(heartbeat(after).inventory.told).toBe('all');
  });

  test('each receiver is told what it does not know', async () => {
    await scan(0);
    await scan(1, { receivers: [siem, lake] });
    write(home, config({ one: npx('package-one') }));
    await scan(2, { receivers: [lake] });
    await scan(3, { receivers: [siem, lake] });
    expect(assets(native(state)).at(-1)).toBe('removed server two');
    const changes = bodies(take(state, 'lake'))
      .filter(({ class_uid }) => class_uid === 5020)
      .map(({ unmapped, product }) => `${unmapped.change} ${product.name}`);
    expect(changes).toEqual(['new Cursor', 'changed Cursor']);
  });
});

describe('a name that stands for another receiver', () => {
  const at = (sink: Partial<Sink>): Receiver => ({ ...siem!, sink: { ...siem!.sink, ...sink } as Sink });
  const lost = (): number => rows<{ dropped: number }>(state, 'SELECT dropped FROM deliveries')[0]!.dropped;

  test.each<[string, Partial<Sink>]>([
    ['address', { path: '/y' }],
    ['kind', { kind: 'webhook', path: undefined, url: 'https://siem.example/hook' }],
    ['profile', { profile: 'ecs' }],
  ])('by another %s: all anew, nothing removed, and nothing of what waited', async (_, other) => {
    await scan(0);
    native(state);
    write(home, config({ one: npx('package-one') }));
    await scan(1);
    const connection = opened(state);
    expect(isForAnother(connection, siem!.sink)).toBe(false);
    expect(isForAnother(connection, at(other).sink)).toBe(true);
    connection.close();
    write(home, config({ three: npx('package-three') }));
    await scan(2, { receivers: [at(other)] });
    const events = bodies(take(state, 'siem'));
    const profiles = { native: NativeEvent, ecs: EcsDocument };
    const schema = profiles[other.profile === 'ecs' ? 'ecs' : 'native'];
    for (const event of events) expect(schema.safeParse(event).error).toBeUndefined();
    if (schema === NativeEvent) {
      expect(assets(events)).toEqual(['new agent Cursor', 'new server three']);
      expect(heartbeat(events)).toMatchObject({
        inventory: { told: 'all', assets: 2, new: 2, removed: 0, whole: '2026-10-03T00:00:00.000Z' },
        delivery: { lost: 0 },
      });
    }
    expect(JSON.stringify(events)).not.toContain('"change":"removed"');
    expect(lost()).toBe(0);
    await scan(3, { receivers: [at(other)] });
    expect(take(state, 'siem').map(({ kind }) => kind)).toEqual(['heartbeat', 'run']);
  });

  test('by another device: all anew and nothing removed; what waited is true of the one before', async () => {
    await scan(0);
    write(home, config({ one: npx('package-one') }));
    await scan(1, { host: { now: () => new Date('2026-10-02T00:00:00Z'), deviceId: 'f'.repeat(32) } });
    const events = native(state);
    const ofDevice = (id: string) =>
      events.filter(({ device }) => device.id === id).filter(({ type }) => type === 'asset');
    expect(assets(ofDevice('0'.repeat(32)))).toHaveLength(3);
    expect(assets(ofDevice('f'.repeat(32)))).toEqual(['new agent Cursor', 'new server one']);
    expect(heartbeat(events).inventory).toMatchObject({ told: 'all', assets: 2, removed: 0 });
  });

  test('not by another credential or by words that mean the same', async () => {
    const url = 'https://siem.example';
    const hook: Partial<Sink> = { kind: 'webhook', path: undefined, url, credential: { env: 'A' } };
    await scan(0, { receivers: [at(hook)] });
    native(state);
    const same = at({ ...hook, url: `${url}:443/`, credential: { env: 'B' }, profile: undefined });
    await scan(1, { receivers: [same] });
    expect(native(state).map(({ type }) => type)).toEqual(['heartbeat', 'run']);
  });

  test('a state of the version before goes on, but for another device', async () => {
    for (const [device, told] of [
      ['0'.repeat(32), 'changes'],
      ['1'.repeat(32), 'all'],
    ]) {
      state = folderWith();
      await scan(0);
      native(state);
      const old = opened(state);
      old.exec(`UPDATE runs SET device = '${device}'; PRAGMA user_version = 6;
        ${['profile', 'address', 'device', 'whole_refused', 'again_at'].map((name) => `ALTER TABLE deliveries DROP COLUMN ${name}`).join(';')}`);
      old.close();
      await scan(1);
      expect(heartbeat(native(state)).inventory).toMatchObject({ told, removed: 0 });
    }
  });
});

describe('every profile', () => {
  const profiles = [
    [siem, NativeEvent],
    [lake, OcsfEvent],
    [es, EcsDocument],
  ] as const;

  test.each(profiles)('is valid from first to last: %#', async (one, schema) => {
    const receivers = [one];
    await scan(0, { receivers });
    await scan(1, { receivers });
    write(home, { '.cursor/mcp.json': '{}' });
    await scan(2, { receivers });
    // The agent is gone with all that was its own.
    const { rmSync } = await import('node:fs');
    rmSync(`${home}/.cursor`, { recursive: true });
    await scan(3, { receivers });
    const events = bodies(take(state, one.sink.name));
    await scan(4, { receivers });
    await scan(30, { receivers });
    events.push(...bodies(take(state, one.sink.name)));
    for (const event of events) {
      expect(schema.safeParse(event).error).toBeUndefined();
      if (schema === OcsfEvent && compiledSchema !== null) expect(flawsOf(event)).toEqual([]);
    }
    const text = JSON.stringify(events);
    for (const change of ['new', 'changed', 'removed'])
      if (one !== siem || change !== 'changed') expect(text).toContain(`"change":"${change}"`);
    expect(text).toMatch(/"lost":[1-9]/);
    expect(schema.safeParse({ ...events[0], delivery: 1, unmapped: { delivery: 1 } }).success).toBe(false);
  });
});

describe('what is lost', () => {
  const loss = (events: Event[]) => {
    const { delivery } = heartbeat(events);
    return [delivery.lost, delivery.sinks.find(({ name }) => name === 'siem')?.dropped] as const;
  };

  test('by age is told until a heartbeat that tells it has arrived, and all is told again', async () => {
    await scan(0);
    write(home, config({ one: npx('package-one') }));
    await scan(10);
    // Those of the first day are too old by now.
    await scan(15);
    const first = take(state, 'siem', () => true);
    expect(first).toEqual([]);
    await scan(16);
    const connection = opened(state);
    const waits = bodies(takeNext(connection, 'siem', 1_000, 10_000_000));
    connection.close();
    const [lost, dropped] = loss(waits);
    expect(dropped!.old).toBeGreaterThan(5);
    expect(dropped).toMatchObject({ full: 0, untold: dropped!.old });
    expect(heartbeat(waits).delivery.sinks[0]!.refused.untold).toBe(lost - dropped!.old);
    await scan(17);
    expect(loss(native(state))[0]).toBe(lost);
    await scan(18);
    const after = native(state);
    expect(loss(after)).toEqual([0, { full: 0, old: dropped!.old, untold: 0 }]);
    expect(heartbeat(after).delivery.sinks[0]).toMatchObject({
      waiting: { events: 0, bytes: 0, seconds: 0 },
      delivered: { last: '2026-11-20T00:00:00.000Z' },
    });
  });

  test('is told to others, too', async () => {
    await scan(0, { receivers: [siem, es] });
    take(state, 'siem', ({ kind }) => kind === 'finding');
    take(state, 'es');
    await scan(1, { receivers: [siem, es] });
    const [document] = bodies(take(state, 'es'));
    const { delivery } = document!.shadowscan;
    const [own, other] = delivery.sinks;
    expect(own).toMatchObject({ name: 'es', refused: { events: 0, untold: 0 } });
    expect(other).toMatchObject({ name: 'siem', waiting: { events: 0 } });
    expect(other!.refused.untold).toBe(delivery.lost);
    expect(delivery.lost).toBeGreaterThan(0);
  });

  test('after a loss all is told again, unless it was told again since', async () => {
    const lose = (day: number): void => {
      const connection = opened(state);
      makeRoom(connection, 'siem', [], new Date(Date.UTC(2026, 9, 1 + day)));
      connection.close();
    };
    await scan(0);
    await scan(1);
    // What was queued on these days is too old then.
    lose(16);
    await scan(2);
    const again = native(state);
    expect(assets(again)).toEqual(['same agent Cursor', 'same server one', 'same server two']);
    expect(heartbeat(again)).toMatchObject({ inventory: { told: 'all' }, delivery: { lost: 9 } });
    await scan(3);
    await scan(4, { full: true });
    // The loss lies before the last telling of all.
    lose(18);
    await scan(5);
    expect(heartbeat(native(state))).toMatchObject({ inventory: { told: 'changes' }, delivery: { lost: 2 } });
  });

  describe('by refusal', () => {
    const told = async (hours: number, refuse: (one: Waiting) => boolean = () => false) => {
      await scan(0, { host: { now: () => new Date(Date.UTC(2026, 9, 1, hours)) } });
      const connection = opened(state);
      const waits = bodies(takeNext(connection, 'siem', 10_000, 100_000_000));
      connection.close();
      take(state, 'siem', refuse);
      const { told: which, whole } = heartbeat(waits).inventory;
      return [
        which,
        whole === null ? null : Math.round((Date.parse(whole) - Date.UTC(2026, 9, 1)) / 3_600_000),
      ];
    };
    const all = () => true;
    const poison = ({ body }: Waiting) => body.includes('package-two');

    test('all is told again at the next run', async () => {
      expect(await told(0, poison)).toEqual(['all', 0]);
      expect(await told(1)).toEqual(['all', 1]);
      expect(await told(2)).toEqual(['changes', 1]);
    });

    test('but once a day where it is refused again', async () => {
      expect(await told(0, poison)).toEqual(['all', 0]);
      expect(await told(1, poison)).toEqual(['all', 1]);
      for (const hour of [2, 3, 24]) expect(await told(hour, poison)).toEqual(['changes', null]);
      expect(await told(25, poison)).toEqual(['all', 25]);
      expect(await told(26)).toEqual(['changes', null]);
      expect(await told(49)).toEqual(['all', 49]);
      expect(await told(80)).toEqual(['changes', 49]);
    });

    test('of all once something is taken, and not before', async () => {
      expect(await told(0, all)).toEqual(['all', 0]);
      for (const hour of [1, 2, 50]) expect(await told(hour, all)).toEqual(['changes', null]);
      expect(await told(51)).toEqual(['changes', null]);
      expect(await told(52)).toEqual(['all', 52]);
      expect(await told(53)).toEqual(['changes', 52]);
    });

    test('not for heartbeats and summaries, which say nothing that stands', async () => {
      expect(await told(0, ({ kind }) => kind === 'run' || kind === 'heartbeat')).toEqual(['all', 0]);
      expect(await told(1)).toEqual(['changes', 0]);
    });
  });

  test('what waits in a state of the version before is kept, and its losses are told', async () => {
    const old = openStateDatabase(state, false, stateSteps.slice(0, 5));
    if (isTrouble(old)) throw new Error(old.trouble);
    old.exec(`INSERT INTO deliveries (sink, delivered, refused, dropped) VALUES ('siem', 7, 1, 2);
      INSERT INTO outbox (sink, id, queued_at, time, kind, severity, body, bytes)
        VALUES ('siem', 'x', '2026-10-01T00:00:00.000Z', '2026-10-01T00:00:00.000Z', 'run', 'info', '{}', 2)`);
    old.close();
    await scan(1);
    const events = native(state);
    expect(events[0]).toEqual({});
    expect(heartbeat(events)).toMatchObject({
      delivery: { lost: 3, sinks: [{ waiting: { events: 1 }, dropped: { full: 2, old: 0 } }] },
      inventory: { told: 'all', assets: 3 },
    });
  });

  test('how long the oldest has waited is told', async () => {
    await scan(0);
    await scan(3);
    expect(heartbeat(native(state)).delivery.sinks[0]!.waiting).toMatchObject({ seconds: 3 * 86_400 });
  });
});

describe('room', () => {
  const made = (count: number, bytes: number, from = 0): OutEvent[] =>
    Array.from({ length: count }, (_, nth) => ({
      id: String(from + nth),
      time: '2026-10-01T00:00:00Z',
      kind: 'asset',
      severity: 'info',
      body: 'x'.repeat(bytes),
    }));
  const now = new Date('2026-10-01T00:00:00Z');
  const mb = 1024 * 1024;

  test('goes to what was refused last, then to the newest, and a loss of either kind counts once', () => {
    const connection = opened(state);
    putIn(connection, 'a', made(40, mb), { now, losses: {} });
    const [first, second] = takeNext(connection, 'a', 2, 100 * mb) as [Waiting, Waiting];
    settle(connection, 'a', { sent: [], refused: [{ event: second, why: 'x' }], again: null }, now);
    expect(makeRoom(connection, 'a', made(5, mb, 100), now)).toHaveLength(5);
    expect(lossesOf(sinkStates(connection))).toEqual({ a: { refused: 1, full: 0, old: 0 } });
    expect(makeRoom(connection, 'a', made(11, mb, 200), now)).toHaveLength(11);
    expect(lossesOf(sinkStates(connection))).toEqual({ a: { refused: 1, full: 1, old: 0 } });
    expect(takeNext(connection, 'a', 1, mb)[0]!.number).toBe(first.number + 2);
    connection.close();
  });

  test('is never taken by more than there is: the first of a run are dropped, and counted', () => {
    const connection = opened(state);
    const kept = makeRoom(connection, 'a', made(60, mb), now);
    expect(kept.map(({ id }) => id)).toEqual(Array.from({ length: 49 }, (_, nth) => String(nth + 11)));
    const { lost, sinks } = deliveryTold(connection, 'b', sinkStates(connection), now);
    expect([lost, sinks[0]!.dropped]).toEqual([11, { full: 11, old: 0, untold: 11 }]);
    expect(49 * mb + 2 * limits.eventBytes).toBeLessThanOrEqual(limits.outboxBytes);
    connection.close();
  });
});
