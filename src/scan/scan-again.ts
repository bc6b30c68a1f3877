/** One source once more, with other bytes: what a scan would make of them. Nothing is read or gathered. */
import { layoutsOf } from '../inventory/layout.ts';
import { observe } from '../inventory/observe.ts';
import type { Layout } from '../model/layout.ts';
import type { Source } from '../model/place.ts';
import { decodeClaims } from '../parse/claims.ts';
import type { Run } from './scan-run.ts';

/** The definitions of a source, were it to hold these bytes. */
export type Again = (source: Source, bytes: Buffer) => Layout[];

/** Reads sources again as this run read them. */
export function again({ rules, secrets }: Run): Again {
  return (source, bytes) => {
    const { trees, text } = decodeClaims(source, bytes, () => null);
    return layoutsOf(observe(source, trees, rules, secrets, text).drafts);
  };
}
