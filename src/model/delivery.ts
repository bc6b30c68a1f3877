/** What is on its way to a receiver: events, batches of them, and what became of each. */
import type { Severity } from './common.ts';

/** One event as it is sent: `body` is one line of JSON in the profile of its sink. */
export type OutEvent = {
  /** 32 hex digits: the same however often this run's telling of it is delivered. */
  id: string;
  /** When it was observed, ISO in UTC. */
  time: string;
  kind: 'heartbeat' | 'asset' | 'finding' | 'run';
  severity: Severity;
  body: string;
};

/** Events that a receiver will never have, counted from the first run with it. */
export type Losses = { refused: number; full: number; old: number };

/** The same by receiver. */
export type LossesBySink = Record<string, Losses>;

/** One that waits; `number` is its place in the outbox. */
export type Waiting = OutEvent & { number: number };

/** What became of a batch. What is neither sent nor refused is sent again. */
export type Judged = {
  sent: Waiting[];
  /** Never to be sent again, with the receiver's reason in our words. */
  refused: { event: Waiting; why: string }[];
  /** Why the others are sent again; null when there are none. */
  again: string | null;
  /** Milliseconds that the receiver asked for before anything else is sent. */
  wait?: number;
  /** Whether the batch as a whole was too large, so that half of it may pass. */
  tooLarge?: boolean;
};

/** An answer of a receiver: headers in lower case, the body cut at a bound. */
export type Reply = { status: number; headers: Record<string, string>; body: string };

export type HttpRequest = {
  method: 'POST' | 'GET';
  url: URL;
  headers: Record<string, string>;
  body: Buffer | null;
};

/** How requests reach a receiver; `failed` is in our words. */
export type Send = (request: HttpRequest) => Promise<Reply | { failed: string }>;

/** One kind of receiver: how many events it takes at once, and how they are handed over. */
export type Sender = {
  most: { events: number; bytes: number };
  send(batch: Waiting[]): Promise<Judged>;
  close(): void;
};

/** Why a receiver refused events that are set aside, in our words, and how many of them. */
export type Refusal = { why: string; events: number; last: string };

/** What a sink has been through, from the outbox. */
export type SinkState = {
  sink: string;
  waiting: number;
  waitingBytes: number;
  oldest: string | null;
  refused: number;
  delivered: number;
  dropped: number;
  /** Those of them that were too old, and not too much. */
  droppedOld: number;
  lastDelivered: string | null;
  lastTrouble: string | null;
};
