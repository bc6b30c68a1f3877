/** Checksums and structure of tokens: right ones raise nothing above the shape, wrong ones only cast doubt. */
import { describe, expect, test } from 'vitest';
import { checksumHolds } from '../../src/secrets/checksum.ts';
import { expand } from '../recipe.ts';
import { closed, secrets, shapes } from './kit.ts';

/** Recipe with its issuer's checksum, and one of the same shape without. */
const issued: [type: string, right: string, wrong: string][] = [
  ['github-pat-classic', 'ghp_{crc30}', 'ghp_{a36}'],
  ['github-oauth-token', 'gho_{crc30}', 'gho_{a36}'],
  ['github-refresh-token', 'ghr_{crc70}', 'ghr_{a76}'],
  ['github-pat-fine-grained', '{ghpat}', 'github_pat_{a22}_{a59}'],
  ['github-app-jwt-token', 'ghs_{d6}_{jwt}', 'ghs_{d6}_{w40}.{w60}.{w43}'],
  ['gitlab-pat-routable', '{glroute}', 'glpat-{w44}.01.1{l1}{l7}'],
  ['npm-token', 'npm_{crc30}', 'npm_{a36}'],
  ['vercel-token', '{vercel}', 'vcp_{a56}'],
  ['grafana-service-token', '{glsa}', 'glsa_{a32}_{h8}'],
  ['grafana-cloud-token', '{glc}', 'glc_eyJ{b110}'],
  ['sentry-org-token', '{sntrys}', 'sntrys_eyJ{b120}_{b43}'],
  ['onepassword-service-token', '{ops}', 'ops_eyJ{b400}'],
  ['pypi-token', '{pypi}', 'pypi-AgEIcHlwaS5vcmcB{w150}'],
  ['confluent-api-secret', '{cflt}', 'cflt{b60}'],
  ['age-secret-key', '{age}', 'AGE-SECRET-KEY-1{bech58}'],
  ['pem-private-key', '-----BEGIN PRIVATE KEY-----\nMIIE{b300}', '-----BEGIN PRIVATE KEY-----\n{A1}x9{b300}'],
];

describe.each(issued)('%s', (type, right, wrong) => {
  const { confidence, severity } = shapes.find(({ id }) => id === type)!;

  test('a right checksum is a reason', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const found = secrets.scan(closed(expand(right, seed)));
      expect(found.map((one) => [one.info.type, one.severity, one.confidence, one.reasons])).toEqual([
        [type, severity, confidence, ['shape', 'checksum']],
      ]);
    }
  });

  test('a wrong one lowers confidence, and drops nothing', () => {
    const lower = confidence === 'high' ? 'medium' : 'low';
    for (const seed of [1, 2, 3, 4, 5]) {
      const found = secrets.scan(closed(expand(wrong, seed)));
      expect(found.map((one) => [one.info.type, one.severity, one.confidence, one.reasons])).toEqual([
        [type, severity, lower, ['shape', 'wrong-checksum']],
      ]);
    }
  });
});

test('Bech32 as in BIP 173', () => {
  for (const right of [
    'A12UEL5L',
    'ABCDEF1QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7LMQQQXW',
    'split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w',
  ])
    expect(checksumHolds('bech32', right), right).toBe(true);
  for (const wrong of [
    'A12UEL5X',
    'A1G7SGD8',
    'split1checkupstagehandshakeupstreamerranterredcaperred2y9e3x',
    'b1o',
  ])
    expect(checksumHolds('bech32', wrong), wrong).toBe(false);
});

test('key ids of AWS hold an account of twelve digits, or are of the older form', () => {
  const holds = (rest: string): boolean => checksumHolds('aws-account', `AKIA${rest}`);
  expect(holds(expand('I{B32U15}'))).toBe(true);
  expect(holds(`Q${'A'.repeat(15)}`)).toBe(true);
  expect(holds('7'.repeat(16))).toBe(false);
  expect(holds(`Q0${'A'.repeat(14)}`)).toBe(false);
});

test('a bot token of Discord begins with a number', () => {
  const judge = (recipe: string) =>
    secrets
      .judge('DISCORD_BOT_TOKEN', closed(expand(recipe)), 'env')
      .map((one) => [one.info.type, one.confidence]);
  expect(judge('{discord}')).toEqual([['discord-bot-token', 'high']]);
  expect(judge('M{w23}.{w6}.{w38}')).toEqual([['discord-bot-token', 'medium']]);
});

test('a shape with a checksum has a recipe that carries it', () => {
  for (const { id, checksum, matches } of shapes) {
    if (checksum === undefined) continue;
    const values = matches.map((recipe) => expand(recipe).replace(/^[A-Z_]{4,}=/, ''));
    expect(
      values.some((value) => checksumHolds(checksum, value)),
      id,
    ).toBe(true);
  }
});
