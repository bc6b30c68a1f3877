/**
 * The plain tree that every format is decoded to. It knows nothing of formats and products. Text that
 * came out of a file is held shut in a `Secret`, since any string may turn out to be one; keys are plain
 * because selectors compare them, and are masked where they are shown.
 */
import type { Secret } from '../secrets/secret.ts';

/** Where a node begins in its source, both counted from 1; null where the format has no lines. */
export type Position = { line: number; column: number } | null;

export type Scalar = { type: 'scalar'; value: Secret | number | boolean | null; at: Position };
export type List = { type: 'list'; items: Tree[]; at: Position };
export type Entry = { key: string; keyAt: Position; value: Tree };
/** A map keeps duplicate keys in file order; a reader that wants one value takes the last. */
export type TreeMap = { type: 'map'; entries: Entry[]; at: Position };
export type Tree = Scalar | List | TreeMap;

/** Why a part of a source could not be read: a closed list, so that no parser message gets out. */
export type Flaw = {
  reason: 'malformed' | 'too-deep' | 'too-large' | 'unsupported' | 'hot-journal' | 'encrypted';
  at: Position;
};

/** What a parser returns: as much of the tree as could be read, and what could not. */
export type Decoded = { tree: Tree | null; flaws: Flaw[] };
