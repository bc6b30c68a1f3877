/**
 * The verdict on a value from its name: what of it is the secret, of what kind, and how sure that is. Known
 * shapes, URLs and pairs inside the value are found elsewhere; here a value counts as a whole.
 */
import type { Confidence, Severity } from '../model/common.ts';
import { entropy } from './entropy.ts';
import type { Hit, Reason } from './hit.ts';
import { type FieldKind, type NameClass, type Names, splitName } from './names.ts';
import type { Shapes } from './shapes.ts';
import { isHuman, isUuid } from './strength.ts';
import type { Values } from './values.ts';

/** Part of a text that can be the secret: without spaces, quotes and a scheme such as `Bearer`. */
export type Core = { text: string; start: number; scheme: boolean };

export type NamedJudge = {
  classify(name: string, kind: FieldKind): NameClass;
  core(text: string): Core;
  /** The secret that the value is under this name, or null. */
  judge(name: string, text: string, kind: FieldKind): Hit | null;
  /** The secret that a password in a URL or a pair is, whatever its name. */
  password(name: string, text: string): Hit | null;
};

type Grade = { type: string; confidence: Confidence; reasons: Reason[]; severity?: Severity };

const weakGrade: Grade = { type: 'weak-password', confidence: 'medium', reasons: ['position'] };

const basicPair = /^[\x21-\x7e]{1,200}:[\x20-\x7e]{1,200}$/;
const rank = 100;

function hitAt(start: number, end: number, field: string, grade: Grade): Hit {
  const severity = grade.type === 'weak-password' ? 'low' : grade.confidence === 'low' ? 'medium' : 'high';
  return { start, end, provider: null, prefix: '', field, severity, rank, ...grade };
}

/** Password that a Basic credential carries, or null when the text is no such credential. */
function basicPassword(text: string): string | null {
  if (text.length < 8 || text.length > 600 || !/^[A-Za-z0-9+/_-]+=*$/.test(text)) return null;
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  return basicPair.test(decoded) && !decoded.startsWith('{') ? decoded.slice(decoded.indexOf(':') + 1) : null;
}

/** What counts in good part is reported with the least confidence. */
function ifTyped(grade: Grade | null, text: string, values: Values): Grade | null {
  if (grade === null || grade.type === 'weak-password' || !values.isTyped(text)) return grade;
  return { ...grade, confidence: 'low', reasons: ['name', 'typed'] };
}

/** Passwords that programs make come in groups of four, as application passwords do. */
const grouped = /^[A-Za-z0-9]{4}(?: [A-Za-z0-9]{4}){3,5}$/;

/** Whether a value is the name itself as a form would label it: `"password": "Password"`. */
const isLabel = (text: string, name: string): boolean =>
  /^[A-Z][a-z]+(?: [A-Za-z]+)*$/.test(text) && splitName(name).join(' ').endsWith(text.toLowerCase());

/** Whether a value begins with a setting that is no secret: `Protocol=https` of a connection string. */
const isSetting = (text: string): boolean => {
  const [, before] = /^([A-Za-z][A-Za-z ]{2,40})=[^=]/.exec(text) ?? [];
  return before !== undefined && isHuman(before);
};

