/**
 * Receivers by HTTP, with real connections. Where a vendor has a client on npm, the same events go to one
 * recording server by it and by ours, and what arrived is compared.
 */
import { createRequire } from 'node:module';
import * as fs from 'node:fs';
import { Client } from '@elastic/elasticsearch';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { poster } from '../../src/host/post.ts';
import { bulkLines, elastic } from '../../src/ship/elastic.ts';
import { otlp } from '../../src/ship/otlp.ts';
import { splunkHec } from '../../src/ship/splunk-hec.ts';
import { webhook, webhookKey } from '../../src/ship/webhook.ts';
import { type Recorder, authority, recorder } from './server.ts';
import { waiting } from './waiting.ts';

const require = createRequire(import.meta.url);
const batch = waiting(3);
const token = ['0000', 'made-up', 'token'].join('-');
const resource = { version: '0.1.0', hostname: 'laptop-1', deviceId: 'd1', platform: 'macos' };
let server: Recorder;
beforeEach(async () => {
  server = await recorder();
});
afterEach(() => server.close());

const posting = () => poster(server.url, 'shadowscan/test');
const now = (): number => Date.now();
const toLogs = { index: 'logs', profile: 'ecs' };
const sleep = async (): Promise<void> => {};

describe('webhook', () => {
  const secretOf = (text: string): string => `whsec_${Buffer.from(text).toString('base64')}`;
  const secret = secretOf('the key of a test, long enough');
  const key = webhookKey(secret)!;

  test.each([
    [secretOf('k'.repeat(24)), 24],
    [secretOf('k'.repeat(64)), 64],
    [secretOf('k'.repeat(23)), null],
    [secretOf('k'.repeat(65)), null],
    [secret.slice('whsec_'.length), null],
    [`${secret}!`, null],
    [`${secret}=`, null],
    ['whsec_', null],
    [`whsec_${'not base64 but long enough to be a key of it'}`, null],
  ])('a key is what the standard says: %#', (given, length) => {
    expect(webhookKey(given)?.length ?? null).toBe(length);
  });

  test('is signed as the verifier of the standard expects', async () => {
    const { send, close } = posting();
    const hook = webhook(new URL('/hooks/in', server.url), key, send, now);
    expect((await hook.send(batch)).sent).toEqual(batch);
    expect((await hook.send(batch)).sent).toEqual(batch);
    close();
    const [first, second] = server.got;
    expect(first).toMatchObject({ method: 'POST', url: '/hooks/in' });
    const verifier = new Webhook(secret);
    const headers = first!.headers as Record<string, string>;
    const told = verifier.verify(first!.body, headers) as { type: string; data: { event: number }[] };
    expect(told.type).toBe('shadowscan.events');
    expect(told.data).toEqual(batch.map(({ body }) => JSON.parse(body)));
    expect(() => verifier.verify(first!.body.replace('1', '2'), headers)).toThrow('signature');
    expect(() =>
      new Webhook(`whsec_${Buffer.from('another').toString('base64')}`).verify(first!.body, headers),
    ).toThrow();
    // The same batch has the same id, so that a receiver knows it again; another batch has another.
    expect(second!.headers['webhook-id']).toBe(first!.headers['webhook-id']);
    const other = posting();
    await webhook(server.url, key, other.send, now).send(batch.slice(1));
    other.close();
    expect(server.got[2]!.headers['webhook-id']).not.toBe(first!.headers['webhook-id']);
  });
});

