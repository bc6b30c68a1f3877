/**
 * Any text as it may be shown: known shapes masked, and hidden whatever stands where a secret would. Long
 * text is cut.
 */
import { limits } from '../limits.ts';
import type { Conceal } from './conceal.ts';
import { maskAll } from './mask.ts';
import { remembered } from './memo.ts';
import type { Reader } from './read.ts';
import { Secret } from './secret.ts';

/** Rounds of hiding; one is nearly always enough. */
const rounds = 4;
/** Characters behind the shown ones that are read too, so that no secret is cut in two and missed. */
const shownSlack = 20_000;
/** The same for what is hidden by its name, which stands before it. */
const hiddenSlack = 1_024;

/** Compiles what makes a text fit to be shown. */
export function createShow(reader: Reader, conceal: Conceal): (value: Secret | string) => string {
  const once = (text: string): string => {
    const hidden = conceal.inText(text.slice(0, limits.shownChars + hiddenSlack));
    return hidden.length > 0 || reader.mayHold(text)
      ? maskAll(text, reader.inText(text, 'text'), hidden)
      : text;
  };
  const shownOf = remembered((text) => {
    let shown = text;
    // What is hidden may have stood in the way of what else a name hides.
    for (let round = 0; round < rounds; round++) {
      const next = once(shown);
      if (next === shown) break;
      shown = next;
    }
    return shown;
  });
  return (value) => {
    const text = typeof value === 'string' ? value : Secret.open(value);
    if (text.length <= limits.shownChars) return shownOf(text);
    const shown = shownOf(text.slice(0, limits.shownChars + shownSlack));
    // What was cut off may have been what made the rest harmless.
    return shown.length > limits.shownChars ? shownOf(`${shown.slice(0, limits.shownChars)}…`) : shown;
  };
}
