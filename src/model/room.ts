/**
 * A private folder in which a bridge finds and keeps its token files while it runs, as an interface. All
 * programs of one user that run the same bridge share one. No behaviour.
 */

/** One file in it, by its name; `writtenAt` in milliseconds since 1970, taken before it was read. */
export type RoomFile = { name: string; text: string; writtenAt: number };

export type Release = () => void;

export type Room = {
  /** What the bridge is told to be its folder. */
  path: string;
  /**
   * Runs `work` while no other program changes who is in the room; null when that could not be had in time.
   */
  gate<T>(deadline: number, work: () => Promise<T>): Promise<{ done: T } | null>;
  /** Enters. Whoever dies leaves by it. Only within `gate`. */
  enter(): Release;
  /**
   * Whether nobody is in the room: no program like this one, and no bridge that outlived its. Waits so many
   * milliseconds for the latter. Only within `gate`.
   */
  isLeft(deadline: number): Promise<boolean>;
  /** The files in it that are kept. */
  files(): RoomFile[];
  /** Whether the room is still the one that was entered, and not cleared away by somebody else. */
  isWhole(): boolean;
  /** Makes it ready for the bridge. */
  make(): void;
  /** Writes a file unless there is one. */
  add(file: RoomFile): void;
  /** Removes everything. */
  clear(): void;
  /** Calls back soon after something in it has changed, until the returned function is called. */
  watch(changed: () => void): Release;
};
