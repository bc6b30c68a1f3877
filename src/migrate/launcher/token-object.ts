/** Whether a text is a token file of a bridge as a whole: a JSON object, and not the beginning of one. */
export function isTokenObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
