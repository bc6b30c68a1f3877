/** Templates of the tool files: `{name}` stands for what a capture bound. */
import type { Bindings } from '../model/place.ts';

const slot = /\{([A-Za-z_][\w-]*)\}/g;

/** The template with every `{name}` replaced by its value, or null when one is not bound. */
export function fill(template: string, bindings: Bindings): string | null {
  let missing = false;
  const text = template.replace(slot, (_all, name: string) => {
    if (Object.hasOwn(bindings, name)) return bindings[name] ?? '';
    missing = true;
    return '';
  });
  return missing ? null : text;
}
