/** `exec --mcp-auth`: what the launcher of the bridge needs of this machine. */
import { type Ended, type Environment, runBeside } from '../host/run-command.ts';
import { openRoom } from '../host/room.ts';
import { vaultFolder } from '../host/vault-host.ts';
import { runBridge as run, settleRoom } from '../migrate/launcher/bridge.ts';
import { prefixOf } from '../migrate/launcher/entries.ts';
import {
  bridgeWord,
  folderVariable,
  keptName,
  mainFolder,
  otherFolders,
} from '../migrate/launcher/layout.ts';
import type { Vault, VaultEntry } from '../migrate/vault.ts';

export type BridgeRun = {
  vault: Vault;
  entry: VaultEntry;
  argv: string[];
  env: Environment;
  warn(text: string): void;
};

const roomOfBridges = () =>
  openRoom({
    vault: vaultFolder(),
    main: mainFolder,
    aliases: otherFolders(),
    isKept: (name) => keptName(name) !== null,
    variable: folderVariable,
    word: bridgeWord,
  });

/** Brings what a killed run has left into the vault; false when a bridge is being run with files from it. */
export async function settleBridges(vault: Vault, warn: (text: string) => void): Promise<boolean> {
  const isUsed = (await vault.list()).some(({ id }) => prefixOf(id) !== null);
  return !isUsed || settleRoom(vault, roomOfBridges(), warn);
}

/** Runs a bridge with its token files from the vault, to its end. */
export function runBridge({ vault, entry, argv, env, warn }: BridgeRun): Promise<Ended> {
  const room = roomOfBridges();
  return run({ vault, entry, room, warn, run: (variables) => runBeside(argv, { ...env, ...variables }) });
}
