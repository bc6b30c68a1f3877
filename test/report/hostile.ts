/** A report in which every text that somebody else could have chosen is an attack on whoever shows it. */
import { createHash } from 'node:crypto';
import { Report } from '../../src/model/report.ts';
import { sample } from './sample.ts';

/** What stands behind each text, by turns. */
export const attacks = [
  '"><script>window.owned=1</script><img src=x onerror="window.owned=1">',
  "' onmouseover='window.owned=1' </script></style></svg><!--",
  '| x | y |\n| --- | --- |\n# Approved by IT\n\n[click](javascript:alert(1)) ![i](https://evil.example/x.png)',
  '`code` **bold** <b>b</b> @security #1 https://evil.example/ www.evil.example a\\|b \\',
  '\u001B]0;owned\u0007\u001B[2J\u202E\u200B\u0000\r\n\u2028\u2029\u{E0041}\uD83D',
  '../../../../etc/passwd?x=1#frag %00%2e%2e file:///etc/passwd',
  '__proto__ constructor toString {0} {{1}} ${x} %s',
  '- item\n1. item\n> quote\n***\n```\nfence\n~~~\n<details><summary>',
];

/** Fields with a closed list of words, and what the report itself makes. */
const closed = new Set(
  [
    'kind severity confidence state status platform verdict load class signature scope tier tiers because',
    'storage protection transport stage role exposure purpose schema arch type startedAt endedAt fetchedAt',
    'expiresAt expires lastUsed sha256 fingerprint masked mode category check',
  ]
    .join(' ')
    .split(' '),
);

function poison(text: string): string {
  const number = createHash('sha256').update(text).digest().readUInt32BE(0);
  return `${text}${attacks[number % attacks.length]}`;
}

function poisoned(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => poisoned(item, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, name)]));
  return typeof value === 'string' && !closed.has(key) ? poison(value) : value;
}

/** The sample, poisoned; the same text is always poisoned alike, so that what belongs together stays so. */
export function hostile(): Report {
  const clean = sample();
  const { tool, run, coverage, summary } = clean;
  const report = poisoned(clean, '') as Report;
  const [first, second, ...others] = report.findings;
  const findings = [
    {
      ...first!,
      origin: { path: `/${'x'.repeat(1_000_000)}` },
    },
    { ...second!, title: 'T'.repeat(1_000_000), message: 'M '.repeat(500_000), user: '__proto__' },
    ...others,
  ];
  const gap = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason });
  const whole = Report.parse({
    ...report,
    tool,
    run: { ...report.run, id: run.id },
    coverage: report.coverage.map((row, index) => ({ ...row, ...gap(coverage[index]!.reason) })),
    facts: report.facts.map((fact, index) =>
      fact.kind === 'gap' ? { ...fact, ...gap((clean.facts[index] as { reason?: string }).reason) } : fact,
    ),
    findings,
    summary,
  });
  // A schema would drop one of these names.
  whole.findings[0]!.evidence = JSON.parse('{"__proto__": "a", "constructor": ["b"], "toString": 1}');
  return whole;
}

/** The sample with nothing found and nothing missed. */
export function empty(): Report {
  const clean = sample();
  return Report.parse({
    ...clean,
    run: { ...clean.run, status: 'complete', homes: clean.run.homes.slice(0, 1) },
    coverage: [],
    facts: [],
    findings: [],
    allowlist: null,
    summary: {
      ...clean.summary,
      bySeverity: { critical: 0, high: 0, medium: 0, low: 0, info: 0 },
      byCheck: {},
      facts: {},
    },
  });
}

/** The sample with so many findings, by turns those that it has. */
export function many(count: number): Report {
  const clean = sample();
  const findings = Array.from({ length: count }, (_, index) => {
    const one = clean.findings[index % clean.findings.length]!;
    const path = `${one.origin.path}.${index}`;
    return { ...one, id: `${one.id}-${index}`, fingerprint: `${one.fingerprint}${index}`, origin: { path } };
  });
  return Report.parse({ ...clean, findings });
}

/** Characters that act on a terminal, on a line or on the direction of reading. */
export const acts =
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2066-\u2069\uFEFF\u{E0000}-\u{E007F}]/u;
