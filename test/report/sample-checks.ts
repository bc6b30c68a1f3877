/** Nine checks, in short, for the findings of the sample report. */
import type { Confidence, Severity } from '../../src/model/common.ts';

export type Check = {
  id: string;
  severity: Severity;
  title: string;
  why?: string;
  remedy: string;
  confidence?: Confidence;
};

export const checks = {
  malicious: {
    id: 'malicious-server',
    severity: 'critical',
    title: 'An MCP server is known to be malicious',
    why: 'Its code runs with the rights of the user whenever the agent starts, and sees what the agent sees.',
    remedy: 'Remove the entry, uninstall the package, and rotate every secret that the server could read.',
  },
  secret: {
    id: 'plaintext-secret',
    severity: 'high',
    title: 'A secret is stored in plaintext',
    why: 'Any program that runs as the user, any backup and any agent that reads files can copy it unseen.',
    remedy: 'Rotate the secret, then keep the new one in the keychain.',
  },
  autoApprove: {
    id: 'auto-approve',
    severity: 'high',
    title: 'An agent acts without asking',
    why: 'Text in a page, ticket or file can then run commands: nobody is asked before it happens.',
    remedy: 'Set approval back to the default, and allow single commands where asking is a burden.',
  },
  cleartext: {
    id: 'cleartext-remote',
    severity: 'high',
    title: 'A remote MCP server is reached without TLS',
    why: 'Whoever is on the path reads the token and can answer in the name of the server.',
    remedy: 'Use the https address of the server.',
  },
  unapproved: {
    id: 'unapproved-server',
    severity: 'medium',
    title: 'An MCP server is not on the allowlist',
    why: 'Nobody has looked at what it can read, where it sends it, and who maintains it.',
    remedy:
      'Remove the server, or ask for approval: `shadowscan allowlist why NAME` prints the entry to request.',
  },
  unpinned: {
    id: 'unpinned-package',
    severity: 'medium',
    title: 'A server is fetched anew in whatever version is latest',
    why: 'Whoever takes over the package runs code here the next time the agent starts.',
    remedy: 'Write an exact version.',
  },
  personal: {
    id: 'personal-account',
    severity: 'low',
    title: 'A personal account is signed in',
    remedy: 'Sign in with the account of the organisation.',
  },
  unverifiable: {
    id: 'unverifiable-server',
    severity: 'low',
    title: 'It cannot be told what an MCP server runs',
    why: 'A shell line or a local script can be anything, and change without notice.',
    remedy: 'Start the program directly, by its absolute path.',
    confidence: 'low',
  },
  runtime: {
    id: 'local-model-runtime',
    severity: 'info',
    title: 'A local model runtime is in use',
    remedy: 'Nothing has to be done; note that prompts to it are not logged anywhere.',
  },
} satisfies Record<string, Check>;
