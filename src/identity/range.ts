/**
 * Version ranges as allowlists and threats write them, over the versions of several ecosystems. Ranges are
 * semver's; `==`, `~=` and commas of Python are read too. Two traps are closed here. Packages that changed
 * from `0.6.2` to dates (`2025.8.21`) and back sort wrongly: a date lies only in ranges that name dates. And
 * what is not pinned has no version: it is told what range it may move in, never that it "is" the newest.
 */
import type { Package } from '../model/fact.ts';
import { semver } from './semver-library.ts';

type Type = Package['type'];
type Comparable = { version: semver.SemVer; exact: boolean };

/** Versions and ranges longer than this are not ones. */
const longest = 256;
/** Majors from here on are years. */
const firstYear = 1990;

/** A list of bare versions means any of them; other commas mean "and". */
function normal(range: string): string {
  const parts = range.split(',').map((part) => part.trim());
  const bare = parts.length > 1 && parts.every((part) => /^[v=]*\d[\w.+-]*$/.test(part));
  return parts
    .join(bare ? ' || ' : ' ')
    .replace(/~=/g, '~')
    .replace(/==+/g, '=');
}

/** A range, or null when it is none. `wide` counts pre-releases in. */
function parse(range: string, wide: boolean): semver.Range | null {
  if (range.length > longest * 8) return null;
  try {
    return new semver.Range(normal(range), { loose: true, includePrerelease: wide });
  } catch {
    return null;
  }
}

const pythonic =
  /^v?(\d{1,9}(?:\.\d{1,9})*)(?:[-_.]?(a|alpha|b|beta|r?c|pre|preview|dev)[-_.]?(\d{0,9}))?([-_.+].*)?$/i;

/** A version that can be compared; not `exact` when something had to be left out, as of `1.2.3.4`. */
function comparable(type: Type, written: string): Comparable | null {
  if (written.length > longest) return null;
  const strict = semver.parse(written, { loose: true });
  if (strict !== null) return { version: strict, exact: true };
  if (type === 'npm' || type === 'jsr') return null;
  const [, release, stage, number, rest] = pythonic.exec(written) ?? [];
  if (release === undefined) return null;
  const [major, minor = 0, patch = 0, ...more] = release.split('.').map(Number);
  const tail = stage === undefined ? '' : `-${stage.toLowerCase()}.${Number(number ?? 0)}`;
  const version = semver.parse(`${major}.${minor}.${patch}${tail}`);
  return version && { version, exact: rest === undefined && more.every((part) => part === 0) };
}

function isDate(major: number): boolean {
  return major >= firstYear && major < firstYear + 1000;
}

/** Whether the range, or a part of it that the version lies in, speaks of dates when the version is one. */
function liesIn(version: semver.SemVer, range: semver.Range, wide: boolean): boolean {
  return range.set.some((all) => {
    const bounds = all.filter((one) => one.operator !== '' || one.value !== '');
    const dates = bounds.some((one) => isDate(one.semver.major));
    if (isDate(version.major) && bounds.length > 0 && !dates) return false;
    const part = new semver.Range(all.map((one) => one.value).join(' '), {
      loose: true,
      includePrerelease: wide,
    });
    return part.test(version);
  });
}

/** Whether a text is a range, or a version of an ecosystem that is not semver's. */
export function isRange(text: string): boolean {
  return parse(text, false) !== null || (text.length <= longest && pythonic.test(text));
}

/**
 * Whether a pinned version lies in a range; null when it cannot be told. Strict, as approvals need: no
 * pre-release that the range does not name, nothing left out of the version.
 */
export function lies(type: Type, written: string, range: string): boolean | null {
  if (written === range.replace(/^[v=]+/, '')) return true;
  const version = comparable(type, written);
  const parsed = parse(range, false);
  if (version === null || parsed === null || !version.exact) return null;
  return liesIn(version.version, parsed, false);
}

/** The same for threats: pre-releases count, and a version is taken for what it begins with. */
export function liesWide(type: Type, written: string, range: string): boolean {
  const version = comparable(type, written);
  const parsed = parse(range, true);
  if (parsed?.range === '') return true;
  return version !== null && parsed !== null && liesIn(version.version, parsed, true);
}

/**
 * What can be said of a definition that is not pinned, against a range. `written` is its tag or range, or
 * null. `all`: every version that it may fetch lies in the range. `newest`: the range has no upper end, so
 * that what is newest lies in it. `none`: no version that it may fetch does.
 */
export function moves(
  written: string | null,
  range: string,
): { all: boolean; newest: boolean; none: boolean } {
  const within = parse(range, true);
  if (within === null) return { all: false, newest: false, none: false };
  const allowed = written === null || written.length > longest ? null : parse(written, true);
  const open = within.set.some((all) =>
    all.every((one) => !/^(<|=?$)/.test(one.operator) || one.value === ''),
  );
  if (allowed === null || allowed.range === '')
    return { all: within.range === '', newest: open, none: false };
  const none = !allowed.intersects(within, { loose: true });
  const all = !none && semver.subset(normal(written ?? ''), normal(range), { loose: true });
  return { all, newest: open && !none, none };
}

/** The one with the newest version; what cannot be compared comes last. Null of none. */
export function newest<T extends { version: string }>(type: Type, all: T[]): T | null {
  const ranked = all.map((one) => ({ one, at: comparable(type, one.version)?.version ?? null }));
  const sorted = ranked.toSorted((a, b) => {
    if (a.at === null || b.at === null) return Number(a.at === null) - Number(b.at === null);
    return semver.rcompare(a.at, b.at);
  });
  return sorted[0]?.one ?? null;
}
