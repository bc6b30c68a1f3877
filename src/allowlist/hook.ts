/**
 * What a client tells a hook of a server, as a definition that the list can be asked about. Of the command
 * there is one line: where its words cannot be told apart for sure, nobody says what would run.
 */
import { identify } from '../identity/identify.ts';
import type { ServerFact } from '../model/fact.ts';
import { Secret } from '../secrets/secret.ts';
import { type Identifying, factOf } from './import-managed.ts';

export type HookInput = { command?: string; url?: string };

/** Quotes, escapes and line breaks: a word may begin or end there, or not. */
const unclear = /["'`\r\n\t]|\\[\s\\]|\s{2}|^\s|\s$/;

/** Shells: which words of the line were one argument decides what they run. */
const shell = /^(?:.*[/\\])?(?:ba|da|z|k|fi)?sh(?:\.exe)?$|^(?:.*[/\\])?(?:pwsh|powershell)(?:\.exe)?$/i;

/** The server, or null when it cannot be told what the line would start. */
export function toldServer(
  { command = '', url = '' }: HookInput,
  client: { tools: string[]; user: string | null },
  given: Identifying,
): ServerFact | null {
  if ((command === '') === (url === '') || unclear.test(command)) return null;
  const words = command.split(' ');
  if (words.some((word) => shell.test(word))) return null;
  const [program, ...args] = words.map((word) => new Secret(word));
  const definition =
    command === ''
      ? { command: null, args: [], url: new Secret(url), env: [] }
      : { command: program!, args, url: null, env: [] };
  const known = identify(definition, given.rules, given.secrets);
  return { ...factOf(known), transport: command === '' ? 'http' : 'stdio', ...client };
}
