/**
 * The policy part of Windows' registry, which administrators alone can write. Node cannot read it, so the
 * OS's own program is asked: by its absolute path, with an environment of our own. What it prints is in the
 * code page of the system: names and values beyond ASCII are not relied on.
 */
import type { GapReason } from '../model/fact.ts';
import { type RunProgram, runProgram } from './run-program.ts';

// Not from the environment, which belongs to the user.
const windows = 'C:\\Windows';

/** The key above all policies of a machine. */
export const policiesKey = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies';

/** The key of this program's policy. */
export const policyKey = `${policiesKey}\\shadowscan`;

/** Values by name; those of a subkey are a list, in the order of their names. */
export type RegistryValues = Record<string, unknown>;

/** One value as it is printed. */
export type Printed = { key: string; name: string; type: string; text: string };

/** Runs `reg query`; what it prints, or why it does not. */
export function query(run: RunProgram, key: string, ...more: string[]) {
  return run({
    path: `${windows}\\System32\\reg.exe`,
    args: ['query', key, ...more, '/reg:64'],
    env: { SystemRoot: windows, windir: windows, SystemDrive: 'C:', PATH: `${windows}\\System32` },
    folder: `${windows}\\System32`,
  });
}

/** What it prints -> values. Keys stand at the margin, values four blanks behind it. */
export function printedValues(text: string): Printed[] {
  let key = '';
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, type, value = ''] = /^ {4}(.+?) {4}(REG_\w+)(?: {4}(.*))?$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) return [{ key, name, type, text: value }];
    if (line.startsWith('HKEY_')) key = line;
    return [];
  });
}

/** A value as its type says: numbers, lists and texts. */
export function valueOf({ type, text }: Printed): unknown {
  if (type === 'REG_DWORD' || type === 'REG_QWORD') return Number(text);
  if (type === 'REG_MULTI_SZ') return text.split('\\0').filter((part) => part !== '');
  return type === 'REG_SZ' || type === 'REG_EXPAND_SZ' ? text : { type };
}

/** The same, where a text that is JSON stands for what it says. */
function openValue(printed: Printed): unknown {
  const value = valueOf(printed);
  if (typeof value !== 'string' || !/^(?:true|false|\[.*\]|\{.*\})$/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** What `reg query KEY /s` prints -> the values of that key. */
export function registryValues(text: string, key: string): RegistryValues {
  const values = new Map<string, unknown>();
  for (const printed of printedValues(text)) {
    if (printed.key.toLowerCase() === key.toLowerCase()) values.set(printed.name, openValue(printed));
    else {
      const subkey = printed.key.slice(key.length + 1);
      values.set(subkey, [...((values.get(subkey) as unknown[]) ?? []), openValue(printed)]);
    }
  }
  return Object.fromEntries(values);
}

/** The values of the policy, null where there is none; or why nobody can tell. */
export function readRegistryPolicy(
  run: RunProgram = runProgram,
): { values: RegistryValues | null } | { refused: GapReason } {
  // Of a key that is not there it complains as of one that cannot be read: the one above tells them apart.
  const listed = query(run, policiesKey);
  if (listed.refused !== null) return { refused: listed.refused };
  const keys = listed.text.split(/\r?\n/).map((line) => line.trim().toLowerCase());
  if (!keys.includes(policyKey.toLowerCase())) return { values: null };
  const { text, refused } = query(run, policyKey, '/s');
  return refused === null ? { values: registryValues(text, policyKey) } : { refused };
}
