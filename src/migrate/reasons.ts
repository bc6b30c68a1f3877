/** Why a secret stays where it is, and what its user can do instead. One text for each reason. */
import type { Staying } from '../model/plan.ts';

type Words = { why: string; todo: string[] };

const rotate = 'rotate it if others could read the file, or copies and backups of it';
const variable = 'take a server, or a version of it, that reads the secret from a variable';

const words: Record<Staying, Words> = {
  'own-store': {
    why: 'its tool keeps it there itself, and would write it again',
    todo: ['turn on the keychain of the tool where it has one, and sign in again', rotate],
  },
  'in-text': {
    why: 'it is part of a text, a comment, a log or a profile and of no server definition',
    todo: [rotate],
  },
  argument: {
    why: 'it is an argument, and the server documents no other way to take it',
    todo: [variable, rotate],
  },
  address: {
    why: 'it is part of the address, and would come back into the process list or the config',
    todo: ['use a header or a sign-in instead, where the server offers one', rotate],
  },
  header: {
    why: 'the client cannot be given a header from the vault',
    todo: ['sign in with OAuth instead, where server and client can', rotate],
  },
  field: { why: 'only the client knows how this field is used', todo: [rotate] },
  reference: {
    why: 'it stands in a text with references that the client fills in',
    todo: ['write the secret without references around it', rotate],
  },
  'client-variable': {
    why: 'what the client fills in of the command is no folder for a server, so that it cannot be sealed',
    todo: ['write out the path or value in the command', rotate],
  },
  twice: {
    why: 'the definition gives its variable twice, or in two spellings',
    todo: ['leave one of the two'],
  },
  'no-command': { why: 'the definition starts no command that could be given it', todo: [rotate] },
  'one-line': {
    why: 'command and arguments are one line, which only a shell can take apart',
    todo: ['write the command and a list of arguments'],
  },
  prefixed: { why: 'the client puts words of its own before the command', todo: [rotate] },
  format: { why: 'files of this kind cannot be edited without changing more', todo: [rotate] },
  broken: { why: 'the file has errors, and may mean something else to its tool', todo: ['correct the file'] },
  layout: { why: 'it is set out so that it cannot be edited without changing more', todo: [rotate] },
  identity: { why: 'the edited definition would not be read as the same server', todo: [rotate] },
  link: {
    why: 'the file is a link, or lies behind one',
    todo: ['edit the file that the link means, or give the tool a file of its own'],
  },
  'several-names': {
    why: 'the file has several names (hard links), which would keep the old text',
    todo: ['leave one of the names'],
  },
  foreign: { why: 'the file does not belong to the user who runs this', todo: ['run this as its owner'] },
  managed: { why: 'it is not a setting of the user', todo: ['ask whoever manages it'] },
  repository: {
    why: 'the file is part of a repository, and others could not use the entry of this machine',
    todo: ['write a reference that the client fills in, and give everybody a secret of their own', rotate],
  },
  changed: { why: 'its tool keeps writing the file', todo: ['close the tool and try again'] },
  unused: {
    why: 'no definition uses these files any more',
    todo: ['remove them, and revoke the sign-in where its provider lists it'],
  },
  'entry-missing': {
    why: 'its definition is started through the launcher with an entry that this vault does not have for it',
    todo: ['take the launcher out of the definition (leave what stands behind `--`) and try again'],
  },
  launched: {
    why: 'its definition is started through the launcher, in a way that was changed by hand',
    todo: ['undo the definition (`migrate --undo --only ENTRY`), or take the launcher out, and try again'],
  },
  command: {
    why: 'the command behind the launcher was changed, and the entry is sealed to the former one',
    todo: ['if the new command may have the secrets: migrate --apply --only ENTRY'],
  },
  running: {
    why: 'a running program may be renewing it',
    todo: ['close the programs that use the server and try again'],
  },
};

/** The words of a reason. */
export function reasonWords(reason: Staying): Words {
  return words[reason];
}

/** What is left to do for what moved: no edit reaches copies that were made before. */
export const afterwards = `${rotate}; they are not changed`;
