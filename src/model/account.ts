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
