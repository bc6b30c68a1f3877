/** What must hold before `migrate` changes anything: who runs it, what configs will name, and a yes. */
import { createInterface } from 'node:readline/promises';
import { identify } from '../identity/identify.ts';
import { keychainAbsent } from '../host/keychain.ts';
import { troubleWords } from '../migrate/keychain-words.ts';
import type { StepKit } from '../migrate/step.ts';
import type { Host } from '../model/host.ts';
import { usageError } from '../model/usage-error.ts';
import { Secret } from '../secrets/secret.ts';

/** Root must not write into a user's home, nor can it open that user's keychain. Null when it is well. */
function ownerFlaw({ effectiveUid, user, look: lookAt }: Host): string | null {
  if (effectiveUid !== 0) return null;
  const seen = lookAt(user.home, user.home);
  if (seen === null || 'refused' in seen || seen.uid === 0) return null;
  return (
    `${user.home}: belongs to another user, whose keychain only that user can open; run it as that user: ` +
    'sudo -u NAME -i shadowscan migrate (macOS: launchctl asuser UID sudo -u NAME -i shadowscan migrate)'
  );
}

/** The same, as a refusal. */
export function demandOwner(host: Host): void {
  const flaw = ownerFlaw(host);
  if (flaw !== null) throw usageError(flaw);
}

/**
 * What is wrong with a program that configs are to name for long: lists must know it for ours, and it must
 * lie where others cannot write.
 */
function programFlaw(program: string[], { rules, secrets }: StepKit): string | null {
  const [command, ...before] = [...program, 'exec', '--entry', 'x', '--', 'npx', '-y', 'x@1'];
  const args = before.map((word) => new Secret(word));
  const known = identify({ command: new Secret(command!), args, url: null, env: [] }, rules, secrets);
  const plain = identify(
    { command: new Secret('npx'), args: args.slice(-2), url: null, env: [] },
    rules,
    secrets,
  );
  const isOurs = known.identity === plain.identity && known.doubts.every((one) => plain.doubts.includes(one));
  return isOurs
    ? null
    : `migrate: ${program.join(' ')} is no installed shadowscan that configs could go on naming; install ` +
        'it in a folder for programs that only administrators write, such as /usr/local/bin, and start ' +
        'that one or name it with --program';
}

/** The same, as a refusal. */
export function demandInstalled(program: string[], kit: StepKit): void {
  const flaw = programFlaw(program, kit);
  if (flaw !== null) throw usageError(flaw);
}

/** Why `--apply` would be refused before it looks at anything, as far as can be told without the keychain. */
export function refusalOf(host: Host, program: string[], kit: StepKit): string | null {
  const absent = keychainAbsent();
  const noKeychain = absent === null ? null : `keychain_unavailable: ${troubleWords(absent)}`;
  return ownerFlaw(host) ?? programFlaw(program, kit)?.replace(/^migrate: /, '') ?? noKeychain;
}

/** What a shell says of a program that Ctrl-C has ended. */
const interrupted = 128 + 2;

/** What is typed; nothing at the end of input (Ctrl-D), and null when it is broken off (Ctrl-C). */
async function typed(question: string): Promise<string | null> {
  const line = createInterface({ input: process.stdin, output: process.stderr });
  const stop = new AbortController();
  let isBroken = false;
  line.once('SIGINT', () => {
    isBroken = true;
    line.close();
  });
  line.once('close', () => stop.abort());
  try {
    return await line.question(question, stop);
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    // The prompt has no end of line.
    console.error('');
    return isBroken ? null : '';
  } finally {
    line.close();
  }
}

/** Whether the user says yes. Ctrl-D is a no, Ctrl-C too, with an exit code; no terminal is a refusal. */
export async function agreed(question: string, yes = false): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw usageError('migrate: nobody can be asked here; say --yes to change anything');
  const answer = await typed(`${question} [y/N] `);
  if (answer === null) process.exitCode = interrupted;
  return answer !== null && /^y(?:es)?$/i.test(answer.trim());
}
