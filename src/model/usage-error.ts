/**
 * Errors of whoever runs the program: a wrong option, a bad allowlist, a bad rule. Their message is one line
 * that says where, what and the way out; it is shown as it is and ends the run with exit code 2. What goes
 * wrong on the scanned machine is a gap instead, and a bug is a plain error.
 */

/** `message` must hold no text of a scanned file. */
export function usageError(message: string): Error & { usage: true } {
  return Object.assign(new Error(message), { usage: true as const });
}

/** Whether the error is the caller's to mend. */
export function isUsageError(error: unknown): error is Error & { usage: true } {
  return error instanceof Error && 'usage' in error && error.usage === true;
}
