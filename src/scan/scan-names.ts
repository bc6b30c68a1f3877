/** Names of tools and of kinds of secrets, as texts for people use them. */
import type { Names } from '../evaluate/fill.ts';
import type { Ruleset } from '../model/rules.ts';

/** `GitHub personal access token (classic)`; titles that name their provider, or have none, stand alone. */
function shapeName({ title, provider }: Ruleset['secrets'][number]): string {
  if (provider === '(any)' || title.startsWith(provider)) return title;
  return `${provider} ${/^[A-Z][a-z]/.test(title) ? title[0]!.toLowerCase() + title.slice(1) : title}`;
}

/** Ids -> names, for texts. */
export const namesOf = (rules: Ruleset): Names => ({
  tools: new Map(rules.tools.map(({ id, name }) => [id, name])),
  types: new Map(rules.secrets.map((shape) => [shape.id, shapeName(shape)])),
});
