/** Remote MCP servers, model APIs and local services that listen, as services of the AI-BOM. */
import type { FactOf, ServerFact } from '../../model/fact.ts';
import { hostPort } from '../subject.ts';
import { type Part, serverProperties } from './components.ts';
import { general, properties } from './parts.ts';

/** An address as an IRI; null for what is none, such as one with a variable in its host. */
function address(url: string | null): string | null {
  return url !== null && URL.canParse(url) ? new URL(url).href : null;
}

function remote(part: Part<ServerFact>): object {
  const { fact, ref, posture } = part;
  const url = address(fact.url);
  const known = fact.headerNames.length > 0 || posture.length > 0;
  return {
    'bom-ref': ref,
    name: fact.name === '' ? 'unnamed' : fact.name,
    endpoints: url === null ? undefined : [url],
    authenticated: known ? true : undefined,
    'x-trust-boundary': true,
    data: [{ flow: 'bi-directional', classification: 'unknown' }],
    properties: [
      ...(url === null ? properties({ url: fact.url }) : []),
      ...(known ? [] : properties({ authenticated: 'unknown' })),
      ...serverProperties(part),
    ],
  };
}

function endpoint({ fact, ref, findings, posture }: Part<FactOf<'endpoint'>>): object {
  const { role, name, exposure, byDefault, workspace } = fact;
  const url = address(fact.url);
  const place = hostPort(fact);
  const kind = role === 'serves' ? 'local-service' : 'model-api';
  return {
    'bom-ref': ref,
    name: name || place || kind,
    endpoints: url === null ? undefined : [url],
    'x-trust-boundary': exposure === 'unknown' ? undefined : exposure === 'network',
    data: role === 'uses' ? [{ flow: 'bi-directional', classification: 'unknown' }] : undefined,
    properties: [
      ...properties({ kind, exposure, 'product-default': byDefault, workspace }),
      ...properties({ host: fact.host, port: fact.port, url: url === null ? fact.url : null }),
      ...properties({ model: 'unknown', ...general(fact, findings) }),
      ...posture,
    ],
  };
}

/** The service for a part, or null for what is a component or none at all. */
export function service(part: Part): object | null {
  const { fact } = part;
  if (fact.kind === 'server') return fact.url === null ? null : remote({ ...part, fact });
  return fact.kind === 'endpoint' ? endpoint({ ...part, fact }) : null;
}
