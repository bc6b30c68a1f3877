/**
 * Model APIs in use, and local services of runtimes and gateways: where they are and who can reach them, from
 * what is configured. Nothing is connected to.
 */
import type { FactOf } from '../model/fact.ts';
import type { EndpointRow } from '../model/tool.ts';
import { holds, treeValues } from '../parse/predicate.ts';
import { type Match, first, select } from '../parse/select.ts';
import { Secret } from '../secrets/secret.ts';
import { type Draft, type Observed, type Scene, commonOf, rootMatch, tieOf, workspaceOf } from './draft.ts';
import { spellFirst } from './spell.ts';

type Place = Pick<FactOf<'endpoint'>, 'url' | 'host' | 'port'>;

const loopback = /^(?:localhost|(?:.+\.)?localhost|127(?:\.\d{1,3}){3}|\[?::1\]?|0:0:0:0:0:0:0:1)$/i;
const loopbackWords = new Set(['local', 'loopback', 'false']);

/** Who can reach a host; an empty one, as in `:8080`, listens everywhere. */
export function exposureOf(host: string | null): FactOf<'endpoint'>['exposure'] {
  if (host === null || /[${%<]/.test(host)) return 'unknown';
  return loopback.test(host) || loopbackWords.has(host.toLowerCase()) ? 'loopback' : 'network';
}

function portOf(text: string | null | undefined): number | null {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : Number.NaN;
  return port > 0 && port < 65_536 ? port : null;
}

/** `scheme://host:port/...`, `host:port`, `[::]:port`, `:port`, `host` or `port`. */
function placeOf(text: string): Place {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    if (!URL.canParse(text)) return { url: text, host: null, port: null };
    const { hostname, port } = new URL(text);
    return { url: text, host: hostname === '' ? null : hostname, port: portOf(port) };
  }
  if (portOf(text) !== null) return { url: null, host: null, port: portOf(text) };
  const [, host = '', port] = /^(\[[^\]]*\]|[^:/]*)(?::(\d{1,5}))?(?:\/.*)?$/.exec(text) ?? [];
  const bare = /^[0-9a-f:]*::[0-9a-f:]*$/i.test(text) ? text : host;
  return { url: null, host: bare, port: portOf(port) };
}

function endpointAt(scene: Scene, row: EndpointRow, match: Match): (Place & { byDefault: boolean }) | null {
  const read = (selectors: string[] | undefined): Secret | null =>
    selectors === undefined ? null : first(match.node, selectors, scene.secrets);
  const url = read(row.url);
  const host = read(row.host);
  const port = read(row.port);
  const shownPort = port === null ? null : portOf(scene.secrets.show(port));
  if (row.value !== undefined) {
    const place = placeOf(row.value);
    return { ...place, port: shownPort ?? place.port, byDefault: false };
  }
  const byDefault = row.default === undefined ? null : placeOf(row.default);
  const written = url === null ? '' : scene.secrets.url(url).shown.trim();
  if (written !== '') {
    const place = placeOf(written);
    return {
      ...place,
      host: place.host ?? byDefault?.host ?? null,
      port: place.port ?? shownPort,
      byDefault: false,
    };
  }
  const named = host === null ? '' : scene.secrets.show(host).trim();
  if (named !== '') {
    const place = placeOf(named);
    return { ...place, port: place.port ?? shownPort ?? byDefault?.port ?? null, byDefault: false };
  }
  if (byDefault === null)
    return shownPort === null ? null : { url: null, host: null, port: shownPort, byDefault: false };
  return { ...byDefault, port: shownPort ?? byDefault.port, byDefault: true };
}

/** Which fields a row reads: several services of one node differ in these. */
const fieldsOf = ({ url = [], host = [], port = [] }: EndpointRow): string =>
  [...url, ...host, ...port].join(' ');

/** Endpoints that rows name; with a default, one for the file that does not say. */
export function observeEndpoints(scene: Scene, rows: EndpointRow[]): Observed {
  const { secrets, claim, tree } = scene;
  const drafts: Draft[] = [];
  for (const row of rows) {
    const found = row.at.flatMap((at) => select(tree, at, secrets, claim.bindings));
    const matches = found.length === 0 && row.default !== undefined ? [rootMatch(tree)] : found;
    for (const match of matches) {
      if (row.when && !holds(row.when, treeValues(match.node, secrets))) continue;
      const place = endpointAt(scene, row, match);
      if (place === null) continue;
      const name = spellFirst(scene, match, row.name);
      const fact: FactOf<'endpoint'> = {
        ...commonOf(scene, 'endpoint', match, [row.role, name ?? '', fieldsOf(row)], row.confidence),
        role: row.role,
        name: name === null ? null : secrets.show(name),
        ...place,
        exposure: exposureOf(place.host),
        workspace: workspaceOf(scene),
      };
      drafts.push({ fact, tie: tieOf(claim) });
    }
  }
  return { drafts, leads: [], switches: [] };
}
