/** One line of the corpus: a text as some reader meets it, and what is secret in it. */
import { createHash } from 'node:crypto';
import type { FieldKind } from '../../../src/secrets/engine.ts';

export type Case = {
  class: string;
  /** How it is read: as free text, as the value of a field of this kind, or as arguments. */
  how: 'text' | 'argv' | FieldKind;
  /** Name of the field. */
  name: string;
  text: string[];
  /** Null on a clean line. */
  secret: string | null;
};

/** A number below `below` that only depends on what it is asked for, so that every run has the same corpus. */
export function pick(key: string, below: number): number {
  return createHash('sha256').update(key).digest().readUInt32LE(0) % below;
}

/** One of a list, by key. */
export function choose<T>(key: string, all: readonly T[]): T {
  return all[pick(key, all.length)]!;
}

/** The words of a table line by line. */
export function rowsOf(table: string): string[][] {
  return table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
}
