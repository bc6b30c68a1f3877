/**
 * What runs now, by OS. Only what a scan compares with its rules is kept: no parent, no times, no
 * environment, no open files but the addresses that are listened on.
 */
import type { ProcessList } from '../model/host.ts';
import { linuxProcesses } from './processes-linux.ts';
import { macosProcesses } from './processes-macos.ts';
import { windowsProcesses } from './processes-windows.ts';

/** Everybody's processes for root, the user's own otherwise. */
export function listProcesses(): ProcessList {
  const uid = process.geteuid?.() ?? null;
  const only = uid === 0 ? null : uid;
  switch (process.platform) {
    case 'linux':
      return linuxProcesses(only);
    case 'darwin':
      return macosProcesses(only);
    case 'win32':
      return windowsProcesses();
    default:
      return {
        processes: [],
        refusals: [{ path: '/', reason: 'unsupported' }],
        listening: () => ({ sockets: [], refusals: [] }),
      };
  }
}
