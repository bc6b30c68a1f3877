/**
 * Which extensions are active in which editor profile: those of its own list, those that hold for all
 * profiles, or those of the profile that it shares its list with. A profile that only its extensions show
 * is one too.
 */
import type { FactOf } from '../model/fact.ts';
import { type Draft, factId, unjudged } from './draft.ts';

type Profile = Draft<FactOf<'profile'>>;
type Extension = Draft<FactOf<'extension'>>;

const editorOf = ({ tie }: Draft): string => `${tie.home?.path ?? ''}\0${tie.tool}`;

/** A profile that no index names. */
function shownBy({ fact, tie }: Extension, profile: string): Profile {
  const { user, tools, origin, confidence } = fact;
  return {
    tie,
    fact: {
      id: factId('profile', user, tie.tool, profile),
      kind: 'profile',
      tools: [...tools],
      user,
      scope: 'profile',
      origin: { path: origin.path },
      confidence,
      name: profile === 'default' ? 'Default' : profile,
      profile,
      extensions: [],
      agents: [],
      ...unjudged,
    },
  };
}

const sorted = (all: Extension[]): string[] => [...new Set(all.map(({ fact }) => fact.extension))].toSorted();

/** The profiles, with their extensions and which of these are agents. */
export function fillProfiles(profiles: Profile[], extensions: Extension[]): Profile[] {
  const all = [...profiles];
  for (const one of extensions) {
    const { profile } = one.fact;
    if (profile === null) continue;
    const known = all.some((other) => editorOf(other) === editorOf(one) && other.fact.profile === profile);
    if (!known) all.push(shownBy(one, profile));
  }
  for (const one of all) {
    const own = one.inherits ?? one.fact.profile;
    const active = extensions.filter(
      (other) =>
        editorOf(other) === editorOf(one) &&
        other.fact.load === 'active' &&
        (other.fact.profile === own || other.everywhere === true),
    );
    one.fact.extensions = sorted(active);
    one.fact.agents = sorted(active.filter(({ fact }) => fact.agent !== null));
  }
  return all;
}
