/** A user of this machine whose home is scanned, as the OS names them. */
export type Account = {
  name: string;
  /** Null on Windows, which has no such numbers. */
  uid: number | null;
  gid: number | null;
  home: string;
  /** Whether the OS knows a user of this name; a folder that somebody left behind has none. */
  known: boolean;
};

/** Where homes lie, and which ones a list of users names, whether they are there or not. */
export type HomeList = {
  parents: string[];
  homes: string[];
  /** Whether the list was read to its end. */
  isWhole: boolean;
  /** Whether a path lies where nobody can tell what is there. */
  isRemote(path: string): boolean;
};
