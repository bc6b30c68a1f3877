/**
 * An MCP server behind OAuth on this machine, made of the SDK's own parts: dynamic registration, PKCE,
 * refresh tokens that are replaced with each use. Whoever presents one again loses them all, as real servers
 * do.
 */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OAuthServerProvider } from '@modelcontextprotocol/sdk/server/auth/provider.js';
import { InvalidGrantError, InvalidTokenError } from '@modelcontextprotocol/sdk/server/auth/errors.js';
import { requireBearerAuth } from '@modelcontextprotocol/sdk/server/auth/middleware/bearerAuth.js';
import { mcpAuthRouter } from '@modelcontextprotocol/sdk/server/auth/router.js';
import { createMcpExpressApp } from '@modelcontextprotocol/sdk/server/express.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { OAuthClientInformationFull, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';

export type OAuthServer = {
  url: string;
  /** Sign-ins in a browser, refreshes, and refresh tokens that came a second time. */
  stats: { signIns: number; refreshes: number; reused: number; calls: number };
  /** Every token that was ever given out. */
  issued: string[];
  /** Makes all access tokens worthless, and leaves refresh tokens as they are. */
  expire(): void;
  /** Seconds that new access tokens are said to last. */
  last(seconds: number): void;
  close(): Promise<void>;
};

type Grant = { family: string; expires: number };

function makeProvider(server: Omit<OAuthServer, 'url' | 'close'>, state: { seconds: number }) {
  const clients = new Map<string, OAuthClientInformationFull>();
  const codes = new Map<string, string>();
  const access = new Map<string, Grant>();
  const refresh = new Map<string, { family: string; used: boolean }>();
  const { stats, issued } = server;
  const make = (kind: string): string => {
    const token = `${kind}-${randomBytes(24).toString('hex')}`;
    issued.push(token);
    return token;
  };
  const issue = (family: string): OAuthTokens => {
    const [token, next] = [make('access'), make('refresh')];
    access.set(token, { family, expires: Date.now() + state.seconds * 1000 });
    refresh.set(next, { family, used: false });
    return { access_token: token, token_type: 'bearer', expires_in: state.seconds, refresh_token: next };
  };
  const revoke = (family: string): void => {
    for (const [token, grant] of access) if (grant.family === family) access.delete(token);
    for (const [token, grant] of refresh) if (grant.family === family) refresh.delete(token);
  };
  const provider: OAuthServerProvider = {
    clientsStore: {
      getClient: (id) => clients.get(id),
      registerClient(client) {
        const full = { ...client, client_id: randomBytes(8).toString('hex') };
        clients.set(full.client_id, full);
        return full;
      },
    },
    async authorize(_client, { state: given, codeChallenge, redirectUri }, response) {
      stats.signIns += 1;
      const code = randomBytes(8).toString('hex');
      codes.set(code, codeChallenge);
      const back = new URL(redirectUri);
      back.searchParams.set('code', code);
      if (given !== undefined) back.searchParams.set('state', given);
      response.redirect(back.href);
    },
    async challengeForAuthorizationCode(_client, code) {
      return codes.get(code) ?? '';
    },
    async exchangeAuthorizationCode(_client, code) {
      if (!codes.delete(code)) throw new InvalidGrantError('no such code');
      return issue(randomBytes(4).toString('hex'));
    },
    async exchangeRefreshToken(_client, token) {
      const known = refresh.get(token);
      if (known === undefined) throw new InvalidGrantError('no such token');
      if (known.used) {
        stats.reused += 1;
        revoke(known.family);
        throw new InvalidGrantError('used before');
      }
      known.used = true;
      stats.refreshes += 1;
      return issue(known.family);
    },
    async verifyAccessToken(token) {
      const grant = access.get(token);
      if (grant === undefined || grant.expires < Date.now()) throw new InvalidTokenError('expired');
      return { token, clientId: 'any', scopes: [], expiresAt: Math.floor(grant.expires / 1000) + 1 };
    },
  };
  return { provider, expire: () => access.clear() };
}

/** Answers one request of a client: its server exists for that alone. */
async function answer(
  { stats }: Pick<OAuthServer, 'stats'>,
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
): Promise<void> {
  const server = new McpServer({ name: 'example', version: '1.0.0' });
  server.registerTool('ping', { description: 'answers' }, async () => {
    stats.calls += 1;
    return { content: [{ type: 'text' as const, text: 'pong' }] };
  });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined });
  response.on('close', () => void server.close());
  await server.connect(transport);
  await transport.handleRequest(request, response, request.body);
}

/** Starts one on a free port of this machine. */
export async function startServer(seconds = 3600): Promise<OAuthServer> {
  const state = { seconds };
  const own = {
    stats: { signIns: 0, refreshes: 0, reused: 0, calls: 0 },
    issued: [] as string[],
    expire: () => {},
    last: (next: number) => void (state.seconds = next),
  };
  const { provider, expire } = makeProvider(own, state);
  const app = createMcpExpressApp();
  const listening = await new Promise<Server>((resolve) => {
    const started: Server = app.listen(0, '127.0.0.1', () => resolve(started));
  });
  const base = `http://localhost:${(listening.address() as AddressInfo).port}`;
  const free = { rateLimit: false as const };
  app.use(
    mcpAuthRouter({
      provider,
      issuerUrl: new URL(base),
      authorizationOptions: free,
      tokenOptions: free,
      clientRegistrationOptions: free,
    }),
  );
  const ask = (request: IncomingMessage, response: ServerResponse): void =>
    void answer(own, request, response);
  app.post('/mcp', requireBearerAuth({ verifier: provider }), ask);
  // No stream: answers come with the requests.
  app.get(
    '/mcp',
    requireBearerAuth({ verifier: provider }),
    (_request: IncomingMessage, response: ServerResponse) => {
      response.writeHead(405).end();
    },
  );
  return {
    ...own,
    expire,
    url: `${base}/mcp`,
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve());
        listening.closeAllConnections();
      }),
  };
}
