/** E-mail addresses are not recorded; some vendors use them as names of organisations, profiles and keys. */

/** The text with the part before the `@` of every address left out. */
export function withoutAddress(text: string): string {
  return text.replace(/[^\s@<>"'/:;,|]{1,64}@(?=[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,})/g, '…@');
}
