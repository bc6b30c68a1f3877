/** Small questions to JSON pointers. */

/** Whether the last name of a pointer is a place in a list. */
export function isList(pointer: string): boolean {
  return /\/\d+$/.test(pointer);
}
