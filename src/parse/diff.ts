/**
 * A unified diff -> the lines that it adds, by file and at the numbers that they will have there. What it
 * takes away is no part of it: nobody must be kept from removing a secret. It is no parser of patches.
 */

/** A file that a diff changes; `text` has its added lines in place, and empty ones between them. */
export type Added = { path: string; text: string };

/** Lines before an added one that are kept as empty lines. */
const mostLines = 10_000_000;

/** Whether a text is a unified diff, by how it begins. */
export function isDiff(text: string): boolean {
  return (
    /^(?:diff --git |--- \S[^\n]*\n\+\+\+ \S)/.test(text) ||
    /^commit [0-9a-f]{40}\n[^]{0,4000}\ndiff --git /.test(text)
  );
}

/** The name behind `+++`, without the `b/` of git. */
function nameOf(line: string): string {
  const name = line.slice(4).replace(/\t.*$/, '');
  const plain = /^".*"$/.test(name) ? name.slice(1, -1) : name;
  return plain.startsWith('b/') ? plain.slice(2) : plain;
}

/** The files that a diff adds lines to. */
export function addedIn(text: string): Added[] {
  const files: { path: string; lines: string[] }[] = [];
  let number = 0;
  let left = 0;
  for (const line of text.split('\n')) {
    if (left <= 0 && line.startsWith('+++ ')) files.push({ path: nameOf(line), lines: [] });
    const [, first, count] = /^@@ -\d+(?:,\d+)? \+(\d{1,8})(?:,(\d{1,8}))? @@/.exec(line) ?? [];
    if (first !== undefined && left <= 0) {
      number = Number(first);
      left = Number(count ?? 1);
    } else if (left > 0 && /^[+ ]|^$/.test(line)) {
      const lines = files.at(-1)?.lines;
      if (lines !== undefined && line.startsWith('+') && number <= mostLines) {
        while (lines.length < number - 1) lines.push('');
        lines.push(line.slice(1));
      }
      number++;
      left--;
    }
  }
  return files
    .map(({ path, lines }) => ({ path, text: lines.join('\n') }))
    .filter(({ text: added }) => added !== '');
}
