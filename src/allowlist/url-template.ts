/**
 * URLs as an allowlist writes them: `https://*.example.com/{tenant}/mcp`, `https://api.example.com/*`. A
 * wildcard stands for one label of the host, one segment of the path, or at the end of the path for all the
 * rest. Everything else must be equal: scheme, host, port, path. Queries are no part of an identity.
 */
import { normaliseUrl } from '../identity/url.ts';
import { segmentIdentity } from '../secrets/token-segment.ts';
import { wildcards } from './wildcard.ts';

export type UrlTemplate = {
  /** Scheme and port. */
  transport: string;
  labels: string[];
  segments: string[];
  /** Whether a final wildcard takes the rest of the path. */
  rest: boolean;
};

/** A normal URL in parts; its host has no dot at the end and its path no slash. */
function partsOf(normal: string): NormalUrl {
  const url = new URL(normal);
  const path = url.pathname.replace(/^\//, '');
  return {
    transport: `${url.protocol}${url.port}`,
    labels: url.hostname.split('.'),
    // Identities have digests for tokens, and so has what is compared with them.
    segments: path === '' ? [] : path.split('/').map((one) => segmentIdentity(one).replace('…', '%E2%80%A6')),
  };
}

/** The template, or in words what is wrong with it. */
export function urlTemplate(text: string): UrlTemplate | string {
  if (!/^(https?|wss?):\/\/./i.test(text)) return 'expected a whole URL such as https://mcp.example.com/mcp';
  if (/[?#]/.test(text)) return 'query and fragment are not compared; remove them';
  if (text.includes('$')) return 'must not hold a variable; write {name} for a part that varies';
  if (/[{}]/.test(text.replace(/\{[A-Za-z_][\w-]*\}/g, '')))
    return 'a name in braces is letters, digits, _ and -';
  const normal = normaliseUrl(text.replace(/\{[\w-]+\}/g, '*'));
  if (normal === null) return 'cannot be read as an URL; wildcards are for host and path only';
  if (normal.doubts.includes('userinfo')) return 'must not hold a user name or password; remove it';
  const parts = partsOf(normal.url);
  const rest = /[^/]\/+\*\/*$/.test(text);
  return { ...parts, segments: rest ? parts.segments.slice(0, -1) : parts.segments, rest };
}

/** Whether wildcards leave less than two labels fixed at the end of the host, as in `*.com`. */
export function isTooWide({ labels }: UrlTemplate): boolean {
  return labels.some((label) => label.includes('*')) && labels.slice(-2).some((label) => label.includes('*'));
}

function pathFits({ segments, rest }: UrlTemplate, path: string[]): boolean {
  const wild = rest || segments.some((segment) => segment.includes('*'));
  // Some servers read these as separators or ends, and `..` beside one then leads to another tenant; what is
  // no octet may be filled in later.
  const strange = /%(?:2f|5c|25|00|(?![0-9a-f]{2}))|^\.\.?;/i;
  if (wild && path.some((segment) => strange.test(segment))) return false;
  return wildcards(segments, rest ? path.slice(0, segments.length) : path);
}

export type NormalUrl = Omit<UrlTemplate, 'rest'>;

/** An URL that a definition names, in parts; null for one that is in doubt, which no template means. */
export function plainUrl(text: string): NormalUrl | null {
  const normal = normaliseUrl(text);
  return normal === null || normal.doubts.length > 0 ? null : partsOf(normal.url);
}

/** Whether such an URL is one that the template means. */
export function plainUrlFits(template: UrlTemplate, { transport, labels, segments }: NormalUrl): boolean {
  const wild = template.labels.some((label) => label.includes('*'));
  // A name that is none may be a pattern of the client's own, or be filled in later.
  if (wild && !labels.every((label) => /^[a-z0-9_-]+$/.test(label))) return false;
  return (
    transport === template.transport && wildcards(template.labels, labels) && pathFits(template, segments)
  );
}

/** Whether an URL is one that the template means. */
export function urlFits(template: UrlTemplate, text: string): boolean {
  const url = plainUrl(text);
  return url !== null && plainUrlFits(template, url);
}
