/**
 * The compiled search of `kernel.wat`, which looks at sixteen bytes at a time: its tables, its memory, and
 * the texts that are copied there. Where it cannot be had, the caller does the same in JavaScript.
 */
import { Buffer } from 'node:buffer';
import { kernelCode } from './kernel-code.ts';

export type KernelTables = {
  /** What a byte is, in the bits of `runs.ts`. */
  classOf: Uint8Array;
  /** What a byte before a run tells, in the bits of `around`. */
  around: Uint8Array;
  /** What three letters before a run tell, in the bits of `endings`; five bits of each make the place. */
  endings: Uint8Array;
  /** Anchors, and where in each the two bytes are that turn up least elsewhere. */
  anchors: { codes: Uint8Array; offset: number }[];
  /** Three bytes of each word. */
  windows: Uint8Array[];
};

/** What a byte before a run is. */
export const around = {
  gap: 1,
  sign: 2,
  blank: 4,
  scheme: 8,
  written: 16,
  apart: 32,
  digit: 64,
} as const;

/** What a word ends in: the name of a secret, or what joins one to its value. */
export const endings = { secret: 1, joiner: 2 } as const;

export type Kernel = {
  /** Takes a text in; those that follow are about it. */
  load(bytes: Uint8Array): void;
  /** Calls `visit` with the runs that may hold something, and the bits of all bytes of each. */
  eachRun(visit: (start: number, end: number, seen: number) => void): void;
  /** Calls `visit` with every place that has the three bytes of a word, and with some others. */
  eachPlace(visit: (at: number) => void): void;
  /** Wipes the text. */
  wipe(): void;
};

type Exports = {
  memory: { buffer: ArrayBuffer; grow(pages: number): number };
  next: { value: number };
  runs(from: number, end: number): number;
  words(from: number, end: number): number;
};

/** Where things are in its memory; the same is said in `kernel.wat`. */
const at = {
  class: 0,
  around: 256,
  member: 512,
  word: 544,
  words: 1024,
  triples: 9_216,
  pairs: 20_480,
  told: 40_960,
  endings: 65_536,
} as const;
const toldBytes = 24_576;
const textAt = 131_072;
const page = 65_536;
/** Zeros behind a text. */
const padding = 32;
const buckets = 8;

/** Three bytes as one number below the size of the table of hashes. */
export const hashOf = (bytes: Uint8Array, from: number): number =>
  ((bytes[from]! << 8) ^ (bytes[from + 1]! << 4) ^ bytes[from + 2]!) & 8191;

/** Which low halves of a byte go with which high halves, as bits that both have. Bytes are below 128. */
function halves(
  codes: Iterable<number>,
  bit: (code: number) => number,
): { low: Uint8Array; high: Uint8Array } {
  const [low, high] = [new Uint8Array(16), new Uint8Array(16)];
  for (const code of codes) {
    low[code & 15]! |= bit(code);
    high[code >> 4]! |= bit(code);
  }
  return { low, high };
}

/** Two neighbours as one number below the size of the table of pairs. */
export const pairAt = (codes: Uint8Array, from: number): number =>
  ((codes[from]! & 127) << 7) | (codes[from + 1]! & 127);

/** Anchors by the two bytes, and the byte beside these where there is one. */
function fillAnchors(memory: Uint8Array, anchors: KernelTables['anchors']): void {
  for (const { codes, offset } of anchors) {
    const isLast = offset + 2 === codes.length;
    const first = isLast ? offset - 1 : offset;
    memory[at.pairs + pairAt(codes, offset)]! |= first < 0 ? 1 : isLast ? 4 : 2;
    if (first >= 0) memory[at.triples + hashOf(codes, first)] = 1;
  }
}

function fill(memory: Uint8Array, tables: KernelTables): void {
  const { classOf, anchors, windows } = tables;
  memory.set(classOf, at.class);
  memory.set(tables.around, at.around);
  memory.set(tables.endings, at.endings);
  fillAnchors(memory, anchors);
  const members = [...classOf.keys()].filter((code) => code < 128 && classOf[code] !== 0);
  const member = halves(members, (code) => 1 << (code >> 4));
  memory.set(member.low, at.member);
  memory.set(member.high, at.member + 16);
  const sorted = windows.toSorted((a, b) => Buffer.compare(a, b));
  for (const nth of [0, 1, 2]) {
    const bitOf = new Map<number, number>();
    for (const [index, window] of sorted.entries()) {
      const bucket = 1 << Math.floor((index * buckets) / sorted.length);
      bitOf.set(window[nth]!, (bitOf.get(window[nth]!) ?? 0) | bucket);
    }
    const { low, high } = halves(bitOf.keys(), (code) => bitOf.get(code)!);
    memory.set(low, at.word + 32 * nth);
    memory.set(high, at.word + 32 * nth + 16);
  }
  for (const window of windows) memory[at.words + hashOf(window, 0)] = 1;
}

/** The part of WebAssembly that is used; Node's types leave it out. */
type Engine = {
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object) => { exports: unknown };
};

function started(): Exports | null {
  try {
    const { Module, Instance } = (globalThis as unknown as { WebAssembly: Engine }).WebAssembly;
    return new Instance(new Module(Buffer.from(kernelCode, 'base64'))).exports as Exports;
  } catch {
    return null;
  }
}

/** Starts it; null where this processor or Node cannot. */
export function createKernel(tables: KernelTables): Kernel | null {
  const exports = started();
  if (exports === null) return null;
  const { memory, next, runs, words } = exports;
  let bytes = new Uint8Array(memory.buffer);
  let told = new Int32Array(memory.buffer, at.told, toldBytes / 4);
  fill(bytes, tables);
  let end = textAt;
  return {
    load(text) {
      const missing = textAt + text.length + padding - bytes.length;
      if (missing > 0) {
        memory.grow(Math.ceil(missing / page));
        bytes = new Uint8Array(memory.buffer);
        told = new Int32Array(memory.buffer, at.told, toldBytes / 4);
      }
      bytes.set(text, textAt);
      bytes.fill(0, textAt + text.length, Math.max(end, textAt + text.length + padding));
      end = textAt + text.length;
    },
    eachRun(visit) {
      for (let from = textAt; from < end; from = next.value) {
        const count = runs(from, end);
        for (let nth = 0; nth < 3 * count; nth += 3)
          visit(told[nth]! - textAt, told[nth + 1]! - textAt, told[nth + 2]!);
      }
    },
    eachPlace(visit) {
      for (let from = textAt; from < end; from = next.value) {
        const count = words(from, end);
        for (let nth = 0; nth < count; nth++) visit(told[nth]! - textAt);
      }
    },
    wipe() {
      bytes.fill(0, textAt, end);
      end = textAt;
    },
  };
}
