/** The OS's word for what went wrong, such as `ENOENT`; all that is told of an error of its. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'error';
}
