/** What the state database knows of texts that only grow. What cannot be understood any more is not known. */
import { limits } from '../limits.ts';
import type { KnownText } from '../model/known.ts';
import type { Connection } from './state-database.ts';

type Row = {
  file: string;
  basis: string;
  size: number;
  modifiedAt: number;
  readTo: number;
  before: string;
  wholeAt: string;
  hits: string;
};

const select = `SELECT file, basis, size, modified_at AS modifiedAt, read_to AS readTo, before,
  whole_at AS wholeAt, hits FROM texts WHERE file = ?`;

/** Looks texts up by their real path. */
export function textFinder(connection: Connection): (file: string) => KnownText | null {
  const find = connection.prepare<[string], Row>(select);
  return (file) => {
    const row = find.get(file);
    if (row === undefined) return null;
    const { readTo, before, hits, ...rest } = row;
    try {
      return { ...rest, mark: { offset: readTo, before }, hits: JSON.parse(hits) as KnownText['hits'] };
    } catch {
      return null;
    }
  };
}

/** Writes down how far texts were read; one in which too much was found is read whole each time. */
export function keepTexts(connection: Connection, run: number, texts: KnownText[]): void {
  const keep = connection.prepare(`INSERT OR REPLACE INTO texts (file, basis, size, modified_at, read_to,
    before, whole_at, last_run, hits) VALUES (@file, @basis, @size, @modifiedAt, @readTo, @before, @wholeAt,
    @run, @hits)`);
  const drop = connection.prepare('DELETE FROM texts WHERE file = ?');
  for (const { mark, hits, ...rest } of texts) {
    const found = JSON.stringify(hits);
    if (found.length > limits.stateHitsBytes) drop.run(rest.file);
    else keep.run({ ...rest, readTo: mark.offset, before: mark.before, run, hits: found });
  }
  connection
    .prepare(
      'DELETE FROM texts WHERE file IN (SELECT file FROM texts ORDER BY last_run DESC LIMIT -1 OFFSET ?)',
    )
    .run(limits.stateTexts);
}
