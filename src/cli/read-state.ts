/** A look into a state folder, for commands that only read it. What is wrong with it ends them with 2. */
import { type Connection, guarded, isTrouble, openStateDatabase } from '../host/state-database.ts';
import { demandStateFolder } from '../host/state-folder.ts';
import { usageError } from '../model/usage-error.ts';

/** What `use` reads in the state folder that is named. */
export function readState<T>(given: string, use: (connection: Connection) => T): T {
  const opened = openStateDatabase(demandStateFolder(given, false), true);
  if (isTrouble(opened)) throw usageError(`--state: ${opened.trouble}`);
  try {
    const read = guarded(opened.name, () => use(opened));
    if (isTrouble(read)) throw usageError(`--state: ${read.trouble}`);
    return read;
  } finally {
    opened.close();
  }
}
