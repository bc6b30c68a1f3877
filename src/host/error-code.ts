/** The OS's word for what went wrong, such as `ENOENT`; all that is told of an error of its. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'error';
}

const meanings: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the share of the disk is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'no right to write there',
  EPERM: 'no right to write there',
};

/** The same with what it means for whoever wanted to write, where that is known. */
export function writeFlaw(error: unknown): string {
  const code = codeOf(error);
  const meaning = meanings[code];
  return meaning === undefined ? code : `${meaning}, ${code}`;
}
