/**
 * What the name of a field, variable, header, option or query parameter says of its value. The words are
 * rules; here is only how a name is taken apart and compared with them.
 */
import type { SecretWords } from '../model/rules.ts';

export type FieldKind = 'env' | 'header' | 'field' | 'query' | 'option';
/** `maybe`: a secret word is in it, but not where it decides; the value must be convincing. */
export type NameClass = 'secret' | 'password' | 'maybe' | 'no';

export type Names = {
  classify(name: string, kind: FieldKind): NameClass;
};

/** Characters of a name that are looked at. */
const nameChars = 200;
/** Longest secret name in words, such as `service account key json`. */
const suffixWords = 4;

/** Words of a name in lower case: `X-API-Key`, `xApiKey` and `X_API_KEY` are x, api, key. */
export function splitName(name: string): string[] {
  return name
    .slice(-nameChars)
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]{1,32})([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Whether `part` stands as whole words inside `words`, both joined by spaces. */
export function hasWords(words: string, part: string): boolean {
  return ` ${words} `.includes(` ${part} `);
}

/** Words of a name without numbers at its end: `API_KEY_2` and `apiKey2` are `API_KEY`. */
function significant(name: string): string[] {
  const words = splitName(name);
  while (words.length > 1 && /^\d+$/.test(words.at(-1)!)) words.pop();
  const last = words.at(-1);
  if (last !== undefined && /^[a-z]+\d{1,2}$/.test(last)) words[words.length - 1] = last.replace(/\d+$/, '');
  return words;
}

const phrase = (name: string): string => splitName(name).join(' ');

/** A whole name; `*` stands for any words. */
function wholeName(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => phrase(part));
  return new RegExp(`^${parts.join('.*')}$`);
}

/** Compiles the name words of the rules. */
export function createNames(words: SecretWords): Names {
  const secret = new Set(words.secretNames.map(phrase));
  const password = new Set(words.passwordNames.map(phrase));
  const headers = new Set(words.secretHeaders.map(phrase));
  const queries = new Set(words.queryNames.map(phrase));
  const before = new Set(words.harmlessBefore.map(phrase));
  const last = new Set(words.harmlessLast.map(phrase));
  const whole = words.harmlessNames.map(wholeName);

  /** The longest secret name that ends at `end`, in words; 0 when there is none. */
  const secretAt = (all: string[], end: number): number => {
    for (let size = Math.min(suffixWords, end); size > 0; size--) {
      if (secret.has(all.slice(end - size, end).join(' '))) return size;
    }
    return 0;
  };
  const harmlessAt = (all: string[], start: number): boolean => start > 0 && before.has(all[start - 1]!);

  return {
    classify(name, kind) {
      const all = significant(name);
      const full = all.join(' ');
      if (kind === 'header' && headers.has(full)) return 'secret';
      if (kind === 'query' && queries.has(full)) return 'secret';
      if (all.length === 0 || whole.some((pattern) => pattern.test(full))) return 'no';
      const size = secretAt(all, all.length);
      if (size > 0) {
        const start = all.length - size;
        if (password.has(all.slice(start).join(' '))) return 'password';
        if (harmlessAt(all, start)) return 'no';
        // A bare `key`, `pat` or `auth` is a field of many things.
        return all.length === 1 && full.length <= 4 && kind !== 'query' ? 'maybe' : 'secret';
      }
      if (last.has(all.at(-1)!)) return 'no';
      for (let end = all.length - 1; end > 0; end--) {
        const inside = secretAt(all, end);
        if (inside > 0) return harmlessAt(all, end - inside) ? 'no' : 'maybe';
      }
      return 'no';
    },
  };
}
