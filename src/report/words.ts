/** Numbers and names as a person writes them. */
import type { Platform } from '../model/common.ts';

/** `1 file`, `2 files`, `no files`; `many` for plurals that do not end in `s`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return count === 0 ? `no ${many}` : `${count} ${count === 1 ? one : many}`;
}

/** Bytes in decimal units: `38.2 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.95 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(1)} ${units[unit]}`;
}

/** Milliseconds: `320 ms`, `1.8 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** An ISO time to the minute: `2026-11-20 09:12 UTC`. What is not one stays as it is. */
export function moment(iso: string): string {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d.*Z$/.test(iso) ? `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC` : iso;
}

/** The day of an ISO time. */
export function day(iso: string): string {
  return /^\d{4}-\d\d-\d\dT/.test(iso) ? iso.slice(0, 10) : iso;
}

/** `osVersion` -> `os version`, `secret.masked` -> `masked`, `usedBy.*.name` -> `used by`. */
export function label(field: string): string {
  const last =
    field
      .replace(/\.\*.*$/, '')
      .split('.')
      .at(-1) ?? field;
  return last.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}

/** How each platform is called. */
export const platformNames: Record<Platform, string> = { linux: 'Linux', macos: 'macOS', windows: 'Windows' };
