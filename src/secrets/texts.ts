/**
 * What can be said of closed text without any rules: it is taken apart, decoded, digested and measured. What
 * comes of it is closed again, or tells nothing of a secret.
 */
import { type StoreKeyArgs, type StoreKeySpec, storeKeyOf } from './digest.ts';
import { expiryOf, ownExpiryOf } from './expiry.ts';
import { hiddenIn } from './hidden.ts';
import { isSealed } from './sealed.ts';
import { Secret } from './secret.ts';
import { assignmentOf, shellWords } from './shell.ts';
import { type StepName, domainOf, stepOf } from './steps.ts';
import { variablesOf } from './variables.ts';

export type Texts = {
  /** Words of one simple shell command; null when the line is more or other than that. */
  words(line: Secret): Secret[] | null;
  /** `NAME=value` in its parts; null otherwise. */
  assignment(arg: Secret): { name: string; value: Secret } | null;
  /** One decode step of a selector; null when it does not apply. */
  step(name: StepName, value: Secret): Secret | null;
  /** Text for a decoder, in UTF-8: what comes of it is closed again. */
  bytes(text: Secret): Buffer;
  /** One Secret a line, empty ones included. */
  lines(text: Secret): Secret[];
  /** Parts of a line between colons; one behind a backslash is part of its part. */
  colons(text: Secret): Secret[];
  /** Whether it is a private key that a passphrase protects. */
  sealed(secret: Secret): boolean;
  /** Name of a bridge's token files (hex); null when the arguments do not tell. */
  storeKey(spec: StoreKeySpec, args: StoreKeyArgs): string | null;
  /** How many characters of a text people cannot see and models read (`hidden.ts`). */
  hidden(text: Secret): number;
  /** Names of the variables that a text refers to, in any client's syntax. */
  variables(text: Secret): string[];
  /** Domain of an e-mail address in lower case, or null. */
  domain(value: Secret): string | null;
  /** ISO 8601 UTC of an expiry: seconds, milliseconds, ISO text, or the `exp` claim of a JWT; else null. */
  expiry(value: Secret | number): string | null;
  /** The same of a secret itself, which tells it by the `exp` claim of a JWT alone. */
  ownExpiry(secret: Secret): string | null;
};

/** The part of the kit that needs no rules. */
export const texts: Texts = {
  words: shellWords,
  assignment: assignmentOf,
  step: stepOf,
  bytes: (text) => Buffer.from(Secret.open(text), 'utf8'),
  lines: (text) =>
    Secret.open(text)
      .split(/\r\n?|\n/)
      .map((line) => new Secret(line)),
  colons: (text) =>
    Secret.open(text)
      .match(/(?<=^|:)(?:[^:\\]|\\.)*/gs)!
      .map((part) => new Secret(part.replace(/\\(.)/gs, '$1'))),
  sealed: isSealed,
  storeKey: storeKeyOf,
  hidden: hiddenIn,
  variables: variablesOf,
  domain: domainOf,
  expiry: expiryOf,
  ownExpiry: ownExpiryOf,
};
