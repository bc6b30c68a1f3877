/**
 * `node promises.cjs LOG PROGRAM HOME` holds a log of `strace -f -y -o LOG` against what a default scan promises
 * (ARCHITECTURE.md, section 5), from where PROGRAM was started on: nothing else is started, no connection, nothing
 * written or changed but the folder that a native addon is unpacked to, every file of HOME opened without
 * following links and without waiting, and nothing of HOME run or mapped to run. Prints the lines that break it,
 * and ends with 1 for any, 2 for a log that shows no scan.
 */
const { readFileSync } = require('node:fs');

/** Fresh folder of an addon, and what is in it, by path or by descriptor. */
const own = String.raw`["<]/(?:[^">]*/)?tmp/shadowscan-\w{6}(?:/[\w-]+\.node)?[">]`;
/** How files of others are opened. */
const safely = ['O_NOFOLLOW', 'O_NONBLOCK', 'O_NOCTTY', 'O_CLOEXEC'];

const rules = [
  ['starts a program', /^(?:execve|execveat|fork|vfork)\(/],
  ['starts a process', /^clone3?\((?!.*CLONE_THREAD)/],
  ['reaches for the network', /^(?:socket|connect|bind|listen|sendto|sendmsg)\(/],
  ['touches other processes', /^(?:ptrace|process_vm_\w+|tkill|tgkill|kill)\(/],
  [
    'opens for writing',
    new RegExp(
      String.raw`^(?:creat|open(?:at2?)?)\((?!.*(?:${own}|"/dev/(?:null|tty)")).*(?:O_WRONLY|O_RDWR|O_CREAT|O_TRUNC|^creat)`,
    ),
  ],
  [
    'changes files',
    new RegExp(
      String.raw`^(?:mkdir|rmdir|unlink|f?chmod)(?:at2?)?\((?!.*${own})` +
        String.raw`|^(?:rename|link|symlink|mknod|f?truncate|l?f?chown|utime|f?l?setxattr|f?l?removexattr|mount)\w*\(`,
    ),
  ],
];

/** What is wrong with the opening of one file below the home, or null. */
function unsafe(call, home) {
  const opened = /^open(?:at2?)?\((?:[^,]+, )?"((?:[^"\\]|\\.)*)", ([A-Z_|]+|\{[^}]*\})/.exec(call);
  if (opened === null || !(opened[1] === home || opened[1].startsWith(`${home}/`))) return null;
  const wanted = opened[2].includes('O_DIRECTORY') ? ['O_NONBLOCK', 'O_CLOEXEC'] : safely;
  const lacking = wanted.filter((flag) => !opened[2].includes(flag));
  return lacking.length > 0 ? `opens a file of others without ${lacking.join(', ')}` : null;
}

/** The lines of a log that break a promise, each with what it does; null for one that shows no scan of the home. */
function broken(log, program, home) {
  const calls = log.split('\n').map((line) => line.replace(/^\d+\s+/, ''));
  const start = calls.findIndex((call) => call.startsWith(`execve("${program}"`) && call.includes(' = 0'));
  const made = calls.slice(start + 1);
  if (start < 0 || !made.some((call) => call.includes(`"${home}/`))) return null;
  return made.flatMap((call) => {
    const found = rules.find(([, pattern]) => pattern.test(call))?.[0] ?? unsafe(call, home);
    const isMapped = call.startsWith('mmap') && call.includes('PROT_EXEC') && call.includes(`<${home}/`);
    const what = isMapped ? 'runs what it found' : found;
    return what === null ? [] : [`${what}: ${call.slice(0, 300)}`];
  });
}

module.exports = { broken };

if (require.main === module) {
  const [log, program, home] = process.argv.slice(2);
  const lines = broken(readFileSync(log, 'latin1'), program, home);
  if (lines === null) console.error('promises.cjs: the log shows no scan of that home');
  for (const line of lines ?? []) console.log(line);
  process.exitCode = lines === null ? 2 : lines.length > 0 ? 1 : 0;
}
