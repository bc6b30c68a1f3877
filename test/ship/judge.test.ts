/** What each receiver's answers mean, code by code: sent, sent again, refused for good. */
import { describe, expect, test } from 'vitest';
import type { Judged } from '../../src/model/delivery.ts';
import { judgeBulk } from '../../src/ship/elastic.ts';
import { byStatus, retryAfter } from '../../src/ship/judged.ts';
import { judgeOtlp } from '../../src/ship/otlp.ts';
import { judgeDatadog } from '../../src/ship/datadog.ts';
import { judgeSentinel } from '../../src/ship/sentinel.ts';
import { judgeHec } from '../../src/ship/splunk-hec.ts';
import { judgeWebhook } from '../../src/ship/webhook.ts';
import { reply, waiting } from './waiting.ts';

const batch = waiting(3);
const now = Date.parse('2026-11-20T08:00:00Z');

/** The numbers of events by what became of them. */
function told({ sent, refused, again, wait, tooLarge }: Judged): string {
  const all = new Set([...sent, ...refused.map(({ event }) => event)].map(({ number }) => number));
  const left = batch.filter(({ number }) => !all.has(number)).map(({ number }) => number);
  expect(again === null, 'a reason for what is left').toBe(left.length === 0);
  return [
    `sent ${sent.map(({ number }) => number).join()}`,
    `refused ${refused.map(({ event }) => event.number).join()}`,
    `left ${left.join()}`,
    ...(wait === undefined ? [] : [`wait ${wait}`]),
    ...(tooLarge ? ['halve'] : []),
  ].join('; ');
}

const sent = 'sent 1,2,3; refused ; left ';
const left = 'sent ; refused ; left 1,2,3';
const refused = 'sent ; refused 1,2,3; left ';
const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html; charset=utf-8' };

test.each([
  [200, left],
  [202, left],
  [204, left],
  [302, left],
  [300, left],
  [400, `${left}; halve`],
  [401, left],
  [403, left],
  [404, left],
  [406, left],
  [408, left],
  [410, left],
  [413, `${left}; halve`],
  [415, left],
  [422, `${left}; halve`],
  [425, left],
  [429, left],
  [500, left],
  [501, left],
  [503, left],
  [599, left],
])('status %i', (status, means) => {
  expect(told(byStatus(reply(status), batch, now))).toBe(means);
});

test.each([400, 413, 422])('one event that is at fault alone is refused: %i', (status) => {
  const one = byStatus(reply(status), batch.slice(0, 1), now);
  expect(one).toMatchObject({ refused: [{ why: `status ${status}` }], again: null });
});

test('a page of a proxy refuses nothing, but for what is too large', () => {
  const one = batch.slice(0, 1);
  const page = '<html><h1>400 No required SSL certificate was sent</h1></html>';
  for (const judge of [byStatus, judgeSentinel, judgeOtlp, judgeHec, judgeBulk, judgeDatadog, judgeWebhook]) {
    expect(judge(reply(400, page), one, now)).toEqual({ sent: [], refused: [], again: 'status 400' });
    expect(judge(reply(413, page), one, now)).toMatchObject({ refused: [{ why: 'status 413' }] });
  }
});

test.each([
  ['5', 5_000],
  ['0', 0],
  ['Fri, 20 Nov 2026 08:01:00 GMT', 60_000],
  ['Fri, 20 Nov 2026 07:00:00 GMT', 0],
  ['99999999', 86_400_000],
  ['soon', undefined],
])('Retry-After: %s', (given, wait) => {
  expect(retryAfter(reply(503, '', { 'retry-after': given }), now)).toBe(wait);
  expect(byStatus(reply(503, '', { 'retry-after': given }), batch, now).wait).toBe(wait);
});

describe('Splunk', () => {
  test.each([
    [200, 0, sent],
    [403, 1, left],
    [401, 2, left],
    [401, 3, left],
    [403, 4, left],
    [400, 5, `${left}; halve`],
    [400, 6, `${left}; halve`],
    [400, 7, left],
    [500, 8, left],
    [503, 9, left],
    [400, 10, left],
    [400, 11, left],
    [400, 12, `${left}; halve`],
    [400, 13, `${left}; halve`],
    [400, 14, left],
    [503, 18, left],
    [400, 99, `${left}; halve`],
    [404, 99, left],
  ])('status %i, code %i', (status, code, means) => {
    expect(told(judgeHec(reply(status, { text: 'x', code }), batch, now))).toBe(means);
  });

  test('the event that it names is refused, and the others are sent again', () => {
    const said = { text: 'Event field cannot be blank', code: 13, 'invalid-event-number': 1 };
    expect(told(judgeHec(reply(400, said), batch, now))).toBe('sent ; refused 2; left 1,3');
    const none = { ...said, 'invalid-event-number': 9 };
    expect(told(judgeHec(reply(400, none), batch, now))).toBe(`${left}; halve`);
  });

  test('an answer of something else in between', () => {
    expect(told(judgeHec(reply(502, '<html>Bad Gateway</html>'), batch, now))).toBe(left);
    expect(told(judgeHec(reply(200, '[]'), batch, now))).toBe(left);
    expect(told(judgeHec(reply(201, { text: 'Success', code: 0 }), batch, now))).toBe(left);
  });
});

