/** Doubts that options and variables of a wrapper bring, as its rule says. Values are shown nowhere. */
import { type Match } from './match-wrapper.ts';
import { hasOpen, mounted, mountedAt } from './places.ts';
import type { Walk } from './walk.ts';

type Raise = Match['wrapper']['raises'][number];

/** Texts that a rule looks at: values of options, empty for one that stands alone, and of variables. */
function textsOf(walk: Walk, { parsed }: Match, { options, variables }: Raise): string[] {
  const given = parsed.options
    .filter(({ name }) => options.includes(name))
    .flatMap(({ values }) => (values.length > 0 ? values.map(({ text }) => text) : ['']));
  const names = variables.map((name) => name.toUpperCase());
  const set = [...walk.env].flatMap(([name, value]) =>
    value !== null && value.length > 0 && names.includes(name.toUpperCase())
      ? [walk.secrets.show(value)]
      : [],
  );
  return [...given, ...set];
}

/** Adds the doubts. The environment must be that of the wrapper, not of what it runs. */
export function raiseDoubts(walk: Walk, match: Match): void {
  for (const raise of match.wrapper.raises) {
    const { as, doubt, when } = raise;
    const pattern = when === undefined ? null : new RegExp(when, 'i');
    const raised = textsOf(walk, match, raise).some((text) => {
      if (as === 'folders') return hasOpen(walk.wrappers, text);
      const read = as === 'mount' ? mounted(text) : as === 'target' ? mountedAt(text) : text;
      return pattern === null || pattern.test(read);
    });
    if (raised) walk.doubts.add(doubt);
  }
}
