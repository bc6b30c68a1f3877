/**
 * Whose homes this machine has, from the OS's own list of users, and from the folder that homes lie in: a
 * deleted user has left a home, and those of a directory service are often not in the list. Accounts of
 * services, which nobody signs in to, are left out. No home is looked into here, and what lies on a network
 * is told by its mount before it is touched.
 */
import * as path from 'node:path';
import { passwdLines } from '../parse/passwd.ts';
import { limits } from '../limits.ts';
import type { Account, HomeList } from '../model/account.ts';
import type { Platform } from '../model/common.ts';
import type { GapReason } from '../model/fact.ts';
import { listFolder } from './list-folder.ts';
import { type Mount, mountOf, mounts } from './mounts.ts';
import { look, readFile } from './open-file.ts';
import { type RunProgram, runProgram } from './run-program.ts';

/** Homes to scan, and those that cannot be. */
export type Accounts = {
  accounts: Account[];
  refused: { user: string | null; path: string; reason: GapReason }[];
  /** For who asks whether a home is no more. */
  list: HomeList;
};

/** Numbers of people begin here, on every distribution and on macOS. */
const firstPerson = { linux: 1000, macos: 500 };
const nobody = new Set([65_534, 4_294_967_294, -2]);
const noShell = /\/(?:nologin|false|sync|halt|shutdown|true)$/;
const parents = { linux: '/home', macos: '/Users', windows: 'C:\\Users' };
/** Folders beside homes that are nobody's. */
const notHomes = /^(?:Shared|Guest|Public|Default|Default User|All Users|lost\+found|\..*)$/;

/** A user as the OS lists them; a service is nobody who signs in. */
type Listed = Account & { isService: boolean };

/** Lines of passwd(5), which `getent` prints, too. */
export function passwdAccounts(text: string): Listed[] {
  return passwdLines(text).flatMap(({ name, uid, gid, home, shell }): Listed[] => {
    if (!/^\d+$/.test(uid) || !/^\d+$/.test(gid) || !home.startsWith('/')) return [];
    const isService = nobody.has(Number(uid)) || (Number(uid) < firstPerson.linux && noShell.test(shell));
    const folder = path.posix.join(home, '.').replace(/(?<=.)\/$/, '');
    return [{ name, uid: Number(uid), gid: Number(gid), home: folder, known: true, isService }];
  });
}

/** What `dscl . -readall /Users NFSHomeDirectory PrimaryGroupID RecordName UniqueID` prints (dscl(1)). */
export function dsclAccounts(text: string): Listed[] {
  return text.split(/^-\s*$/m).flatMap((block): Listed[] => {
    const field = (name: string): string =>
      (new RegExp(`^${name}:[ \\n]+(.*)$`, 'm').exec(block)?.[1] ?? '').trim();
    const [name = ''] = field('RecordName').split(' ');
    const home = field('NFSHomeDirectory');
    const [uid, gid] = [Number(field('UniqueID')), Number(field('PrimaryGroupID'))];
    if (name === '' || !home.startsWith('/')) return [];
    const isService = name.startsWith('_') || nobody.has(uid) || (uid !== 0 && uid < firstPerson.macos);
    return [{ name, uid, gid, home, known: true, isService }];
  });
}

const person = /\\ProfileList\\S-1-(?:5-21|12-1)-[\d-]+(?:\.bak)?\r?\n\s+ProfileImagePath\s+/;
const profile = new RegExp(String.raw`${person.source}REG_(?:EXPAND_)?SZ\s+(\S.*?)\r?$`, 'gim');

/** Folders of profiles as they are printed. */
const profileFolders = (text: string): string[] =>
  [...text.matchAll(profile)].map(([, folder = '']) => folder.replace(/^%SystemDrive%/i, 'C:'));

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);

/**
 * What `reg query ...\ProfileList /s /v ProfileImagePath` prints: profiles of local and of Entra users. A key
 * that ends in `.bak` is that of a user to whom Windows has given a temporary profile: the home is theirs all
 * the same. The program prints in the system's code page: names beyond ASCII are left out.
 */
export function profileListAccounts(text: string): Listed[] {
  return profileFolders(text)
    .filter(isAscii)
    .map((home) => {
      const name = path.win32.basename(home);
      return { name, uid: null, gid: null, home, known: true, isService: false };
    });
}

/** Whether a profile was left out that does not lie where homes usually do, and where it would be met. */
export function missesProfiles(text: string): boolean {
  return profileFolders(text).some((home) => !isAscii(home) && !/^C:\\Users\\[^\\]+$/i.test(home));
}

const profileList = String.raw`HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList`;
const programs = {
  macos: {
    path: '/usr/bin/dscl',
    args: ['.', '-readall', '/Users', 'NFSHomeDirectory', 'PrimaryGroupID', 'RecordName', 'UniqueID'],
    folder: '/',
  },
  windows: {
    path: String.raw`C:\Windows\System32\reg.exe`,
    args: ['query', profileList, '/s', '/v', 'ProfileImagePath'],
    env: { SystemRoot: String.raw`C:\Windows` },
    folder: String.raw`C:\Windows`,
  },
};

