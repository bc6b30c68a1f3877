/** What a list says beyond servers: profiles, settings, endpoints, accounts; where entries hold. */
import { describe, expect, test } from 'vitest';
import { matcher } from '../../src/allowlist/match.ts';
import { parseAllowlist } from '../../src/allowlist/parse.ts';
import { approve as judgeFacts } from '../../src/evaluate/approve.ts';
import type { Approvable, Decision } from '../../src/model/allowlist.ts';
import type { Fact } from '../../src/model/fact.ts';
import { fact } from '../evaluate/default-facts.ts';

type Entry = Record<string, unknown>;
const now = new Date('2026-11-20T12:00:00Z');

function decider(approve: Entry[], deny: Entry[] = [], host = 'laptop-7') {
  const text = JSON.stringify({ version: 1, name: 'test', approve, deny });
  return matcher(parseAllowlist(Buffer.from(text), 'list.json'), now, host);
}
const decide = (one: Approvable, approve: Entry[], deny: Entry[] = [], host?: string): Decision =>
  decider(approve, deny, host)(one);
const verdict = (...args: Parameters<typeof decide>): string => decide(...args).verdict;

describe('settings', () => {
  const bypass = fact('permission', { setting: 'approval', level: 'bypass' });
  const ask = fact('permission', { setting: 'approval', level: 'ask' });

  test('a denied level is that level', () => {
    const deny = [{ setting: 'approval', level: 'bypass', reason: 'nobody watches' }];
    expect(decide(bypass, [], deny)).toMatchObject({
      verdict: 'denied',
      why: 'denied by deny[0] (approval bypass): nobody watches',
    });
    expect(verdict(ask, [], deny)).toBe('unjudged');
    expect(verdict(fact('permission', { setting: 'sandbox', level: 'bypass' }), [], deny)).toBe('unjudged');
  });

  test('where levels of a setting are approved, others of it are not', () => {
    const approve = [{ setting: 'approval', level: ['ask', 'plan'] }];
    expect(verdict(ask, approve)).toBe('approved');
    expect(decide(bypass, approve)).toMatchObject({
      verdict: 'unapproved',
      why: 'approve[0]: the level is bypass, the entry is for ask, plan',
    });
    expect(verdict(fact('permission', { setting: 'sandbox', level: 'off' }), approve)).toBe('unjudged');
  });
});

describe('profiles', () => {
  test('by name, in any case, or by id', () => {
    const work = fact('profile');
    expect(verdict(work, [{ profile: 'work' }])).toBe('approved');
    expect(verdict(work, [{ profile: 'a1b2' }])).toBe('approved');
    expect(verdict(work, [{ profile: 'Home' }])).toBe('unapproved');
    expect(verdict(work, [{ profile: '*' }], [{ profile: 'W*' }])).toBe('denied');
    expect(verdict(work, [{ setting: 'approval' }])).toBe('unjudged');
  });
});

describe('model endpoints', () => {
  const uses = (url: string | null, host: string | null, port: number | null = null) =>
    fact('endpoint', { role: 'uses', url, host, port, exposure: 'network' });

  test.each<[string, string | null, string | null, number | null, string]>([
    ['api.example.com', 'https://api.example.com/v1', 'api.example.com', null, 'approved'],
    ['API.example.com', null, 'api.example.com.', null, 'approved'],
    ['*.example.com', null, 'eu.example.com', null, 'approved'],
    ['*.example.com', null, 'example.com', null, 'unapproved'],
    ['*.example.com', null, 'a.b.example.com', null, 'unapproved'],
    ['api.example.com', null, 'api.example.com.evil.example', null, 'unapproved'],
    ['api.example.com', 'https://api.example.com@evil.example/', 'evil.example', null, 'unapproved'],
    ['127.0.0.1:11434', null, '127.0.0.1', 11434, 'approved'],
    ['127.0.0.1:11434', null, '127.0.0.1', 8080, 'unapproved'],
    ['https://api.example.com/*', 'https://api.example.com/v1/chat', 'api.example.com', null, 'approved'],
    ['https://api.example.com/*', 'http://api.example.com/v1/chat', 'api.example.com', null, 'unapproved'],
    ['https://api.example.com/*', 'https://api.example.com:8443/v1', 'api.example.com', 8443, 'unapproved'],
    ['api.example.com', null, null, null, 'unverifiable'],
  ])('%s and %s %s:%s', (endpoint, url, host, port, expected) => {
    expect(verdict(uses(url, host, port), [{ endpoint }])).toBe(expected);
  });

  test('a local service is no model that is used, and no list means it', () => {
    expect(
      verdict(fact('endpoint', { role: 'serves', host: '127.0.0.1' }), [{ endpoint: 'x.example' }]),
    ).toBe('unjudged');
  });

  test('an address of a model is none of a server, and the other way round', () => {
    const remote = fact('server', { identity: 'https://api.example.com/mcp', package: null });
    const endpoint = 'https://api.example.com/*';
    expect(verdict(remote, [{ endpoint }])).toBe('unapproved');
    expect(verdict(remote, [{ url: endpoint }])).toBe('approved');
    expect(verdict(remote, [], [{ endpoint }])).toBe('unapproved');
    expect(verdict(remote, [], [{ url: endpoint }])).toBe('denied');
    expect(verdict(uses('https://api.example.com/v1', 'api.example.com'), [{ url: endpoint }])).toBe(
      'unjudged',
    );
  });

  test('a denial', () => {
    expect(verdict(uses(null, 'api.evil.example'), [], [{ endpoint: '*.evil.example' }])).toBe('denied');
    expect(verdict(uses(null, 'api.example'), [], [{ endpoint: '*.evil.example' }])).toBe('unjudged');
  });
});

