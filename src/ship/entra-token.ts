/**
 * Access tokens of Microsoft Entra for a program by itself (OAuth 2.0 client credentials; Microsoft identity
 * platform documentation, read in November 2026). A token stays in memory, until shortly before it ends.
 */
import type { Send } from '../model/delivery.ts';
import { limits } from '../limits.ts';
import { isPassing, jsonOf, retryAfter } from './judged.ts';

export type EntraApp = {
  /** `https://login.microsoftonline.com`, or that of another cloud. */
  authority: URL;
  tenant: string;
  client: string;
  /** What the token is for, such as `https://monitor.azure.com`. */
  audience: string;
  secret: string;
};

export type TokenSource = {
  /** The token, or why there is none, and how many milliseconds to wait where the authority says so. */
  get(): Promise<{ token: string } | { failed: string; wait?: number }>;
  /** The token was refused: the next one is another one. */
  forget(): void;
};

/** Codes of the authority are words; anything else of its answers is not passed on. */
const codeOf = (error: unknown, status: number): string =>
  typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? error : `status ${status}`;

/** Tokens for one program. `now` is in milliseconds. */
export function entraTokens(app: EntraApp, send: Send, now: () => number): TokenSource {
  const url = new URL(`/${app.tenant}/oauth2/v2.0/token`, app.authority);
  let kept: { token: string; until: number } | null = null;
  const get: TokenSource['get'] = async () => {
    if (kept !== null && now() < kept.until) return { token: kept.token };
    const form = new URLSearchParams({
      client_id: app.client,
      scope: `${app.audience}/.default`,
      client_secret: app.secret,
      grant_type: 'client_credentials',
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await send({ method: 'POST', url, headers, body: Buffer.from(form.toString()) });
    if ('failed' in reply) return { failed: `no token: ${reply.failed}` };
    const { access_token: token, expires_in: seconds, error } = jsonOf(reply);
    if (reply.status !== 200 || typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
      const wait = isPassing(reply.status) ? retryAfter(reply, now()) : undefined;
      return { failed: `no token: ${codeOf(error, reply.status)}`, ...(wait !== undefined && { wait }) };
    }
    const lasts = Math.max(0, Number(seconds) || 0) * 1000 - limits.tokenMarginMilliseconds;
    kept = { token, until: now() + lasts };
    return { token };
  };
  return {
    get,
    forget() {
      kept = null;
    },
  };
}
