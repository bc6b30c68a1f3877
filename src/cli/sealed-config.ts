/**
 * Whether the config that an entry is sealed to still names it. It is opened as `migrate` opened it: a plain
 * file of the running user's with one name, and no link on the way to it within the home. What took its place
 * is another file, whatever it holds.
 */
import * as path from 'node:path';
import { performance } from 'node:perf_hooks';
import { editDisk } from '../host/edit-disk.ts';
import { pause } from '../host/pause.ts';
import { ownHome } from '../host/vault-host.ts';
import { limits } from '../limits.ts';
import type { EditRefusal } from '../model/migrate-host.ts';

const refusals: Record<EditRefusal, string | null> = {
  absent: null,
  link: 'is a link now, or lies behind one, or is no file at all; put a plain file there',
  'several-names': 'has several names now (hard links); leave one of them',
  foreign: 'belongs to another user now; put a file of your own there',
  unreadable: 'cannot be read, or is being written; try again',
  'too-large': 'is too large to be a config',
};

/** Up to where links are none of ours: the home, or for a config elsewhere its folder. */
function boundaryOf(config: string): string {
  const home = ownHome();
  return config.startsWith(home + path.sep) ? home : path.dirname(config);
}

/** Null when the config names the text; else why it does not count, or `''` when it just says nothing. */
function whyNot(config: string, text: string): string | null {
  const read = editDisk.read(config, boundaryOf(config));
  if ('refused' in read) return refusals[read.refused] ?? '';
  const wide = Buffer.from(text, 'utf16le');
  const spellings = [Buffer.from(text), wide, Buffer.from(wide).swap16()];
  return spellings.some((bytes) => read.bytes.includes(bytes)) ? null : '';
}

/** Whether a config holds a text, in UTF-8 or UTF-16. */
export const holds = (config: string, text: string): boolean => whyNot(config, text) === null;

/** As `whyNot`, but patient: the client may be writing its config at this moment. */
export async function configNames(config: string, text: string): Promise<string | null> {
  const until = performance.now() + limits.configMilliseconds;
  for (;;) {
    const why = whyNot(config, text);
    if (why === null || performance.now() >= until) return why;
    await pause(limits.lockPauseMilliseconds);
  }
}
