/**
 * A sample home in a fresh folder that only the running user can enter, removed when its use has ended
 * however it ends. For root the environment does not say where.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { usageError } from '../model/usage-error.ts';
import { sqliteLibrary } from '../parse/sqlite-library.ts';

export type Sample = {
  files: Record<string, string>;
  /** Statements by path. */
  databases: Record<string, string[]>;
};

function freshFolder(): string {
  const parents = process.geteuid?.() === 0 ? ['/tmp', '/var/tmp'] : [os.tmpdir()];
  let code = 'error';
  for (const parent of parents) {
    try {
      // Made with mode 0700.
      return fs.realpathSync(fs.mkdtempSync(path.join(parent, 'shadowscan-selftest-')));
    } catch (error) {
      code = (error as NodeJS.ErrnoException).code ?? code;
    }
  }
  const wayOut = parents.length > 1 ? 'make one of them' : 'set TMPDIR to one that does';
  throw usageError(`selftest: ${parents.join(' and ')}: takes no folder (${code}); ${wayOut}`);
}

function fill(home: string, { files, databases }: Sample): void {
  const place = (name: string): string => {
    const file = path.join(home, name);
    fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    return file;
  };
  for (const [name, text] of Object.entries(files)) fs.writeFileSync(place(name), text, { mode: 0o600 });
  for (const [name, statements] of Object.entries(databases)) {
    const library = sqliteLibrary();
    if (library === null) throw usageError('selftest: the native part of SQLite cannot be loaded');
    const connection = new library(place(name));
    try {
      for (const one of statements) connection.exec(one);
    } finally {
      connection.close();
    }
    fs.chmodSync(place(name), 0o600);
  }
}

/** Runs `use` with the sample as a home. A disk that does not take it is a usage error. */
export function withSampleHome<T>(sample: Sample, use: (home: string) => T): T {
  const home = freshFolder();
  try {
    try {
      fill(home, sample);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (!/^(E[A-Z]+$|SQLITE_)/.test(code ?? '')) throw error;
      throw usageError(`selftest: ${home} cannot be written (${code}); make room, or set TMPDIR`);
    }
    return use(home);
  } finally {
    fs.rmSync(home, { recursive: true, force: true });
  }
}
