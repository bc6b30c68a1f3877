/**
 * The corpus that recall and precision are measured on: tokens of all providers in many carriers, secrets without a
 * provider's form, and clean lines of every class that users of other scanners complain about. All of it is made of
 * recipes; equal code gives an equal corpus.
 */
import { expand } from '../../recipe.ts';
import { type Case, choose, rowsOf } from './case.ts';
import * as carriers from './carriers.ts';
import { cleanCases } from './clean.ts';
import * as formats from './formats.ts';
import { genericCases } from './generic.ts';

/** Each format in some of the carriers, all carriers evenly. */
function placed(table: string, kind: string, all: Record<string, carriers.Carrier>, each: number): Case[] {
  const names = Object.keys(all);
  return rowsOf(table).flatMap(([name = '', ...recipes], row) =>
    Array.from({ length: each }, (_, nth): Case => {
      const carrier = names[(row + nth * 7) % names.length]!;
      const key = `${kind} ${name} ${row} ${nth}`;
      const token = expand(choose(key, recipes), row * 100 + nth);
      return { class: `${kind}, ${carrier}`, ...all[carrier]!(name, token, key), secret: token };
    }),
  );
}

export function dirtyCases(): Case[] {
  return [
    ...placed(formats.telling, 'token', { ...carriers.named, ...carriers.unnamed, ...carriers.mute }, 12),
    ...placed(formats.named, 'named token', carriers.named, 30),
    ...genericCases(),
  ];
}

export { cleanCases };
