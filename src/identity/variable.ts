/**
 * Tells whether a text still holds something that is filled in later, so that nobody can say from the file
 * what it will be. Knows the spellings of shells and of clients, not what any variable holds.
 */

const spellings = [
  /\$\{[^}]{0,200}\}/,
  /\$[A-Za-z_]/,
  /\$\(/,
  /`/,
  /\{\{/,
  /\{[A-Za-z]{1,20}:[^{}]{0,200}\}/,
];
const percent = /%[A-Za-z_]\w{0,100}(?:\(\w{1,20}\))?%/;
/** In an URL `%AB` is an octet, so what follows the second `%` must not look like one. */
const percentInUrl = /%[A-Za-z_]\w{2,100}%(?![0-9A-Fa-f]{2})/;

/** Whether a command, package spec or path holds a variable such as `${X}`, `$X`, `%X%` or `{env:X}`. */
export function hasVariable(text: string): boolean {
  return percent.test(text) || spellings.some((spelling) => spelling.test(text));
}

/** The same for an URL, where `%41%42` is no variable. */
export function hasVariableInUrl(url: string): boolean {
  return percentInUrl.test(url) || spellings.some((spelling) => spelling.test(url));
}
