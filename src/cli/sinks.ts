/**
 * The receivers of a run: named by the policy, or in a file. Everything that can be wrong with their settings
 * is found before anything is scanned or sent: kind, address, certificates, credential.
 */
import * as path from 'node:path';
import { pause } from '../host/pause.ts';
import { appendWhole } from '../host/append-file.ts';
import { readCredential } from '../host/credential.ts';
import { readFile } from '../host/open-file.ts';
import { poster } from '../host/post.ts';
import { demandTrusted } from '../host/rule-files.ts';
import { writeFrames } from '../host/syslog-stream.ts';
import { type TlsFiles, tlsFlaw } from '../host/tls-files.ts';
import { limits } from '../limits.ts';
import type { Sender } from '../model/delivery.ts';
import type { Host } from '../model/host.ts';
import { type Sink, Sinks } from '../model/sink.ts';
import { usageError } from '../model/usage-error.ts';
import { parseRuleFile } from '../parse/rule-file.ts';
import { datadog } from '../ship/datadog.ts';
import { elastic } from '../ship/elastic.ts';
import { entraTokens } from '../ship/entra-token.ts';
import { file } from '../ship/file.ts';
import { otlp } from '../ship/otlp.ts';
import { sentinel } from '../ship/sentinel.ts';
import { splunkHec } from '../ship/splunk-hec.ts';
import { syslog } from '../ship/syslog.ts';
import { webhook, webhookKey } from '../ship/webhook.ts';
import { version } from '../version.ts';
import type { Managed } from './policy.ts';

/** A sink with what it takes to reach it. */
export type Receiver = { sink: Sink; open(): Sender };

function bytesOf(given: string, by: string): Buffer {
  const read = readFile(given, path.parse(given).root, limits.smallFileBytes);
  if (read === null) throw usageError(`${by}: ${given} is not there`);
  if ('refused' in read) throw usageError(`${by}: ${given} cannot be read (${read.refused})`);
  return read.bytes;
}

/** Sinks of a file, YAML or JSON. Run as root it must be root's. */
export function sinksIn(given: string): Sink[] {
  const whole = path.resolve(given);
  demandTrusted(whole);
  const { sinks } = parseRuleFile(Sinks, bytesOf(whole, '--ship'), given);
  const twice = sinks.find(({ name }, nth) => sinks.findIndex((one) => one.name === name) < nth);
  if (twice !== undefined) throw usageError(`${given}: two sinks are named ${twice.name}; rename one`);
  return sinks;
}

function tlsOf({ tls = {} }: Sink, by: string): TlsFiles {
  const { ca, certificate, key } = tls;
  const files: TlsFiles = {
    ...(ca !== undefined && { ca: bytesOf(ca, by) }),
    ...(certificate !== undefined && { cert: bytesOf(certificate, by) }),
    ...(key !== undefined && { key: bytesOf(key, by) }),
  };
  const flawed = tlsFlaw(files);
  if (flawed === null) return files;
  throw usageError(`${by}: ${{ ca, cert: certificate, key }[flawed.of]} ${flawed.flaw}`);
}

/** How the credential goes into a header: as it is where the sink names one, else as the kind has it. */
function headerOf({ header, kind }: Sink, value: string | null): { header: string; value: string } | null {
  if (value === null) return null;
  if (header !== undefined) return { header: header.toLowerCase(), value };
  const scheme = kind === 'elastic' ? 'ApiKey' : 'Bearer';
  return { header: 'authorization', value: / /.test(value) ? value : `${scheme} ${value}` };
}

type Make = { sink: Sink; credential: string | null; files: TlsFiles; host: Host };

/** Sentinel, with who gives the tokens for it: another host, that gets no certificate of ours. */
function sentinelOpener({ sink, credential, files, host }: Make): () => Sender {
  const { url, rule, stream, tenant, client, profile = 'native' } = sink;
  const { authority = 'https://login.microsoftonline.com', audience = 'https://monitor.azure.com' } = sink;
  const [at, tokensAt] = [new URL(url!), new URL(authority)];
  const { ca } = files;
  const now = (): number => host.now().getTime();
  return () => {
    const agent = `shadowscan/${version}`;
    const own = poster(at, agent, files);
    const theirs = poster(tokensAt, agent, ca === undefined ? {} : { ca }, 'asked for a token at');
    const app = { authority: tokensAt, tenant: tenant!, client: client!, audience, secret: credential! };
    const tokens = entraTokens(app, theirs.send, now);
    const made = sentinel(at, { rule: rule!, stream: stream!, profile }, tokens, { send: own.send, now });
    const close = (): void => {
      own.close();
      theirs.close();
    };
    return { ...made, close };
  };
}

function httpOpener({ sink, credential, files, host }: Make, kind: HttpKind): () => Sender {
  const { url, site, profile = 'native', index, acknowledge = false } = sink;
  const { hostname, deviceId, platform } = host;
  const now = (): number => host.now().getTime();
  const at = new URL(url ?? `https://http-intake.logs.${site}`);
  return () => {
    const { send, close } = poster(at, `shadowscan/${version}`, files);
    const world = { send, now, sleep: pause };
    const resource = { version, hostname, deviceId, platform };
    const header = headerOf(sink, credential);
    const made = {
      webhook: () => webhook(at, webhookKey(credential!)!, send, now),
      'splunk-hec': () => splunkHec(at, credential!, { index, acknowledge, profile, hostname }, world),
      elastic: () => elastic(at, { index, profile }, header, send, now),
      otlp: () => otlp(at, header, { resource, profile }, world),
      datadog: () => datadog(at, credential!, { profile, hostname }, world),
    }[kind]();
    return { ...made, close };
  };
}

type HttpKind = Exclude<Sink['kind'], 'file' | 'syslog' | 'sentinel'>;

function opener(make: Make): () => Sender {
  const { sink, files, host } = make;
  const { kind, url, path: target } = sink;
  switch (kind) {
    case 'file':
      return () => file((text) => appendWhole(target!, text));
    case 'syslog':
      return () => syslog((frames) => writeFrames(new URL(url!), files, frames), host.hostname, process.pid);
    case 'sentinel':
      return sentinelOpener(make);
    default:
      return httpOpener(make, kind);
  }
}

/** Makes sinks ready. Throws a usage error for a setting that cannot work. */
export async function receivers(sinks: Sink[], host: Host): Promise<Receiver[]> {
  const all: Receiver[] = [];
  for (const sink of sinks) {
    const by = `sink ${sink.name}`;
    const read = sink.credential === undefined ? { value: null } : await readCredential(sink.credential);
    if ('flaw' in read) throw usageError(`${by}: credential: ${read.flaw}`);
    if (sink.kind === 'webhook' && webhookKey(read.value ?? '') === null)
      throw usageError(
        `${by}: credential: must be whsec_ and the base64 of 24 to 64 bytes (openssl rand -base64 32)`,
      );
    all.push({ sink, open: opener({ sink, credential: read.value, files: tlsOf(sink, by), host }) });
  }
  return all;
}

/** The sinks that `--ship` means: those of the policy, else those of the file that it names. */
export function sinksFor(given: string | true, policy: Managed | null, by = '--ship'): Sink[] {
  const { sinks } = policy?.settings ?? {};
  if (typeof given === 'string') {
    if (sinks === undefined) return sinksIn(given);
    const fixed = `sinks is fixed by the policy ${policy!.source}`;
    throw usageError(`${by} ${given}: ${fixed}; leave the file out`);
  }
  if (sinks === undefined || sinks.length === 0)
    throw usageError(`${by}: no receiver is known; name a file of sinks, or set "sinks" in the policy`);
  return sinks;
}
