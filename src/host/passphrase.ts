/**
 * A passphrase: asked for on the terminal without showing it, or from the environment where a program signs.
 * Never from the command line, which everybody on the machine can read.
 */
import { Secret } from '../secrets/secret.ts';

/** The variable that holds it where there is no terminal. */
export const passphraseVariable = 'SHADOWSCAN_PASSPHRASE';

const enter = new Set(['\r', '\n', '\u0004']);

/** Reads one line from the terminal without echo; null when it was broken off. */
function ask(question: string): Promise<Secret | null> {
  const { stdin, stderr } = terminal();
  stderr.write(question);
  return new Promise((resolve) => {
    let typed = '';
    const end = (answer: Secret | null): void => {
      stdin.off('data', listen);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      resolve(answer);
    };
    const listen = (chunk: Buffer): void => {
      for (const letter of chunk.toString('utf8')) {
        if (letter === '\u0003') return end(null);
        if (enter.has(letter)) return end(new Secret(typed));
        typed = letter === '\u007f' || letter === '\b' ? typed.slice(0, -1) : typed + letter;
      }
    };
    stdin.setRawMode(true);
    stdin.resume();
    stdin.on('data', listen);
  });
}

/** The streams that people type on and read; standard output is for data. */
function terminal(): Pick<NodeJS.Process, 'stdin' | 'stderr'> {
  return process;
}

/** The passphrase from the environment, else from the terminal; null without either. */
export async function passphrase(question: string): Promise<Secret | null> {
  const given = process.env[passphraseVariable];
  if (given !== undefined) return new Secret(given);
  return process.stdin.isTTY ? ask(question) : null;
}