describe('accounts', () => {
  const account = (part: Entry) => fact('account', { domain: null, ...part });
  const corporate = { account: 'example.com' };

  test('by domain, organisation and plan', () => {
    expect(verdict(account({ domain: 'Example.com' }), [corporate])).toBe('approved');
    expect(verdict(account({ domain: 'mail.example.com' }), [corporate])).toBe('unapproved');
    expect(verdict(account({ domain: 'example.com.evil.example' }), [corporate])).toBe('unapproved');
    const team = [{ account: '*', organisation: 'Example Corp', plan: ['team', 'enterprise'] }];
    expect(verdict(account({ organisation: 'example corp', plan: 'Enterprise' }), team)).toBe('approved');
    expect(verdict(account({ organisation: 'x', organisationId: 'Example Corp', plan: 'team' }), team)).toBe(
      'approved',
    );
    expect(decide(account({ organisation: 'Example Corp', plan: 'pro' }), team)).toMatchObject({
      verdict: 'unapproved',
      why: 'approve[0]: the plan is pro, the entry is for team, enterprise',
    });
  });

  test('what the client does not say cannot be told', () => {
    expect(verdict(account({ plan: 'team' }), [corporate])).toBe('unverifiable');
    expect(verdict(account({ domain: 'example.com' }), [{ ...corporate, plan: 'team' }])).toBe(
      'unverifiable',
    );
    expect(verdict(account({ domain: 'example.com' }), [{ agent: 'x' }])).toBe('unjudged');
  });

  test('a denied plan', () => {
    expect(verdict(account({ plan: 'pro' }), [], [{ account: '*', plan: 'pro' }])).toBe('denied');
    expect(verdict(account({ plan: 'team' }), [], [{ account: '*', plan: 'pro' }])).toBe('unjudged');
  });
});

describe('where an entry holds', () => {
  const server = fact('server');
  const entry = { package: 'npm:some-mcp' };

  test.each<[Entry, string, string]>([
    [{ clients: ['some-agent'] }, 'approved', 'denied'],
    [{ clients: ['other-agent'] }, 'unapproved', 'unapproved'],
    [{ users: ['al*'] }, 'approved', 'denied'],
    [{ users: ['bob'] }, 'unapproved', 'unapproved'],
    [{ hosts: ['LAPTOP-*'] }, 'approved', 'denied'],
    [{ hosts: ['build-*', 'desk-1'] }, 'unapproved', 'unapproved'],
  ])('%s', (scope, approved, denied) => {
    expect(verdict(server, [{ ...entry, ...scope }])).toBe(approved);
    expect(verdict(server, [], [{ ...entry, ...scope }])).toBe(denied);
  });

  test('a server that two clients share is approved for both or not at all, and denied for either', () => {
    const shared = { ...server, tools: ['other-agent', 'some-agent'] };
    expect(verdict(shared, [{ ...entry, clients: ['some-agent'] }])).toBe('unapproved');
    expect(verdict(shared, [{ ...entry, clients: ['some-agent', 'other-agent'] }])).toBe('approved');
    expect(verdict(shared, [entry], [{ ...entry, clients: ['other-agent'] }])).toBe('denied');
  });

  test('a thing of the machine belongs to no user', () => {
    expect(verdict({ ...server, user: null }, [{ ...entry, users: ['*'] }])).toBe('unapproved');
  });
});

describe('MCP tools of a server', () => {
  const entry = { package: 'npm:some-mcp', tools: { allow: ['search', 'read'], deny: ['delete'] } };
  function beyond(toolLists: Entry | undefined, tools: Entry = entry.tools): unknown {
    const facts: Fact[] = [fact('server', toolLists === undefined ? {} : { toolLists })];
    const [one] = judgeFacts(facts, decider([{ ...entry, tools }]), { threats: [], remotes: [] });
    return one?.kind === 'server' ? (one.toolsBeyond ?? []) : null;
  }

  test('are recorded with the approval', () => {
    expect(decide(fact('server'), [entry]).approval).toMatchObject({ tools: entry.tools });
  });

  test('of the client are held against those of the entry', () => {
    expect(beyond(undefined)).toEqual([]);
    expect(beyond({ allow: ['search'] })).toEqual([]);
    expect(beyond({ allow: ['search', 'delete', 'write'] })).toEqual(['delete', 'write']);
    expect(beyond({ auto: ['write'], allow: ['search'] })).toEqual(['write']);
    expect(beyond({ allow: ['search', 'write'], deny: ['write'] })).toEqual([]);
    expect(beyond({ allow: ['*'] })).toEqual(['*', 'delete']);
    expect(beyond({ allow: ['*'] }, { deny: ['delete'] })).toEqual(['delete']);
    expect(beyond({ allow: ['*'], deny: ['delete'] }, { deny: ['delete'] })).toEqual([]);
    expect(beyond({ allow: ['write'] }, { deny: ['delete'] })).toEqual([]);
  });
});

test('facts that a list does not speak of stay as they are', () => {
  const facts: Fact[] = [fact('permission'), fact('account'), fact('endpoint')];
  const rules = { threats: [], remotes: [] };
  expect(judgeFacts(facts, decider([{ package: 'npm:x' }]), rules)).toEqual(facts);
  const [judged] = judgeFacts(facts, decider([{ setting: 'approval', level: 'ask' }]), rules);
  expect(judged).toMatchObject({ verdict: 'approved', approval: { entry: 'approve[0]' } });
});
