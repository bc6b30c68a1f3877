/**
 * Processes of Linux, from `/proc` alone: no program is started. They come and go while they are read, which
 * is no gap; one that is there and cannot be read is. Sockets are those of the scanner's own network, so that
 * what listens inside a container is not told from here. Environment and memory are never read.
 */
import { Buffer } from 'node:buffer';
import * as fs from 'node:fs';
import { limits } from '../limits.ts';
import type { GapReason } from '../model/fact.ts';
import type { Process, ProcessList, Socket, Unseen } from '../model/host.ts';
import { Secret } from '../secrets/secret.ts';

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;

/** `gone` when the process has ended, or never had such a thing; `refused` when it may not be looked at. */
type Missing = 'gone' | 'refused';

function missing(error: unknown): Missing {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ESRCH' ? 'gone' : 'refused';
}

/** A file of the kernel's, which says nothing of its size, up to a bound. */
function readBounded(file: string, maxBytes: number): { bytes: Buffer; cut: boolean } | Missing {
  let fd: number | null = null;
  try {
    fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const chunks: Buffer[] = [];
    for (let total = 0; total <= maxBytes;) {
      const chunk = Buffer.allocUnsafe(Math.min(65_536, maxBytes + 1 - total));
      const got = fs.readSync(fd, chunk, 0, chunk.length, null);
      if (got === 0) return { bytes: Buffer.concat(chunks), cut: false };
      chunks.push(chunk.subarray(0, got));
      total += got;
    }
    return { bytes: Buffer.concat(chunks).subarray(0, maxBytes), cut: true };
  } catch (error) {
    return missing(error);
  } finally {
    if (fd !== null) fs.closeSync(fd);
  }
}

function linkOf(file: string): { to: string } | Missing {
  try {
    return { to: fs.readlinkSync(file) };
  } catch (error) {
    return missing(error);
  }
}

/** Names in a folder up to a bound; `cut` when there are more. */
function namesIn(folder: string, most: number): { names: string[]; cut: boolean } | Missing {
  try {
    const handle = fs.opendirSync(folder, { bufferSize: 256 });
    try {
      const names: string[] = [];
      for (let entry = handle.readSync(); entry !== null; entry = handle.readSync()) {
        if (names.length >= most) return { names, cut: true };
        names.push(entry.name);
      }
      return { names, cut: false };
    } finally {
      handle.closeSync();
    }
  } catch (error) {
    return missing(error);
  }
}

/** The arguments of a command line. A program that renames itself leaves nothing but NULs behind its name. */
function argsOf(bytes: Buffer): string[] {
  const args = bytes.toString('utf8').split('\0');
  while (args.at(-1) === '') args.pop();
  return args;
}

/** Bytes that are read of any command line: what runs stands at its beginning. */
const leastBytes = 4_096;

/** `left` are the bytes that command lines may still have. */
type Reading = { only: number | null; left: number; note: (reason: GapReason) => void };

/** One process; null when it is the kernel's or somebody else's, has ended, or cannot be read. */
function processAt(folder: string, pid: number, reading: Reading): Process | null {
  const { only, left, note } = reading;
  const status = readBounded(`${folder}/status`, 65_536);
  if (typeof status === 'string') {
    if (status === 'refused') note('unreadable');
    return null;
  }
  const uid = /^Uid:\s+(\d+)/m.exec(status.bytes.toString('latin1'))?.[1];
  const owner = uid === undefined ? null : Number(uid);
  if (only !== null && owner !== only) return null;
  const most = Math.min(limits.commandLineBytes, Math.max(left, leastBytes));
  const line = readBounded(`${folder}/cmdline`, most);
  const exe = linkOf(`${folder}/exe`);
  const args = typeof line === 'string' ? [] : argsOf(line.bytes);
  if (typeof line !== 'string') reading.left -= line.bytes.length;
  if (typeof exe === 'string' && args.length === 0) {
    // Threads of the kernel and what has ended have neither.
    if (exe === 'refused' || line === 'refused') note('unreadable');
    return null;
  }
  if (typeof line !== 'string' && (line.cut || args.length > limits.args)) note('too-large');
  // The link of a program that was replaced while it ran says so behind its path.
  const program = typeof exe === 'string' ? args[0]! : exe.to.replace(/ \(deleted\)$/, '');
  const closed = args.slice(0, limits.args).map((arg) => new Secret(arg));
  return { pid, owner, program, args: closed, exact: true };
}

/** `0100007F` or 32 digits: words of four bytes, in the order of the processors that this runs on. */
function addressOf(hex: string): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes.swap32();
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.subarray(0, 12).toString('hex') === '00000000000000000000ffff')
    return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(at * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]/`).hostname.slice(1, -1);
}

/** Sockets of a table such as `/proc/net/tcp` that wait for connections, by inode. */
export function listeners(table: string): Map<string, { host: string; port: number }> {
  const row = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) \S+ 0A (?:\S+ +){5}(\d+)/;
  const found = new Map<string, { host: string; port: number }>();
  for (const line of table.split('\n')) {
    const [, host, port, inode] = row.exec(line) ?? [];
    if (inode !== undefined) found.set(inode, { host: addressOf(host!), port: Number.parseInt(port!, 16) });
  }
  return found;
}

function listening(proc: string, pids: number[]): { sockets: Socket[]; refusals: Unseen[] } {
  const reasons = new Set<GapReason>();
  const tables = ['tcp', 'tcp6'].map((name) => {
    const table = readBounded(`${proc}/net/${name}`, limits.socketTableBytes);
    // Without IPv6 there is no second table.
    if (typeof table === 'string' && (table === 'refused' || name === 'tcp')) reasons.add('unreadable');
    if (typeof table === 'string') return [];
    if (table.cut) reasons.add('too-large');
    return [...listeners(table.bytes.toString('latin1'))];
  });
  const byInode = new Map(tables.flat());
  const sockets: Socket[] = [];
  let left: number = limits.descriptors;
  for (const pid of byInode.size === 0 ? [] : pids) {
    const open = namesIn(`${proc}/${pid}/fd`, left);
    if (typeof open === 'string') {
      if (open === 'refused') reasons.add('unreadable');
      continue;
    }
    left -= open.names.length;
    if (open.cut) reasons.add('too-many');
    for (const name of open.names) {
      const link = linkOf(`${proc}/${pid}/fd/${name}`);
      const inode = typeof link === 'string' ? undefined : /^socket:\[(\d+)\]$/.exec(link.to)?.[1];
      const at = inode === undefined ? undefined : byInode.get(inode);
      if (at !== undefined) sockets.push({ pid, ...at });
    }
  }
  return { sockets, refusals: [...reasons].map((reason) => ({ path: proc, reason })) };
}

/** Processes of one user, or of all; `proc` is another folder in tests alone. */
export function linuxProcesses(only: number | null, proc = '/proc'): ProcessList {
  const reasons = new Set<GapReason>();
  const note = (reason: GapReason): void => void reasons.add(reason);
  const all = namesIn(proc, limits.processes);
  if (typeof all === 'string') note('unreadable');
  else if (all.cut) note('too-many');
  const pids = typeof all === 'string' ? [] : all.names.filter((name) => /^\d+$/.test(name)).map(Number);
  const reading = { only, left: limits.commandLinesBytes, note };
  const processes = pids.flatMap((pid) => processAt(`${proc}/${pid}`, pid, reading) ?? []);
  return {
    processes,
    refusals: [...reasons].map((reason) => ({ path: proc, reason })),
    listening: (wanted) => listening(proc, wanted),
  };
}
