/**
 * The id by which this machine is told from all others, run after run: a digest of what the OS or the
 * hardware has for that, never the value itself. It names the machine and proves nothing. Images that are
 * scanned have none of their own: the machine that looks at them is the one that reports.
 */
import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { limits } from '../limits.ts';
import type { Platform } from '../model/common.ts';
import { decodePlist } from '../parse/plist.ts';
import { plainValue } from '../secrets/plain.ts';
import { listFolder } from './list-folder.ts';
import { look, readFile } from './open-file.ts';
import { printedValues, query } from './policy-registry.ts';
import { type RunProgram, runProgram } from './run-program.ts';

/** What an id is made of; a host name is shared by machines and changes with networks. */
export type DeviceId = { id: string; from: 'machine id' | 'hardware address' | 'host name' };

/** Where to look: files lie below `top`, which is `/` but for tests. */
export type Machine = { platform: Platform; hostname: string; top: string; run: RunProgram };

function textOf(file: string, top: string): string | null {
  const read = readFile(file, top, limits.smallFileBytes);
  return read !== null && 'bytes' in read ? read.bytes.toString('latin1').trim() : null;
}

/** machine-id(5): 32 hex digits; images have an empty file or the word `uninitialized` (systemd, 2026-11). */
function machineId(top: string): string | null {
  const files = ['etc/machine-id', 'var/lib/dbus/machine-id'].map((file) =>
    textOf(path.join(top, file), top),
  );
  return files.find((text) => text !== null && /^(?!0{32})[0-9a-f]{32}$/i.test(text)) ?? null;
}

/** An address in hex with colons that some interface can have for its own; null for any other text. */
function hardwareAddress(text: string | null): string | null {
  const address = text?.toLowerCase() ?? '';
  return /^(?!(?:00:){5}00|(?:ff:){5}ff)(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(address) ? address : null;
}

/**
 * Addresses that interfaces were made with: `addr_assign_type` 0, and no virtual ones (the kernel's
 * Documentation/ABI/testing/sysfs-class-net, 2026-11). One that is plugged in comes after those that stay.
 */
function linuxAddress(top: string): string | null {
  const all = path.join(top, 'sys/class/net');
  const listing = listFolder(all, top, null);
  if (listing === null || 'refused' in listing) return null;
  const found = listing.entries.slice(0, limits.interfaces).flatMap(({ name }) => {
    const info = look(path.join(all, name), top);
    if (info === null || 'refused' in info || /\/devices\/virtual\//.test(info.realPath)) return [];
    if (textOf(path.join(info.realPath, 'addr_assign_type'), top) !== '0') return [];
    const address = hardwareAddress(textOf(path.join(info.realPath, 'address'), top));
    return address === null ? [] : [`${/\/usb\d/.test(info.realPath) ? 1 : 0} ${address}`];
  });
  return found.toSorted()[0]?.slice(2) ?? null;
}

/** Six bytes as a property list gives them: as text where they are some, else in base64. */
function addressBytes(data: unknown): string | null {
  if (typeof data !== 'string') return null;
  const bytes = [Buffer.from(data, 'utf8'), Buffer.from(data, 'base64')].find(({ length }) => length === 6);
  return hardwareAddress(bytes?.toString('hex').replaceAll(/(?<=..)(?=(?:..)+$)/g, ':') ?? null);
}

/** The address of the first built-in interface, as macOS has noted it (macOS 10.15 to 15, 2026-11). */
function macAddress(top: string): string | null {
  const file = path.join(top, 'Library/Preferences/SystemConfiguration/NetworkInterfaces.plist');
  const read = readFile(file, top, limits.smallFileBytes);
  if (read === null || 'refused' in read) return null;
  const { Interfaces: all } = (plainValue(decodePlist(read.bytes).tree) ?? {}) as Record<string, unknown>;
  if (!Array.isArray(all)) return null;
  const own = (all as (Record<string, unknown> | null)[]).filter(
    (one) => one?.['BSD Name'] === 'en0' && one['IOBuiltin'] === true,
  );
  return own.map((one) => addressBytes(one!['IOMACAddress'])).find((one) => one !== null) ?? null;
}

const cryptography = String.raw`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Cryptography`;

/** `MachineGuid`, which Windows makes when it is set up. */
function machineGuid(run: RunProgram): string | null {
  const { text } = query(run, cryptography, '/v', 'MachineGuid');
  const own = printedValues(text).find(({ name }) => name === 'MachineGuid');
  const guid = own?.text.trim().toLowerCase() ?? '';
  return /^(?!0{8}-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(guid) ? guid : null;
}

/** The id of a machine. What it is made of says `from`; kinds cannot be taken for each other. */
export function deviceIdOf({ platform, hostname, top, run }: Machine): DeviceId {
  const made = (seed: string, from: DeviceId['from']): DeviceId => {
    const id = createHash('sha256').update(`shadowscan device\0${seed}`).digest('hex').slice(0, 32);
    return { id, from };
  };
  const own = platform === 'linux' ? machineId(top) : null;
  if (own !== null) return made(own, 'machine id');
  const guid = platform === 'windows' ? machineGuid(run) : null;
  if (guid !== null) return made(`guid\0${guid}`, 'machine id');
  const find = { linux: linuxAddress, macos: macAddress, windows: () => null }[platform];
  const address = find(top);
  return address === null ? made(hostname, 'host name') : made(`address\0${address}`, 'hardware address');
}

let known: DeviceId | null = null;

/** The id of this machine, looked for once. On Windows the registry is asked. */
export function deviceId(platform: Platform, hostname: string): DeviceId {
  known ??= deviceIdOf({ platform, hostname, top: path.parse(process.execPath).root, run: runProgram });
  return known;
}
