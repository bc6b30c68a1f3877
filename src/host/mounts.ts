/**
 * Which file systems are mounted where, from the kernel's own list: none of them is touched for it. What lies
 * behind a network, or behind a program that may have stopped, can make every look at it wait for ever, so it
 * is known before anybody looks. Linux only: macOS and Windows tell by starting a program.
 */
import { readFileSync } from 'node:fs';

/** Where it is mounted, and whether a look at it may have to wait for something outside of the kernel. */
export type Mount = { folder: string; type: string; isRemote: boolean };

/** File systems of networks, and those that are mounted when they are first touched. */
const remote =
  /^(?:nfs\d?|cifs|smb\d?|smbfs|afs|ceph|glusterfs|lustre|gpfs|beegfs|ncpfs|coda|9p|autofs|davfs)$/;

/** Programs behind FUSE that keep a disk of this machine, as encrypted homes do. */
const localFuse = /^fuse(?:blk|\.(?:gocryptfs|encfs|cryfs|securefs|bindfs|mergerfs|unionfs|ntfs-3g|lxcfs))$/;

const isRemote = (type: string): boolean =>
  remote.test(type) || (/^fuse(?:blk|\.|$)/.test(type) && !localFuse.test(type));

/** Blanks, tabs, line breaks and backslashes come as octal numbers. */
const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** Lines of `/proc/self/mountinfo` (proc(5)): the fifth field is the folder, the type stands behind ` - `. */
export function readMounts(text: string): Mount[] {
  return text.split('\n').flatMap((line): Mount[] => {
    const [head = '', tail = ''] = line.split(' - ');
    const [, , , , folder] = head.split(' ');
    const [type] = tail.split(' ');
    return folder && type ? [{ folder: unescaped(folder), type, isRemote: isRemote(type) }] : [];
  });
}

/** What is mounted now; nothing where the kernel does not say. */
export function mounts(): Mount[] {
  if (process.platform !== 'linux') return [];
  try {
    return readMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
  } catch {
    return [];
  }
}

const below = (path: string, folder: string): boolean =>
  path === folder || folder === '/' || path.startsWith(`${folder}/`);

/** What a path lies on: the innermost mount, and of several on one folder the last. */
export function mountOf(all: Mount[], path: string): Mount | null {
  const over = all.filter(({ folder }) => below(path, folder));
  return over.reduce<Mount | null>(
    (best, one) => (best === null || one.folder.length >= best.folder.length ? one : best),
    null,
  );
}

/** Folders below a home that must not be touched. */
export function remoteFolders(all: Mount[], home: string): string[] {
  return all
    .filter((one) => one.isRemote && one.folder !== home && below(one.folder, home))
    .map((one) => one.folder);
}