/** The list of users as the OS has it. On Linux a file: asking further could mean asking a network. */
function listed(platform: Platform, run: RunProgram): Pick<Accounts, 'refused'> & { known: Listed[] } {
  if (platform === 'linux') {
    const file = readFile('/etc/passwd', '/etc', limits.ruleBytes);
    const known = file !== null && 'bytes' in file ? passwdAccounts(file.bytes.toString('utf8')) : [];
    const reason = file === null ? 'vanished' : 'refused' in file ? file.refused : null;
    return { known, refused: reason === null ? [] : [{ user: null, path: '/etc/passwd', reason }] };
  }
  const { text, refused } = run(programs[platform]);
  const known = platform === 'macos' ? dsclAccounts(text) : profileListAccounts(text);
  const misses = platform === 'windows' && missesProfiles(text) ? 'unsupported' : null;
  const reason = refused ?? misses;
  return { known, refused: reason === null ? [] : [{ user: null, path: programs[platform].path, reason }] };
}

/** Users of a directory service by their numbers: of folders that no local user has. */
function directoryAccounts(uids: number[], run: RunProgram): Listed[] {
  if (uids.length === 0) return [];
  // It ends with 2 when one is not known to anybody, after it has told the others.
  const { text } = run({ path: '/usr/bin/getent', args: ['passwd', ...uids.map(String)], folder: '/' });
  return passwdAccounts(text);
}

/** Folders where homes lie that are none of `known`. */
function leftOver(platform: Platform, known: Account[], all: Mount[], run: RunProgram): Account[] {
  const parent = parents[platform];
  if (mountOf(all, parent)?.isRemote) return [];
  const listing = listFolder(parent, parent, null);
  if (listing === null || 'refused' in listing) return [];
  const taken = new Set(known.map(({ home }) => home.toLowerCase()));
  const folders = listing.entries
    .filter(({ name, type }) => type === 'directory' && !notHomes.test(name))
    .map(({ name }) => (platform === 'windows' ? path.win32 : path.posix).join(parent, name))
    .filter((folder) => !taken.has(folder.toLowerCase()) && !mountOf(all, folder)?.isRemote);
  const owned = folders.flatMap((folder) => {
    const info = look(folder, parent);
    return info === null || 'refused' in info ? [] : [{ folder, uid: info.uid }];
  });
  const strangers = owned.flatMap(({ uid }) => (uid === null || uid === 0 ? [] : [uid]));
  const directory = platform === 'linux' ? directoryAccounts([...new Set(strangers)], run) : [];
  return owned.map(({ folder, uid }): Account => {
    const user = directory.find((one) => one.uid === uid);
    const name = user?.name ?? path.basename(folder.replaceAll('\\', '/'));
    return { name, uid, gid: user?.gid ?? uid, home: folder, known: user !== undefined };
  });
}

/** Why a home is not scanned; null when it is. */
function refusalOf({ home, uid, known }: Account, all: Mount[]): GapReason | 'absent' | null {
  if (/^\\\\|^\/\//.test(home) || mountOf(all, home)?.isRemote) return 'remote-place';
  const info = look(home, path.parse(home).root);
  if (info === null) return 'absent';
  if ('refused' in info) return info.refused;
  if (mountOf(all, info.realPath)?.isRemote) return 'remote-place';
  if (info.type !== 'directory' || info.realPath === path.parse(home).root) return 'absent';
  // A folder of root's that is nobody's home would have to be read with root's rights.
  return !known && uid === 0 ? 'not-owner' : null;
}

const above = (platform: Platform, home: string): string =>
  (platform === 'windows' ? path.win32 : path.posix).dirname(home);

/** Everybody whose home lies on this machine, root included; each home once. */
export function listAccounts(
  platform: Platform,
  run: RunProgram = runProgram,
  all: Mount[] = mounts(),
): Accounts {
  const { known, refused } = listed(platform, run);
  const homes = new Map<string, Account>();
  const people = known.flatMap(({ isService, ...account }) => (isService ? [] : [account]));
  for (const one of [...people, ...leftOver(platform, known, all, run)]) {
    const reason = refusalOf(one, all);
    const key = platform === 'linux' ? one.home : one.home.toLowerCase();
    if (reason === null && !homes.has(key)) homes.set(key, one);
    else if (reason !== null && reason !== 'absent') refused.push({ user: one.name, path: one.home, reason });
  }
  const accounts = [...homes.values()].toSorted((a, b) => (a.home < b.home ? -1 : 1));
  const list = {
    parents: [...new Set([parents[platform], ...accounts.map(({ home }) => above(platform, home))])],
    homes: known.map(({ home }) => home),
    isWhole: refused.every(({ user }) => user !== null) && accounts.length <= limits.homes,
    isRemote: (file: string) => mountOf(all, file)?.isRemote ?? false,
  };
  if (accounts.length <= limits.homes) return { accounts, refused, list };
  const cut = { user: null, path: parents[platform], reason: 'too-many' as const };
  return { accounts: accounts.slice(0, limits.homes), refused: [...refused, cut], list };
}