describe('Splunk', () => {
  const settings = { index: 'endpoint', acknowledge: false, profile: 'native', hostname: 'laptop-1' };

  /** Objects one behind the other, as the collector reads them. */
  function objects(body: string): Record<string, unknown>[] {
    return body
      .split(/\n(?=\{)|(?<=\})(?=\{"time")/)
      .filter(Boolean)
      .map((one) => JSON.parse(one) as Record<string, unknown>);
  }

  test('gets what its own client sends', async () => {
    server.answers.splice(0, 1, { status: 200, body: { text: 'Success', code: 0 } });
    const { send, close } = posting();
    const hec = splunkHec(server.url, token, settings, { send, now, sleep });
    expect((await hec.send(batch)).sent).toEqual(batch);
    close();
    const { Logger } = require('splunk-logging') as {
      Logger: new (config: object) => {
        eventFormatter: (event: unknown) => unknown;
        send(context: object): void;
        flush(done: (error: Error | null) => void): void;
      };
    };
    const logger = new Logger({ token, url: server.url.href, maxBatchCount: 0 });
    logger.eventFormatter = (event) => event;
    for (const { body, time } of batch)
      logger.send({
        message: JSON.parse(body),
        metadata: {
          time: Date.parse(time) / 1000,
          host: 'laptop-1',
          source: 'shadowscan',
          sourcetype: 'shadowscan:native',
          index: 'endpoint',
        },
      });
    await new Promise<void>((resolve, reject) => {
      logger.flush((error) => (error ? reject(error) : resolve()));
    });
    const [ours, theirs] = server.got;
    expect(ours!.url).toBe('/services/collector/event');
    expect(theirs!.url).toMatch(/^\/services\/collector\/event\/1\.0$/);
    expect(ours!.headers.authorization).toBe(theirs!.headers.authorization);
    expect(ours!.headers['content-encoding']).toBe('gzip');
    const mine = objects(ours!.body).map(({ fields, ...rest }) => rest);
    const vendor = objects(theirs!.body).map((one) => ({ ...one, time: Number(one['time']) }));
    expect(mine.map((one) => ({ ...one, time: Number(one['time']) }))).toEqual(vendor);
  });

  test('with acknowledgment counts when the indexer has it, and not before', async () => {
    const taken = { status: 200, body: { text: 'Success', code: 0, ackId: 7 } };
    server.answers.splice(
      0,
      1,
      taken,
      { status: 200, body: { acks: { 7: false } } },
      {
        status: 200,
        body: { acks: { 7: true } },
      },
    );
    const { send, close } = posting();
    const hec = splunkHec(server.url, token, { ...settings, acknowledge: true }, { send, now, sleep });
    expect((await hec.send(batch)).sent).toEqual(batch);
    const channel = server.got[0]!.headers['x-splunk-request-channel'] as string;
    expect(channel).toMatch(/^[0-9a-f-]{36}$/);
    expect(server.got.slice(1).map(({ url, body }) => [url, body])).toEqual([
      [`/services/collector/ack?channel=${channel}`, '{"acks":[7]}'],
      [`/services/collector/ack?channel=${channel}`, '{"acks":[7]}'],
    ]);
    server.answers.splice(0, 9, taken, { status: 200, body: { acks: { 7: false } } });
    expect(await hec.send(batch)).toMatchObject({ sent: [], again: 'the indexer has not acknowledged it' });
    close();
  });
});

describe('Elastic', () => {
  test('gets what its own client sends', async () => {
    const items = batch.map(({ id }) => ({ create: { _id: id, status: 201 } }));
    server.answers.splice(0, 1, {
      status: 200,
      body: { errors: false, items },
      headers: { 'x-elastic-product': 'Elasticsearch' },
    });
    const { send, close } = posting();
    const stream = new URL('/logs-shadowscan-default', server.url);
    const header = { header: 'authorization', value: `ApiKey ${token}` };
    expect((await elastic(stream, { profile: 'ecs' }, header, send, now).send(batch)).sent).toEqual(batch);
    close();
    const client = new Client({ node: server.url.href, auth: { apiKey: token } });
    await client.bulk({
      index: 'logs-shadowscan-default',
      operations: batch.flatMap(({ id, body }) => [{ create: { _id: id } }, JSON.parse(body) as object]),
    });
    await client.close();
    const [ours, theirs] = server.got;
    expect(ours!.url).toBe(theirs!.url.replace(/\?.*$/, ''));
    expect(ours!.headers.authorization).toBe(theirs!.headers.authorization);
    expect(ours!.body).toBe(theirs!.body);
    expect(ours!.headers['content-type']).toBe('application/x-ndjson');
  });
});

describe('the data stream of Elastic', () => {
  test.each(['native', 'ocsf'])(
    'gets the time that it demands with %s, and the event as it is',
    (profile) => {
      const event = { ...batch[0]!, time: '2026-11-20T08:00:00.123Z' };
      const [action, document, rest] = bulkLines(event, profile).split('\n');
      expect(JSON.parse(action!)).toEqual({ create: { _id: event.id } });
      expect(JSON.parse(document!)).toEqual({
        '@timestamp': event.time,
        ...(JSON.parse(event.body) as object),
      });
      expect(rest).toBe('');
      expect(bulkLines(event, 'ecs')).toBe(`${action}\n${event.body}\n`);
    },
  );

  test.each([
    ['/logs-a-b', undefined, '/logs-a-b/_bulk'],
    ['/logs-a-b/', undefined, '/logs-a-b/_bulk'],
    ['/logs-a-b/_bulk', undefined, '/logs-a-b/_bulk'],
    ['/logs-a-b/_bulk/', undefined, '/logs-a-b/_bulk'],
    ['/behind/proxy/logs-a-b', undefined, '/behind/proxy/logs-a-b/_bulk'],
    ['', 'logs-a-b', '/logs-a-b/_bulk'],
    ['/', 'logs-a-b', '/logs-a-b/_bulk'],
    ['/_bulk', 'logs-a-b', '/logs-a-b/_bulk'],
  ])('%s and %s', async (given, index, asked) => {
    const { send, close } = posting();
    await elastic(new URL(given, server.url), { index, profile: 'ecs' }, null, send, now).send(batch);
    close();
    expect(server.got[0]!.url).toBe(asked);
  });
});

describe('OTLP', () => {
  test('is a request that the protocol itself can read, field by field', async () => {
    const { send, close } = posting();
    const sink = otlp(server.url, null, { resource, profile: 'ocsf' }, { send, now });
    expect((await sink.send(batch)).sent).toEqual(batch);
    close();
    expect(server.got[0]!.url).toBe('/v1/logs');
    const said = JSON.parse(server.got[0]!.body) as Record<string, unknown>;
    const { opentelemetry } = require('@opentelemetry/otlp-transformer/build/src/generated/root.js') as {
      opentelemetry: {
        proto: {
          collector: {
            logs: {
              v1: {
                ExportLogsServiceRequest: {
                  verify(value: object): string | null;
                  fromObject(value: object): object;
                  encode(value: object): { finish(): Uint8Array };
                  decode(bytes: Uint8Array): object;
                  toObject(value: object, options: object): unknown;
                };
              };
            };
          };
        };
      };
    };
    const Request = opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
    const bytes = Request.encode(Request.fromObject(said)).finish();
    const read = Request.toObject(Request.decode(bytes), { longs: String, enums: Number });
    // What the protocol knows comes back; anything else would be missing. This decoder is older than the
    // field eventName (protocol 1.5).
    const known = server.got[0]!.body.replaceAll('"eventName":"shadowscan.finding",', '');
    expect(known).not.toBe(server.got[0]!.body);
    expect(read).toEqual(JSON.parse(known));
  });
});

describe('connections', () => {
  const one = (signal = {}) => {
    const { send, close } = posting();
    return { sender: elastic(server.url, toLogs, null, send, now), close, signal };
  };

  test('cut in the middle, refused, and a redirect that is not followed', async () => {
    server.answers.splice(0, 1, 'cut', { status: 307, headers: { location: 'http://localhost:1/' } });
    const { sender, close } = one();
    expect(await sender.send(batch)).toMatchObject({ sent: [], again: 'the connection failed (ECONNRESET)' });
    expect(await sender.send(batch)).toMatchObject({ sent: [], again: 'status 307' });
    close();
    const gone = posting();
    await server.close();
    expect(await elastic(server.url, toLogs, null, gone.send, now).send(batch)).toMatchObject({
      again: 'nobody answers there',
    });
    gone.close();
    server = await recorder();
  });

  test('a certificate counts with its authority alone', async () => {
    const tls = authority();
    afterAll(() => fs.rmSync(tls.folder, { recursive: true }));
    const secure = await recorder(tls);
    const without = poster(secure.url, 'shadowscan/test');
    const failed = await elastic(secure.url, toLogs, null, without.send, now).send(batch);
    without.close();
    expect(failed.again).toMatch(/^its certificate is not trusted \(/);
    expect(secure.got).toEqual([]);
    const named = poster(secure.url, 'shadowscan/test', { ca: fs.readFileSync(tls.ca) });
    secure.answers.splice(0, 1, {
      status: 200,
      body: { items: batch.map(() => ({ create: { status: 201 } })) },
    });
    expect((await elastic(secure.url, toLogs, null, named.send, now).send(batch)).sent).toEqual(batch);
    named.close();
    await secure.close();
  });

  test('what is sent elsewhere is not sent', async () => {
    const { send, close } = posting();
    const url = new URL('http://127.0.0.1:1/');
    expect(await send({ method: 'POST', url, headers: {}, body: null })).toEqual({
      failed: 'it names another host',
    });
    close();
  });
});
