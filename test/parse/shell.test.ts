/** Profiles of shells. */
import { expect, test } from 'vitest';
import { read, values } from './tree-text.ts';

test('assignments with places, in all their forms', () => {
  expect(read('shell', '# A=0\n  export A=one B="two three"\n')).toBe(
    '{A@2:10: "one"@2:12, B@2:16: "two three"@2:18}@1:1',
  );
  expect(values('shell', 'A=1; B=2 && C=3 run\ndeclare -x D=4\nreadonly E=5\n')).toBe(
    '{A: "1", B: "2", C: "3", D: "4", E: "5"}',
  );
});

test('words of other shells', () => {
  const text = [
    'set -gx A "1 2"',
    "setenv B 'x'",
    '$env:C = "y"',
    '[Environment]::SetEnvironmentVariable("D", "z", "User")',
    'SETUVAR --export E:w',
    '$env.F = "v"',
    'G DEFAULT=u',
    'launchctl setenv H t',
  ].join('\r\n');
  expect(values('shell', text)).toBe('{A: "1 2", B: "x", C: "y", D: "z", E: "w", F: "v", G: "u", H: "t"}');
});

test('quotes, escapes, substitutions and lines that go on', () => {
  expect(values('shell', 'A=x\'y z\'"w"\nB=$(op read "a b")\nC=`d e`\nD="a\nb"\nE=a\\ b\nF=${G:-h}\n')).toBe(
    '{A: "xy zw", B: "$(op read \\"a b\\")", C: "`d e`", D: "a\\nb", E: "a b", F: "${G:-h}"}',
  );
});

test('what is given twice is a list', () => {
  expect(values('shell', 'A=1\nB=2\nexport A=3\n')).toBe('{A: ["1", "3"], B: "2"}');
});

test('no assignments: comparisons, options, comments, paths', () => {
  expect(values('shell', 'if [ "$A" = "b" ]; then run --key=c ./d=e; fi\n  # F=g\nset -euo pipefail\n')).toBe(
    '{}',
  );
});
