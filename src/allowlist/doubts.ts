/** Why an identity cannot be relied on, in words; and which doubts an approval of the command settles. */

const sentences: Record<string, string> = {
  variable: 'a variable decides what runs',
  'git-source': 'it is fetched from a git repository, not from a registry',
  'tarball-source': 'it is fetched from an address, not from a registry',
  'file-source': 'it is installed from a local folder or file',
  'shell-script': 'a line of shell decides what runs',
  'registry-override': 'it names another package registry',
  'injected-options': 'options or variables load further code',
  'search-path': 'a variable or an option says where to look for its code',
  'other-program': 'it runs another program than that of the package or image it names',
  'launcher-path': 'its launcher lies where others can put another program',
  'helper-command': 'a helper command that no allowlist names writes its headers',
  privileged: 'its container may do more to this machine than containers do',
  'no-tls-check': 'it does not check whom it talks to (TLS)',
  'too-many-wrappers': 'it is wrapped too deeply',
  userinfo: 'its URL holds a user name or password',
  alias: 'it installs one package under the name of another',
  'extra-packages': 'it installs further packages beside the one it runs',
  'remote-command': 'it runs on another machine',
  ambiguous: 'it can be read in two ways',
};

const settled = ['local-script', 'local-command'];

/** The doubts that no approval settles, in words. */
export function openDoubts(doubts: string[]): string[] {
  return doubts.filter((one) => !settled.includes(one)).map((one) => sentences[one] ?? one);
}

/** Whether only an approval of the command itself, by path and arguments, can mean it. */
export function isLocal(doubts: string[]): boolean {
  return doubts.some((one) => settled.includes(one));
}