function gradePassword(text: string, name: string, values: Values): Grade | null {
  const reasons: Reason[] = ['name'];
  if (isLabel(text, name)) return null;
  if (grouped.test(text)) {
    const whole = text.replaceAll(' ', '');
    return values.strength(whole) === 'words' ? null : gradePassword(whole, name, values);
  }
  if (values.isWeakPassword(text)) return { type: 'weak-password', confidence: 'medium', reasons };
  if (values.isPlaceholder(text) || values.isMadeOfWords(text, name)) return null;
  const strength = values.strength(text);
  if (strength === 'strong') return { type: 'password', confidence: 'high', reasons: ['name', 'entropy'] };
  if (strength === 'fair') return { type: 'password', confidence: 'medium', reasons };
  if (strength === 'words' && /[\d!@#$%^&*+=?~]/.test(text) && text.length >= 8) {
    return { type: 'password', confidence: 'medium', reasons };
  }
  if (strength === 'words') return { type: 'weak-password', confidence: 'low', reasons };
  const digits = /^[\d!@#$%^&*.-]{4,64}$/.test(text) && /\d{3}/.test(text);
  return strength === 'short' || digits ? { type: 'password', confidence: 'low', reasons } : null;
}

/**
 * Under a name that only hints, such as FOO_SESSION, ids are as common as secrets, and those are what a UUID
 * mostly is.
 */
function gradeHinted(text: string, values: Values): Grade | null {
  if (values.isPlaceholder(text) || values.isTyped(text) || isUuid(text) || text.length < 24) return null;
  if (values.strength(text) !== 'strong') return null;
  return { type: 'generic-secret', confidence: 'medium', severity: 'medium', reasons: ['name', 'entropy'] };
}

/** A number that is no time, amount or telephone. */
const longNumber = /^\d{16,64}$/;
/** Bits a digit that a made number has. */
const leastDigits = 2.5;

/** `unsure` is the confidence in a strong value whose name only hints; none in weaker ones. */
function gradeToken(text: string, name: string, values: Values, unsure: Confidence | null): Grade | null {
  if (values.isPlaceholder(text) || values.isMadeOfWords(text, name) || isSetting(text)) return null;
  if (values.isWeakPassword(text)) return unsure === null ? { ...weakGrade, reasons: ['name'] } : null;
  const strength = values.strength(text);
  if (unsure === null && longNumber.test(text) && entropy(text) >= leastDigits) {
    return { type: 'generic-secret', confidence: 'low', reasons: ['name'] };
  }
  const reasons: Reason[] = strength === 'strong' ? ['name', 'entropy'] : ['name'];
  const typed = values.isTyped(text);
  // Words with a long number that counts are a sample, or a key that somebody made up.
  const madeUp = strength === 'words' && (typed || /\d{6}/.test(text.replace(/20\d\d[01]\d[0-3]\d/g, '')));
  if (unsure !== null && (typed || strength !== 'strong')) return null;
  if (strength === 'strong') return { type: 'generic-secret', confidence: unsure ?? 'high', reasons };
  if (madeUp && text.length >= 8) return { type: 'generic-secret', confidence: 'low', reasons };
  if (strength !== 'fair') return null;
  return { type: 'generic-secret', confidence: text.length >= 12 ? 'medium' : 'low', reasons };
}

/** A header of cookies is judged by the values in it and is a secret as a whole. */
function hasCookie(text: string, values: Values): boolean {
  return text.split(/;\s{0,4}/, 100).some((pair) => {
    const value = pair.slice(pair.indexOf('=') + 1);
    if (!pair.includes('=') || values.isPlaceholder(value) || values.isTyped(value)) return false;
    return values.strength(value) === 'strong';
  });
}

/** The pattern of a scheme word and the blank behind it, at the start of a text. */
function schemePattern(schemes: string[]): RegExp {
  return new RegExp(`^(?:${schemes.length === 0 ? '(?!)' : schemes.join('|')})\\s{1,4}(?=\\S)`, 'i');
}

function coreOf(text: string, scheme: RegExp): Core {
  // Most values are one word without quotes.
  if (/^[^\s"'`]+$/.test(text)) return { text, start: 0, scheme: false };
  const [, before = '', inner = ''] = /^(\s*["'`]?)([^]*)$/.exec(text) ?? [];
  const quote = before.trim();
  const trimmed = inner.trimEnd();
  const body = quote !== '' && trimmed.endsWith(quote) ? trimmed.slice(0, -1) : trimmed;
  const lead = scheme.exec(body)?.[0].length ?? 0;
  return { text: body.slice(lead), start: before.length + lead, scheme: lead > 0 };
}

/** The grade of a value whose name is of class `as`, by the kind of secret that it would be. */
function gradeValue(name: string, part: Core, kind: FieldKind, as: NameClass, values: Values): Grade | null {
  const { text } = part;
  const basic = as === 'no' && !part.scheme ? null : basicPassword(text);
  if (basic !== null) {
    const password = values.isReference(basic) ? null : gradePassword(basic, name, values);
    const grade = ifTyped(password, basic, values);
    const type = grade?.type === 'password' ? 'basic-auth' : grade?.type;
    return grade && { ...grade, type: type!, reasons: ['position'] };
  }
  if (as === 'password') return ifTyped(gradePassword(text, name, values), text, values);
  if (kind === 'header' && as === 'secret' && hasCookie(text, values)) {
    return { type: 'cookie', confidence: 'high', reasons: ['name', 'entropy'] };
  }
  if (as === 'hint' && !part.scheme) return gradeHinted(text, values);
  // Programs keep many things under `key`; people give variables better names.
  const unsure = as === 'secret' || part.scheme ? null : kind === 'field' ? 'low' : 'medium';
  const grade = ifTyped(gradeToken(text, name, values, unsure), text, values);
  if (grade === null || !part.scheme || grade.type === 'weak-password') return grade;
  return { ...grade, type: 'auth-header', reasons: [...grade.reasons, 'position'] };
}

/** Compiles the judge of names and whole values. */
export function createNamedJudge(
  names: Names,
  values: Values,
  shapes: Shapes,
  schemes: string[],
): NamedJudge {
  const scheme = schemePattern(schemes);
  const core = (text: string): Core => coreOf(text, scheme);

  const judge = (name: string, whole: string, kind: FieldKind): Hit | null => {
    const part = core(whole);
    const { text, start } = part;
    const as = names.classify(name, kind);
    if (text === '' || (as === 'no' && !part.scheme)) return null;
    const fallback = values.defaultOf(text);
    if (fallback !== null) {
      const hit = judge(name, fallback.text, kind);
      const by = start + fallback.start;
      return hit && { ...hit, start: hit.start + by, end: hit.end + by };
    }
    if (values.isReference(text) || /^[[{]/.test(text)) return null;
    const named = as === 'no' ? null : shapes.named(name, text);
    if (named) return { ...named, start: start + named.start, end: start + named.end };
    const grade = gradeValue(name, part, kind, as, values);
    return grade && hitAt(start, start + text.length, name, grade);
  };

  return {
    classify: names.classify,
    core,
    judge,
    password(name, text) {
      if (text === '' || values.isReference(text) || values.isPlaceholder(text)) {
        return values.isWeakPassword(text) ? hitAt(0, text.length, name, weakGrade) : null;
      }
      const grade = ifTyped(gradePassword(text, name, values), text, values);
      return grade && hitAt(0, text.length, name, { ...grade, reasons: ['position'] });
    },
  };
}
