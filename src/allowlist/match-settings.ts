/**
 * Editor profiles, settings, model endpoints and accounts against a list. Each is judged only by a list that
 * speaks of its kind; a setting only by one that names it.
 */
import type { Approvable, AllowlistEntry } from '../model/allowlist.ts';
import type { AccountFact, EndpointFact, PermissionFact, ProfileFact } from '../model/fact.ts';
import type { Entry } from './entry.ts';
import type { Fit } from './package.ts';
import { urlFits } from './url-template.ts';
import { loose, wildcards } from './wildcard.ts';

/** A fit, a near miss in words, a miss because the fact does not say, or no relation. */
export type Meant = Fit | { unknown: string } | false;

const listOf = (value: string | string[]): string[] => (typeof value === 'string' ? [value] : value);

function profileMeant({ profile = '' }: AllowlistEntry, fact: ProfileFact): Meant {
  return loose(profile, fact.name) || profile === fact.profile;
}

function settingMeant({ setting, level }: AllowlistEntry, fact: PermissionFact): Meant {
  if (setting !== fact.setting) return false;
  if (level === undefined || listOf(level).includes(fact.level)) return true;
  return `the level is ${fact.level}, the entry is for ${listOf(level).join(', ')}`;
}

/** `host`, `*.host` or `host:port` against what an endpoint is known by. */
function hostFits(pattern: string, { host, port }: EndpointFact): boolean {
  const [, name = '', wanted] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(pattern) ?? [];
  if (host === null || (wanted !== undefined && Number(wanted) !== port)) return false;
  const plain = (text: string): string[] =>
    text
      .toLowerCase()
      .replace(/^\[|\]$|\.$/g, '')
      .split('.');
  return wildcards(plain(name), plain(host));
}

function endpointMeant({ entry, url }: Entry, fact: EndpointFact): Meant {
  if (url !== null) return fact.url !== null && urlFits(url, fact.url);
  if (fact.host === null) return { unknown: 'its host is not known' };
  return hostFits(entry.endpoint ?? '', fact);
}

const same = (one: string, other: string | null): boolean => one.toLowerCase() === other?.toLowerCase();

function accountMeant({ account = '', organisation, plan }: AllowlistEntry, fact: AccountFact): Meant {
  if (account !== '*') {
    if (fact.domain === null) return { unknown: 'its domain is not known' };
    const [pattern, domain] = [account, fact.domain].map((text) => text.toLowerCase().split('.'));
    if (!wildcards(pattern!, domain!)) return false;
  }
  const own = [fact.organisation, fact.organisationId].filter((one) => one !== null);
  if (organisation !== undefined && !own.some((one) => same(organisation, one))) {
    if (own.length === 0) return { unknown: 'its organisation is not known' };
    return `the organisation is ${own[0]}, the entry is for ${organisation}`;
  }
  if (plan === undefined || listOf(plan).some((one) => same(one, fact.plan))) return true;
  if (fact.plan === null) return { unknown: 'its plan is not known' };
  return `the plan is ${fact.plan}, the entry is for ${listOf(plan).join(', ')}`;
}

export type Setting = Extract<Approvable, ProfileFact | PermissionFact | EndpointFact | AccountFact>;

/** Whether a list's entry is one of those that make it speak of a fact. */
export function speaksOf({ entry }: Entry, fact: Setting): boolean {
  switch (fact.kind) {
    case 'profile':
      return entry.profile !== undefined;
    case 'permission':
      return entry.setting === fact.setting;
    case 'endpoint':
      return fact.role === 'uses' && entry.endpoint !== undefined;
    case 'account':
      return entry.account !== undefined;
  }
}

/** Whether an entry that speaks of a fact means it. */
export function settingFits(one: Entry, fact: Setting): Meant {
  switch (fact.kind) {
    case 'profile':
      return profileMeant(one.entry, fact);
    case 'permission':
      return settingMeant(one.entry, fact);
    case 'endpoint':
      return endpointMeant(one, fact);
    case 'account':
      return accountMeant(one.entry, fact);
  }
}

/** What a fact is called where no entry means it. */
export function settingName(fact: Setting): string {
  switch (fact.kind) {
    case 'profile':
      return `profile ${fact.name}`;
    case 'permission':
      return `${fact.setting} ${fact.level}`;
    case 'endpoint':
      return `endpoint ${fact.url ?? fact.host ?? 'without a host'}`;
    case 'account':
      return `account ${fact.domain ?? fact.organisation ?? fact.plan ?? 'without a domain'}`;
  }
}
