/** Why an identity cannot be relied on, in words; and which doubts an approval of the command settles. */
import type { AllowlistEntry } from '../model/allowlist.ts';
import { softDoubts } from '../model/words.ts';
import type { ServerFact } from '../model/fact.ts';

const sentences: Record<string, string> = {
  variable: 'a variable decides what runs',
  'git-source': 'it is fetched from a git repository, not from a registry',
  'tarball-source': 'it is fetched from an address, not from a registry',
  'file-source': 'it is installed from a local folder or file',
  'local-script': 'it is a file of this machine, which only an entry with its path can mean',
  'local-command': 'it is a program of this machine, which only an entry with its name or path can mean',
  'shell-script': 'a line of shell decides what runs',
  'registry-override': 'it names another package registry',
  'injected-options': 'options or variables load further code',
  'search-path': 'a variable or an option says where to look for its code',
  'other-program': 'it runs another program than that of the package or image it names',
  'launcher-path': 'its launcher lies where others can put another program',
  'helper-command': 'a helper command that no allowlist names writes its headers',
  privileged: 'its container may do more to this machine than containers do',
  'no-tls-check': 'it does not check whom it talks to (TLS)',
  'launcher-folder': 'its launcher lies in a folder that launchers are not installed in',
  'package-folder': 'it runs packages that lie in a folder where they are not installed for all',
  'working-folder': 'it starts in a folder whose own code may run instead',
  'env-file': 'a file sets its variables, which may load further code',
  'own-proxy': 'its own variables name a proxy for it to talk through',
  'own-ca': 'its own variables say which certificates it trusts',
  indirect: 'the definition names neither command nor URL',
  'too-many-wrappers': 'it is wrapped too deeply',
  userinfo: 'its URL holds a user name or password',
  alias: 'it installs one package under the name of another',
  'extra-packages': 'it installs further packages beside the one it runs',
  'remote-command': 'it runs on another machine',
  ambiguous: 'it can be read in two ways',
};

/** Doubts that the approval of a command settles by its very kind. */
const settled = ['local-script', 'local-command'];

/** The doubts that no approval settles, in words. */
export function openDoubts(doubts: string[]): string[] {
  const soft: readonly string[] = softDoubts;
  return doubts.filter((one) => !settled.includes(one) && !soft.includes(one)).map(doubtInWords);
}

/** Doubts about the surroundings that an entry does not accept, neither by saying so nor by naming all. */
export function unaccepted({ accept = [], command, args }: AllowlistEntry, fact: ServerFact): string[] {
  const accepted: readonly string[] = accept;
  // An entry that names the program as written and every argument has seen the launcher and the file.
  const whole = args !== undefined && command !== undefined && command === fact.command;
  // What a field beside them names it has not.
  const file = fact.envFiles === undefined ? ['env-file'] : [];
  const seen = whole ? ['launcher-folder', ...file] : [];
  const soft: readonly string[] = softDoubts;
  return fact.doubts.filter((one) => soft.includes(one) && !accepted.includes(one) && !seen.includes(one));
}

/** A doubt as a sentence without its full stop. */
export function doubtInWords(doubt: string): string {
  return sentences[doubt] ?? doubt;
}

/** Whether only an approval of the command itself, by path and arguments, can mean it. */
export function isLocal(doubts: string[]): boolean {
  return doubts.some((one) => settled.includes(one));
}
