/**
 * A look at a line of shell that is more than one command: its identity stays unknown, but a package that it
 * names in plain words is one that threats and denials should hear of. Quotes and conditions are not
 * followed.
 */
import { limits } from '../limits.ts';
import { Secret } from '../secrets/secret.ts';
import { takeAssignments } from './effects.ts';
import { type End, type Walk, nothingGathered } from './walk.ts';
import { type Word, unquote } from './words.ts';

const parting = /[;&|(){}`\n\r]+/;
/** Words of shells that may stand before a command. */
const keyword = /^(?:if|then|else|elif|do|while|until|!|\$)$/;

/** Sets the first package that a part of the line would fetch, if nothing before it did. */
export function glance(walk: Walk, line: string, run: (walk: Walk, words: Word[]) => End): void {
  if (walk.glancing) return;
  for (const part of line.split(parting).slice(0, limits.args)) {
    const texts = part
      .split(/\s+/)
      .map(unquote)
      .filter((text) => text !== '');
    const start = texts.findIndex((text) => !keyword.test(text));
    if (start < 0) continue;
    const closed = texts.slice(start).map((text) => new Secret(text));
    const { shown } = walk.secrets.argv(closed);
    const words = closed.map((one, i): Word => ({
      text: shown[i] ?? '',
      closed: one,
      index: null,
      whole: false,
    }));
    const aside = asideOf(walk);
    run(aside, takeAssignments(aside, words));
    walk.first ??= aside.first;
  }
}

/** A walk whose doubts, secrets and effects are lost. */
function asideOf(walk: Walk): Walk {
  return {
    ...walk,
    ...nothingGathered(),
    glancing: true,
  };
}
