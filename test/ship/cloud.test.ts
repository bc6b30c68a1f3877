/**
 * Microsoft Sentinel and Datadog: the same events by the vendors' own clients and by ours to one recording server,
 * what arrived compared, and every documented answer.
 */
import * as fs from 'node:fs';
import { ClientSecretCredential } from '@azure/identity';
import { LogsIngestionClient } from '@azure/monitor-ingestion';
import { client as datadogClient, v2 } from '@datadog/datadog-api-client';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { poster } from '../../src/host/post.ts';
import { limits } from '../../src/limits.ts';
import type { Judged, Waiting } from '../../src/model/delivery.ts';
import { datadog, datadogEntry, judgeDatadog } from '../../src/ship/datadog.ts';
import { entraTokens } from '../../src/ship/entra-token.ts';
import { judgeSentinel, sentinel, sentinelRow } from '../../src/ship/sentinel.ts';
import { type Answer, type Got, type Recorder, authority, recorder } from './server.ts';
import { reply, waiting } from './waiting.ts';

const batch = waiting(3);
const secret = ['made', 'up', '+/=&', 'secret'].join(' ');
const tls = authority();
const ca = fs.readFileSync(tls.ca);
let server: Recorder;
beforeEach(async () => {
  server = await recorder(tls);
});
afterEach(() => server.close());
afterAll(() => fs.rmSync(tls.folder, { recursive: true }));

const rule = `dcr-${'0a'.repeat(16)}`;
const stream = 'Custom-Shadowscan_CL';
const tenant = '11111111-2222-4333-8444-555555555555';
const client = '66666666-7777-4888-9999-000000000000';
const token = ['header', 'made-up', 'signature'].join('.');
const settings = { profile: 'native', hostname: 'laptop-1' };

/** Answers as the authority does, and to everything else with `status`. */
function asEntra(status: (got: Got) => Answer = () => ({ status: 204 })): void {
  server.answers.splice(0, 99, (got): Answer => {
    if (got.url.includes('/.well-known/openid-configuration')) {
      const base = server.url.origin;
      const issuer = `${base}/${tenant}/v2.0`;
      const body = {
        issuer,
        authorization_endpoint: `${base}/${tenant}/oauth2/v2.0/authorize`,
        token_endpoint: `${base}/${tenant}/oauth2/v2.0/token`,
        jwks_uri: `${base}/keys`,
      };
      return { status: 200, body };
    }
    if (got.url.startsWith(`/${tenant}/oauth2/v2.0/token`))
      return { status: 200, body: { token_type: 'Bearer', expires_in: 3599, access_token: token } };
    return status(got);
  });
}

let clock = 0;
const now = (): number => Date.parse('2026-11-20T08:00:00Z') + clock;
beforeEach(() => {
  clock = 0;
});

function sink() {
  const { send, close } = poster(server.url, 'shadowscan/test', { ca });
  const app = { authority: server.url, tenant, client, audience: 'https://monitor.azure.com', secret };
  const tokens = entraTokens(app, send, now);
  return { sender: sentinel(server.url, { rule, stream, profile: 'native' }, tokens, { send, now }), close };
}

const ofToken = (): Got[] => server.got.filter(({ url }) => url.startsWith(`/${tenant}/oauth2/v2.0/token`));
const ofRows = (): Got[] => server.got.filter(({ url }) => url.startsWith('/dataCollectionRules/'));