describe('Elastic', () => {
  const items = (...statuses: (number | null)[]) => ({
    errors: true,
    items: statuses.map((status) =>
      status === null ? {} : { create: { status, error: { type: 'some_exception', reason: 'secret text' } } },
    ),
  });

  test.each([
    [[201, 201, 201], sent],
    [[201, 409, 200], sent],
    [[201, 429, 400], 'sent 1; refused 3; left 2'],
    [[503, 413, 422], 'sent ; refused 2,3; left 1'],
    [[401, 403, 404], left],
    [[201, null, 201], 'sent 1,3; refused ; left 2'],
  ])('items %j', (statuses, means) => {
    expect(told(judgeBulk(reply(200, items(...statuses)), batch, now))).toBe(means);
  });

  test('says why without the words of the receiver', () => {
    const judged = judgeBulk(reply(200, items(400, 429, 201)), batch, now);
    expect(judged.refused[0]!.why).toBe('status 400 (some_exception)');
    expect(judged.again).toBe('status 429 (some_exception)');
    expect(JSON.stringify(judged)).not.toContain('secret text');
  });

  test('another number of items than of events is no answer to them', () => {
    const one = { create: { status: 201 } };
    expect(told(judgeBulk(reply(200, { items: [one] }), batch, now))).toBe(left);
    expect(judgeBulk(reply(200, { items: [one, one, one, one] }), batch, now).again).toBe(
      '4 results for 3 events',
    );
    expect(told(judgeBulk(reply(429, ''), batch, now))).toBe(left);
  });

  test('a request that is wrong as a whole is wrong by its settings', () => {
    const said = { error: { type: 'action_request_validation_exception' }, status: 400 };
    for (const events of [batch, batch.slice(0, 1)])
      expect(judgeBulk(reply(400, said), events, now)).toEqual({
        sent: [],
        refused: [],
        again: 'status 400',
      });
    expect(told(judgeBulk(reply(413), batch, now))).toBe(`${left}; halve`);
  });
});

describe('OTLP', () => {
  test.each([
    [200, {}, sent],
    [200, { partialSuccess: { rejectedLogRecords: '0', errorMessage: 'a warning' } }, sent],
    [200, { partialSuccess: { rejectedLogRecords: '2' } }, 'sent 3; refused 1,2; left '],
    [200, { partialSuccess: { rejectedLogRecords: 9 } }, refused],
    [429, {}, left],
    [502, {}, left],
    [503, {}, left],
    [504, {}, left],
    [408, {}, left],
    [500, {}, left],
    [400, {}, `${left}; halve`],
    [413, {}, `${left}; halve`],
    [401, {}, left],
  ])('status %i %j', (status, body, means) => {
    expect(told(judgeOtlp(reply(status, body, json), batch, now))).toBe(means);
  });

  test.each([
    [reply(200, '', json), sent],
    [reply(204), sent],
    [reply(200, { partialSuccess: null }, { 'content-type': 'application/json; charset=utf-8' }), sent],
    [reply(200, {}), left],
    [reply(200, '[]', json), left],
    [reply(200, 'null', json), left],
    [reply(200, { login: 'https://portal.example' }, json), left],
    [reply(202, {}, json), left],
  ])('the answer of success has its form: %#', (answer, means) => {
    expect(told(judgeOtlp(answer, batch, now))).toBe(means);
  });
});

describe('a portal or proxy that says all is well', () => {
  const page = '<!DOCTYPE html><html><body>Please log in</body></html>';
  describe.each([
    ['Splunk', judgeHec],
    ['Elastic', judgeBulk],
    ['OTLP', judgeOtlp],
    ['Sentinel', judgeSentinel],
    ['Datadog', judgeDatadog],
    ['a webhook', judgeWebhook],
  ])('is not taken for %s', (_, judge) => {
    test.each([
      [200, page, html],
      [202, page, html],
      [200, page, json],
      [200, `\ufeff\n${page}`, {}],
      [200, '<p>Please log in', html],
    ])('status %i %j', (status, body, headers) => {
      const judged = judge(reply(status, body, headers as Record<string, string>), batch, now);
      expect(told(judged)).toBe(left);
      expect(judged.again).toBe(
        `status ${status} without the answer of a receiver; is a portal or proxy in between?`,
      );
    });
  });

  test.each([
    [200, '', {}],
    [201, { ok: true }, json],
    [202, 'accepted', {}],
    [204, '', html],
    [200, 'ok', html],
    [200, 'a < b', html],
  ])('a webhook may answer what it likes: %i %j', (status, body, headers) => {
    const answer = reply(status, body, headers as Record<string, string>);
    expect(told(judgeWebhook(answer, batch, now))).toBe(sent);
  });
});
