/**
 * Node without an ear for the environment. A scanner that runs as root must not take code from it, nor write
 * or say what it asks for, and Node acts on these variables before the first line of a program runs: it takes
 * compiled code from a folder of `NODE_COMPILE_CACHE`, and refuses to start for others. So each of these names
 * loses its first byte where the executable holds it as a text of its own (in what is compiled), and is
 * replaced where it is asked for by `process.env.` (in JavaScript), by a name that no variable has. What the
 * environment holds stays as it is: whoever is started from here gets all of it.
 */

/**
 * What reaches into a program, or makes it write files or lines. Not here: `NODE_OPTIONS` and `OPENSSL_CONF`,
 * which settings of the binary close; `NODE_EXTRA_CA_CERTS` and `SSL_CERT_*`, which name authorities for
 * whoever has a proxy that looks into connections. Source: texts of Node 26.10, and runs under strace, 2026-11.
 */
export const unheard = [
  // Code, and data that are as good as code.
  'NODE_COMPILE_CACHE',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'NODE_ICU_DATA',
  'ICU_TIMEZONE_FILES_DIR',
  'OPENSSL_MODULES',
  'OPENSSL_ENGINES',
  // Files that are written.
  'NODE_V8_COVERAGE',
  'NODE_REDIRECT_WARNINGS',
  // Lines on the error stream, with what goes over a connection among them.
  'NODE_DEBUG',
  'NODE_DEBUG_NATIVE',
  'NODE_PENDING_DEPRECATION',
  'NODE_TLS_REJECT_UNAUTHORIZED',
  // A start that fails, or that takes orders from a descriptor.
  'SIMDUTF_FORCE_IMPLEMENTATION',
  'NODE_CHANNEL_FD',
  'NODE_UNIQUE_ID',
  'WATCH_REPORT_DEPENDENCIES',
];

/** Not in an executable for a processor family of which all members can do the same. */
const onlySomewhere = new Set(['SIMDUTF_FORCE_IMPLEMENTATION']);

const isWord = (byte: number | undefined): boolean =>
  byte !== undefined && /\w/.test(String.fromCharCode(byte));

/** Calls `change` for each place of a text, and returns how many there are. */
function eachPlace(bytes: Buffer, text: string, change: (at: number) => void): number {
  let count = 0;
  for (let at = bytes.indexOf(text, 0, 'latin1'); at >= 0; at = bytes.indexOf(text, at + 1, 'latin1')) {
    change(at);
    count += 1;
  }
  return count;
}

/** Takes the names out of an executable, in place. Throws when one is not there: Node has changed. */
export function deafen(executable: Buffer): Buffer {
  for (const name of unheard) {
    const compiled = eachPlace(executable, `\0${name}\0`, (at) => (executable[at + 1] = 0));
    const asked = eachPlace(executable, `process.env.${name}`, (at) => {
      const from = at + 'process.env'.length;
      // Same length, since what is compiled is held against the length of its source.
      if (!isWord(executable[from + 1 + name.length]))
        executable.write(String.raw`["\0"`.padEnd(name.length) + ']', from, 'latin1');
    });
    if (compiled + asked === 0 && !onlySomewhere.has(name))
      throw new Error(`Node no longer has ${name} as a text of its own; see deaf.ts`);
  }
  return executable;
}