describe('Sentinel', () => {
  test("gets what Microsoft's own client sends, token included", async () => {
    asEntra();
    const { sender, close } = sink();
    expect((await sender.send(batch)).sent).toEqual(batch);
    close();
    const options = { tlsOptions: { ca }, retryOptions: { maxRetries: 0 } };
    const credential = new ClientSecretCredential(tenant, client, secret, {
      ...options,
      authorityHost: server.url.origin,
      disableInstanceDiscovery: true,
    });
    const theirs = new LogsIngestionClient(server.url.origin, credential, options);
    const rows = batch.map((event) => JSON.parse(sentinelRow(event, 'native')) as Record<string, unknown>);
    await theirs.upload(rule, stream, rows);

    const [own, vendor] = ofRows();
    // Their client writes the hyphen as %2D.
    expect([own!.method, own!.url, own!.body]).toEqual([
      vendor!.method,
      decodeURIComponent(vendor!.url),
      vendor!.body,
    ]);
    for (const name of ['authorization', 'content-type', 'content-encoding'])
      expect([name, own!.headers[name]]).toEqual([name, vendor!.headers[name]]);
    expect(own!.headers.authorization).toBe(`Bearer ${token}`);

    const [ours, entra] = ofToken().map(({ body }) => new URLSearchParams(body));
    const fields = ['client_id', 'client_secret', 'grant_type', 'scope'];
    for (const field of fields) expect([field, ours!.get(field)]).toEqual([field, entra!.get(field)]);
    expect([...ours!.keys()].toSorted()).toEqual(fields);
    expect(ofToken()[0]!.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  });

  test('a row has the columns of the table, and the event as it is', () => {
    expect(JSON.parse(sentinelRow(batch[0]!, 'ecs'))).toEqual({
      TimeGenerated: '2026-11-20T08:00:00.123Z',
      EventId: batch[0]!.id,
      Kind: 'finding',
      Severity: 'high',
      Profile: 'ecs',
      Body: { event: 1, text: 'é\n"' },
    });
  });

  test('asks for a token once, again before it ends, and anew when it is refused', async () => {
    asEntra();
    const { sender, close } = sink();
    await sender.send(batch);
    clock = 3_599_000 - limits.tokenMarginMilliseconds - 1_000;
    await sender.send(batch);
    expect(ofToken()).toHaveLength(1);
    clock += 2_000;
    await sender.send(batch);
    expect(ofToken()).toHaveLength(2);
    asEntra(() => ({ status: 401 }));
    expect(await sender.send(batch)).toMatchObject({ sent: [], refused: [], again: 'status 401' });
    asEntra();
    expect((await sender.send(batch)).sent).toEqual(batch);
    expect(ofToken()).toHaveLength(3);
    close();
  });

  test.each([
    [
      { status: 401, body: { error: 'invalid_client', error_description: `AADSTS7000215 ${secret}` } },
      'invalid_client',
      undefined,
    ],
    [{ status: 400, body: { error: 'unauthorized_client' } }, 'unauthorized_client', undefined],
    [{ status: 400, body: { error: `x ${secret}` } }, 'status 400', undefined],
    [{ status: 429, headers: { 'retry-after': '7' } }, 'status 429', 7_000],
    [{ status: 503, body: '<html>' }, 'status 503', undefined],
    [{ status: 200, body: { access_token: 'two\r\nlines', expires_in: 10 } }, 'status 200', undefined],
    [{ status: 200, body: {} }, 'status 200', undefined],
    [{ status: 302, headers: { location: 'https://localhost:1/' } }, 'status 302', undefined],
  ])(
    'without a token nothing is sent or lost, and no word of the authority is told: %#',
    async (answer, says, wait) => {
      server.answers.splice(0, 99, answer);
      const { sender, close } = sink();
      const judged = await sender.send(batch);
      close();
      expect(judged).toEqual({ sent: [], refused: [], again: `no token: ${says}`, ...(wait && { wait }) });
      expect(JSON.stringify(judged)).not.toContain('made');
      expect(ofRows()).toEqual([]);
    },
  );

  test('a call is never larger than it may be', () => {
    const most =
      limits.shipBytes +
      limits.shipEvents *
        (sentinelRow({ ...batch[0]!, severity: 'critical', kind: 'heartbeat', body: '' }, 'native').length +
          1);
    expect(most).toBeLessThanOrEqual(1_000_000);
  });
});

describe('Datadog', () => {
  const key = ['0000', 'made-up', 'key'].join('-');

  test('gets what its own client sends', async () => {
    server.answers.splice(0, 99, { status: 202, body: {} });
    const { send, close } = poster(server.url, 'shadowscan/test', { ca });
    const intake = datadog(server.url, key, settings, { send, now });
    expect((await intake.send(batch)).sent).toEqual(batch);
    close();
    const plain = await recorder();
    plain.answers.splice(0, 99, { status: 202, body: {} });
    const configuration = datadogClient.createConfiguration({
      authMethods: { apiKeyAuth: key },
      baseServer: new datadogClient.BaseServerConfiguration(plain.url.origin, {}),
    });
    const body = batch.map((event) => {
      const { ddsource, ddtags, hostname, message, service, ...additionalProperties } = JSON.parse(
        datadogEntry(event, settings),
      ) as v2.HTTPLogItem & Record<string, string>;
      return { ddsource, ddtags, hostname, message, service, additionalProperties };
    }) as v2.HTTPLogItem[];
    await new v2.LogsApi(configuration).submitLog({ body, contentEncoding: 'gzip' });
    await plain.close();
    const [own, vendor] = [server.got[0]!, plain.got[0]!];
    expect([own.method, own.url]).toEqual([vendor.method, vendor.url]);
    for (const name of ['dd-api-key', 'content-type', 'content-encoding'])
      expect([name, own.headers[name]]).toEqual([name, vendor.headers[name]]);
    expect(JSON.parse(own.body)).toEqual(JSON.parse(vendor.body));
  });

  test('no field of the event is at the top, where it would be taken for time or status', () => {
    const event = { ...batch[0]!, body: '{"@timestamp":"2020-01-01T00:00:00Z","status":"partial"}' };
    expect(JSON.parse(datadogEntry(event, settings))).toEqual({
      ddsource: 'shadowscan',
      service: 'shadowscan',
      ddtags: 'kind:finding,severity:high,profile:native',
      hostname: 'laptop-1',
      status: 'error',
      message: `shadowscan finding ${event.id} of 2026-11-20T08:00:00.123Z`,
      shadowscan: { '@timestamp': '2020-01-01T00:00:00Z', status: 'partial' },
    });
  });

  test('keeps to its bounds', () => {
    const entry = datadogEntry({ ...batch[0]!, body: '' }, { ...settings, hostname: 'h'.repeat(255) });
    expect(limits.shipEvents).toBeLessThanOrEqual(1_000);
    expect(limits.shipBytes + limits.shipEvents * (entry.length + 1)).toBeLessThanOrEqual(5_000_000);
    expect(limits.eventBytes + entry.length).toBeLessThanOrEqual(1_000_000);
  });
});

/** What becomes of three events: sent, refused, or left, and whether halves are tried. */
const told = ({ sent, refused, again, tooLarge, wait }: Judged): string =>
  [
    `${sent.length} ${refused.length} ${again === null ? '' : 'again'}`.trim(),
    ...(tooLarge ? ['halve'] : []),
    ...(wait === undefined ? [] : [`wait ${wait}`]),
  ].join('; ');

describe.each([
  ['Sentinel', judgeSentinel],
  ['Datadog', judgeDatadog],
])('answers of %s', (name, judge) => {
  test.each([
    [200, {}, '0 0 again'],
    [name === 'Sentinel' ? 202 : 204, {}, '0 0 again'],
    [400, {}, '0 0 again; halve'],
    [401, {}, '0 0 again'],
    [403, {}, '0 0 again'],
    [404, {}, '0 0 again'],
    [408, {}, '0 0 again'],
    [413, {}, '0 0 again; halve'],
    [429, { 'retry-after': '30' }, '0 0 again; wait 30000'],
    [500, {}, '0 0 again'],
    [503, { 'retry-after': 'Fri, 20 Nov 2026 08:00:05 GMT' }, '0 0 again; wait 5000'],
  ])('status %i %j', (status, headers, means) => {
    expect(told(judge(reply(status, '', headers as Record<string, string>), batch, now()))).toBe(means);
  });

  test.each([400, 413])('status %i of one event refuses that one alone', (status) => {
    expect(judge(reply(status), batch.slice(0, 1), now())).toMatchObject({
      sent: [],
      refused: [{ event: batch[0], why: `status ${status}` }],
      again: null,
    });
  });
});

test('success is 204 of Sentinel, and 202 with an object without errors of Datadog', () => {
  expect(told(judgeSentinel(reply(204), batch, now()))).toBe('3 0');
  expect(told(judgeDatadog(reply(202, {}), batch, now()))).toBe('3 0');
  expect(told(judgeDatadog(reply(202), batch, now()))).toBe('0 0 again');
  expect(told(judgeDatadog(reply(202, { errors: [{ detail: 'x' }] }), batch, now()))).toBe('0 0 again');
});

test('a rule or stream that is wrong refuses nothing; a row that is wrong is named by its code', () => {
  const one: Waiting[] = batch.slice(0, 1);
  const said = (code: string) => reply(400, { error: { code, message: `about ${secret}` } });
  expect(told(judgeSentinel(said('InvalidStream'), one, now()))).toBe('0 0 again');
  const { refused } = judgeSentinel(said('InvalidPayload'), one, now());
  expect(refused[0]!.why).toBe('status 400 (InvalidPayload)');
  expect(judgeSentinel(said('with words'), one, now()).refused[0]!.why).toBe('status 400');
});
