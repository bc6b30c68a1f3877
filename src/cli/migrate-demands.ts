/** What must hold before `migrate` changes anything: who runs it, what configs will name, and a yes. */
import { createInterface } from 'node:readline/promises';
import { identify } from '../identity/identify.ts';
import type { StepKit } from '../migrate/step.ts';
import type { Host } from '../model/host.ts';
import { usageError } from '../model/usage-error.ts';
import { Secret } from '../secrets/secret.ts';

/** Root must not write into a user's home, nor can it open that user's keychain. */
export function demandOwner({ effectiveUid, user, look: lookAt }: Host): void {
  if (effectiveUid !== 0) return;
  const seen = lookAt(user.home, user.home);
  if (seen === null || 'refused' in seen || seen.uid === 0) return;
  throw usageError(
    `${user.home}: belongs to another user, whose keychain only that user can open; run it as that user: ` +
      'sudo -u NAME -i shadowscan migrate (macOS: launchctl asuser UID sudo -u NAME -i shadowscan migrate)',
  );
}

/**
 * A program that lists can know for ours, in a place that others cannot write: configs are to name it for
 * long.
 */
export function demandInstalled(program: string[], { rules, secrets }: StepKit): void {
  const [command, ...before] = [...program, 'exec', '--entry', 'x', '--', 'npx', '-y', 'x@1'];
  const args = before.map((word) => new Secret(word));
  const known = identify({ command: new Secret(command!), args, url: null, env: [] }, rules, secrets);
  const plain = identify(
    { command: new Secret('npx'), args: args.slice(-2), url: null, env: [] },
    rules,
    secrets,
  );
  const isOurs = known.identity === plain.identity && known.doubts.every((one) => plain.doubts.includes(one));
  if (isOurs) return;
  throw usageError(
    `migrate: ${program.join(' ')} is no installed shadowscan that configs could go on naming; install ` +
      'it in a folder for programs, such as /usr/local/bin, and name it with --program',
  );
}

/** Whether the user says yes. Without a terminal nobody can be asked. */
export async function agreed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw usageError('migrate: nobody can be asked here; say --yes to change anything');
  const line = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await line.question(`${question} [y/N] `);
  line.close();
  return /^y(?:es)?$/i.test(answer.trim());
}
