/**
 * A client's own list of servers against ours: what it would let run that ours does not approve. Where a row
 * lets anything stand, a text that no list has a name for is put there and our list is asked about that.
 */
import { identify } from '../identity/identify.ts';
import type { Approver } from '../model/allowlist.ts';
import { type AllowedRow, anyText } from '../model/enforced.ts';
import type { Decision } from '../model/allowlist.ts';
import { Secret } from '../secrets/secret.ts';
import { type Identifying, factOf } from './import-managed.ts';

/** What a row lets run, and why our list does not approve it. */
export type Beyond = { text: string; denied: boolean };

type Asked = { kit: Identifying; approver: Approver; tools: string[] };

/** Addresses that stand for all that a pattern means; the end of a path takes any number of segments. */
export function addressesOf(pattern: string): string[] {
  const schemes = pattern.startsWith('*://') ? ['https', 'http'] : [''];
  return schemes.flatMap((scheme) => {
    const whole = scheme + pattern.slice(scheme === '' ? 0 : 1);
    const [, head = whole, path = ''] = /^([^/]*:\/\/[^/]*)(.*)$/.exec(whole) ?? [];
    const host = head.replace(/\*+/g, anyText);
    if (path === '') return [host, `${host}/${anyText}/${anyText}`];
    const filled = path.replace(/\*+/g, anyText);
    return path.endsWith('*') ? [host + filled, `${host}${filled}/${anyText}`] : [host + filled];
  });
}

/** What our list says of a definition as such a row means it. */
function decisionOn(argv: string[] | null, url: string | null, { kit, approver, tools }: Asked): Decision {
  const [command = null, ...args] = argv ?? [];
  const known = identify(
    {
      command: command === null ? null : new Secret(command),
      args: args.map((word) => new Secret(word)),
      url: url === null ? null : new Secret(url),
      env: [],
    },
    kit.rules,
    kit.secrets,
  );
  return approver({ ...factOf(known), tools });
}

function shown(text: string): string {
  return text.replaceAll(anyText, '*');
}

function beyondOne(row: AllowedRow, asked: Asked): Beyond[] {
  const { name, url, argv } = row;
  if (url === null && argv === null) {
    const what = name === null || name === '' ? 'a row' : `the name ${name}`;
    return [{ text: `${what}: whoever writes a configuration chooses its names`, denied: false }];
  }
  const ways = url === null ? [null] : addressesOf(url);
  const wrong = ways
    .map((address) => decisionOn(argv, address, asked))
    .filter(({ verdict }) => verdict !== 'approved');
  const worst = wrong.find(({ verdict }) => verdict === 'denied') ?? wrong[0];
  if (worst === undefined) return [];
  const what = argv === null ? url! : argv.join(' ');
  return [{ text: shown(`${what}: ${worst.why ?? worst.verdict}`), denied: worst.verdict === 'denied' }];
}

/** All that some rows let run beyond our list, for clients of these ids. */
export function beyondList(
  rows: AllowedRow[],
  approver: Approver,
  kit: Identifying,
  tools: string[],
): Beyond[] {
  return rows.flatMap((row) => beyondOne(row, { kit, approver, tools }));
}
