/** Completions in the shells themselves, and the manual page under mandoc's eye; .ci/run installs them. */
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

const top = path.join(import.meta.dirname, '..');
const program = path.join(top, 'src', 'cli', 'main.ts');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-shells-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

function scriptFor(shell: string): string {
  const { stdout, status } = spawnSync(process.execPath, [program, 'completion', shell], {
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  const file = path.join(folder, shell === 'zsh' ? '_shadowscan' : shell);
  fs.writeFileSync(file, stdout);
  return file;
}

function run(command: string, args: string[]): string {
  const { stdout, stderr, error } = spawnSync(command, args, {
    encoding: 'utf8',
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: folder, TERM: 'dumb' },
    timeout: 60_000,
  });
  expect(error, `${command} is needed; .ci/run installs it`).toBeUndefined();
  expect(stderr).toBe('');
  return stdout;
}

/** What a shell offers for a command line. */
const offers: Record<string, (script: string, line: string) => string[]> = {
  bash(script, line) {
    const words = line.split(' ');
    const given = words.map((word) => `'${word}'`).join(' ');
    const said = run('bash', [
      '--norc',
      '-c',
      `. ${script}; COMP_WORDS=(${given}) COMP_CWORD=${words.length - 1}; _shadowscan; printf '%s\\n' "\${COMPREPLY[@]}"`,
    ]);
    return said.split('\n').filter(Boolean);
  },
  fish(script, line) {
    const said = run('fish', ['--no-config', '-c', `source ${script}; complete -C '${line}'`]);
    return said.split('\n').flatMap((one) => (one === '' ? [] : [one.split('\t')[0]!]));
  },
  zsh(_script, line) {
    // In a terminal of its own: the list of zsh is drawn, not returned.
    const said = run('zsh', [
      '-f',
      '-c',
      `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "PS1=; stty columns 200; fpath=(${folder} \\$fpath); autoload -Uz compinit; compinit -u -d ${folder}/dump"
zpty -w z "zstyle ':completion:*' list-prompt ''; bindkey '^I' list-choices; LISTMAX=1000; echo rea''dy"
zpty -r z out '*ready*'
zpty -n -w z $'${line}\\t'
sleep 3
while zpty -r -t z out; do print -r -- "$out"; done
zpty -d z`,
    ]);
    return said.match(/(?<![\w-])-{0,2}[a-z][\w-]*/g) ?? [];
  },
};

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  test('offers commands, commands below them, options and known values', { timeout: 120_000 }, () => {
    const script = scriptFor(shell);
    const of = (line: string): string[] => offers[shell]!(script, line);
    expect(of('shadowscan s')).toEqual(expect.arrayContaining(['scan', 'schema']));
    expect(of('shadowscan s')).not.toContain('doctor');
    expect(of('shadowscan allowlist s')).toEqual(expect.arrayContaining(['sign', 'sync']));
    expect(of('shadowscan scan --fail')).toContain('--fail-on');
    const values = of('shadowscan scan --fail-on ');
    expect(values).toEqual(expect.arrayContaining(['critical', 'high', 'none']));
    expect(values).not.toContain('--deep');
    // Values of operands, and of options that take more than these.
    expect(of('shadowscan osquery ')).toEqual(expect.arrayContaining(['atc', 'pack', 'fleet']));
    expect(of('shadowscan completion z')).toEqual(expect.arrayContaining(['zsh']));
    expect(of('shadowscan schema rep')).toEqual(expect.arrayContaining(['report']));
    expect(of('shadowscan explain package-')).toEqual(expect.arrayContaining(['package-unpinned']));
    expect(of('shadowscan tools curs')).toEqual(expect.arrayContaining(['cursor']));
    expect(of('shadowscan scan --format sar')).toEqual(expect.arrayContaining(['sarif']));
    expect(of('shadowscan explain osq')).not.toContain('pack');
    // Not those of another command, and nothing that help does not list.
    expect(of('shadowscan doctor --')).not.toContain('--fail-on');
    expect(of('shadowscan scan-')).not.toContain('scan-home');
  });
});

test('a shell that is not known is a wrong call', () => {
  const { stderr, status } = spawnSync(process.execPath, [program, 'completion', 'tcsh'], {
    encoding: 'utf8',
  });
  expect([stderr.startsWith('shadowscan: '), stderr.trim().split('\n').length, status]).toEqual([true, 1, 2]);
});

test('the manual page is clean', () => {
  const page = path.join(top, 'scripts', 'packaging', 'shadowscan.1');
  expect(run('mandoc', ['-Tlint', page])).toBe('');
  expect(run('mandoc', ['-Tmarkdown', page])).toContain('**--all-users**');
});
