/**
 * What a finding is known by from run to run: the check, what it is about, and its place by names. Values,
 * versions, lines and list positions are no part of it, nor are the user and where the home lies, so that the
 * same thing on two laptops is one thing.
 */
import { createHash } from 'node:crypto';
import { runs } from '../identity/package-of.ts';
import type { Fact } from '../model/fact.ts';

export type Homes = { user: string | null; path: string }[];

/** A path to compare: forward slashes; lower case on Windows, whose paths have no case. */
export function plainPath(path: string): string {
  const text = path.replaceAll('\\', '/').replace(/\/+$/, '');
  return /^[A-Za-z]:/.test(text) ? text.toLowerCase() : text;
}

/** `~/...` for what lies in a home, the path itself for all else. */
export function relative(path: string, homes: Homes): string {
  const text = plainPath(path);
  const home = homes
    .map((one) => plainPath(one.path))
    .filter((one) => one !== '' && (text === one || text.startsWith(`${one}/`)))
    .toSorted((one, other) => other.length - one.length)[0];
  return home === undefined ? text : `~${text.slice(home.length)}`;
}

/** Folders of plugins and extensions carry their version. */
function withoutVersions(path: string): string {
  return path.replace(/\d+\.\d+(?:\.\d+)*(?:[-+][\w.-]+)?(?=\/|$)/g, '*');
}

/** Names in a pointer: no list positions, folders relative to their home. */
function pointerNames(pointer: string, homes: Homes): string {
  return pointer
    .split('/')
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? '*' : relative(part, homes)))
    .join('\n');
}

/** What the fact is about, without version or value. */
function subject(fact: Fact): (string | null)[] {
  switch (fact.kind) {
    case 'server': {
      const found = runs(fact);
      return [found ? `${found.type}:${found.name}` : fact.identity];
    }
    case 'credential':
      return [fact.secret.type, fact.field];
    case 'account':
      return [fact.organisationId ?? fact.organisation ?? fact.domain];
    case 'extension':
      return [fact.extension, fact.profile];
    case 'profile':
      return [fact.profile];
    case 'permission':
      return [fact.setting];
    case 'endpoint':
      return [fact.role, fact.name];
    case 'command':
      return [fact.purpose, fact.name];
    case 'instruction':
      return [fact.role, fact.name];
    case 'gap':
      return [fact.stage, fact.reason];
    default:
      return [];
  }
}

/** Where the fact is, by names. Agents and extensions are one thing wherever they are installed. */
function place(fact: Fact, homes: Homes): (string | null)[] {
  if (fact.kind === 'agent' || fact.kind === 'extension') return [fact.scope];
  const path = relative(fact.origin.path, homes);
  const moving = fact.scope !== 'project' && fact.kind !== 'credential' && fact.kind !== 'gap';
  const names = fact.kind === 'server' ? fact.name : fact.kind === 'credential' ? fact.serverName : null;
  const workspace = 'workspace' in fact && fact.workspace !== null ? relative(fact.workspace, homes) : null;
  return [
    fact.scope,
    moving ? withoutVersions(path) : path,
    pointerNames(fact.origin.pointer ?? '', homes),
    names,
    workspace,
    fact.kind === 'workspace' ? relative(fact.path, homes) : null,
  ];
}

/** 32 hex digits. `ordinal` tells apart what is the same by all names; 0 for the first. */
export function fingerprint(check: string, fact: Fact, homes: Homes, ordinal: number): string {
  const parts = [check, fact.kind, fact.tools, subject(fact), place(fact, homes), ordinal];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}
