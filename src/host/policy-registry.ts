/**
 * The policy part of Windows' registry, which administrators alone can write. Node cannot read it, so the
 * OS's own program is asked: by its absolute path, with an environment of our own. What it prints is in the
 * code page of the system: names and values beyond ASCII are not relied on.
 */
import type { GapReason } from '../model/fact.ts';
import { type RunProgram, runProgram } from './run-program.ts';

// Not from the environment, which belongs to the user.
const windows = 'C:\\Windows';
const above = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies';

/** The key of this program's policy. */
export const policyKey = `${above}\\shadowscan`;

/** Values by name; those of a subkey are a list, in the order of their names. */
export type RegistryValues = Record<string, unknown>;

function query(run: RunProgram, key: string, ...more: string[]) {
  return run({
    path: `${windows}\\System32\\reg.exe`,
    args: ['query', key, ...more, '/reg:64'],
    env: { SystemRoot: windows, windir: windows, SystemDrive: 'C:', PATH: `${windows}\\System32` },
    folder: `${windows}\\System32`,
  });
}

/** A value as its type says: numbers, lists, and texts, of which those that are JSON are read as such. */
function valueOf(type: string, text: string): unknown {
  if (type === 'REG_DWORD' || type === 'REG_QWORD') return Number(text);
  if (type === 'REG_MULTI_SZ') return text.split('\\0').filter((part) => part !== '');
  if (type !== 'REG_SZ' && type !== 'REG_EXPAND_SZ') return { type };
  if (!/^(?:true|false|\[.*\]|\{.*\})$/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What `reg query KEY /s` prints -> values. Keys stand at the margin, values four blanks behind it. */
export function registryValues(text: string, key: string): RegistryValues {
  const values = new Map<string, unknown>();
  let subkey: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, name, type, value = ''] = /^ {4}(.+?) {4}(REG_\w+)(?: {4}(.*))?$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) {
      if (subkey === null) values.set(name, valueOf(type, value));
      else values.set(subkey, [...((values.get(subkey) as unknown[]) ?? []), valueOf(type, value)]);
    } else if (line.toLowerCase().startsWith(key.toLowerCase())) {
      subkey = line.length === key.length ? null : line.slice(key.length + 1);
    }
  }
  return Object.fromEntries(values);
}

/** The values of the policy, null where there is none; or why nobody can tell. */
export function readRegistryPolicy(
  run: RunProgram = runProgram,
): { values: RegistryValues | null } | { refused: GapReason } {
  // Of a key that is not there it complains as of one that cannot be read: the one above tells them apart.
  const listed = query(run, above);
  if (listed.refused !== null) return { refused: listed.refused };
  const keys = listed.text.split(/\r?\n/).map((line) => line.trim().toLowerCase());
  if (!keys.includes(policyKey.toLowerCase())) return { values: null };
  const { text, refused } = query(run, policyKey, '/s');
  return refused === null ? { values: registryValues(text, policyKey) } : { refused };
}
