/**
 * Where an administrator's policy lies, by OS. Only places that ordinary users cannot write: that is why
 * Windows has it with the programs, and not in the folder for data, in which everybody may make a file. The
 * policy part of its registry is read by `policy-registry.ts`.
 */
import type { Platform } from '../model/common.ts';
import { readManaged } from './managed-file.ts';

export type PolicyFile = { file: string; bytes: Buffer };

export const policyPlaces: Record<Platform, string[]> = {
  linux: ['/etc/shadowscan/policy.json', '/etc/shadowscan/policy.yaml'],
  macos: [
    '/Library/Managed Preferences/shadowscan.plist',
    '/Library/Application Support/shadowscan/policy.json',
    '/Library/Application Support/shadowscan/policy.yaml',
  ],
  windows: ['C:/Program Files/shadowscan/policy.json', 'C:/Program Files/shadowscan/policy.yaml'],
};

/**
 * The first policy that is there, or what is wrong with it. A second one is a flaw of both: nobody could
 * tell which one was meant.
 */
export function readPolicyFile(files: string[], owner: number): PolicyFile | { flaw: string } | null {
  let found: PolicyFile | null = null;
  for (const file of files) {
    const bytes = readManaged(file, { owner });
    if (bytes === null) continue;
    if ('flaw' in bytes) return { flaw: `${file}: ${bytes.flaw}` };
    if (found !== null) return { flaw: `${file}: there is also ${found.file}; keep one of them` };
    found = { file, bytes };
  }
  return found;
}
