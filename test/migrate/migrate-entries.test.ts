/**
 * Entries whose definitions are gone, names that nothing has, and two runs at once: what the program says, and
 * that nobody is left with a secret that cannot be had back or dropped. With a real keychain.
 */
import { spawn, spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { tryLock } from '../../src/host/file-lock.ts';
import { Plan } from '../../src/model/plan.ts';
import { expand } from '../recipe.ts';
import { program } from './desk.ts';
import { type Session, missing, startSession } from './session.ts';

const main = path.join(import.meta.dirname, '..', '..', 'src', 'cli', 'main.ts');
const token = expand('ghp_{a36}');
const text = JSON.stringify(
  { mcpServers: { it: { command: 'gh-mcp', args: ['a'], env: { GITHUB_TOKEN: token } } } },
  null,
  2,
);

let session: Session;
let config = '';
let vault = '';

type Said = { out: string; err: string; status: number | null };

function migrate(...words: string[]): Said {
  const options = { env: session.env, encoding: 'utf8', timeout: 60_000 } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, [main, 'migrate', ...words], options);
  expect(stdout + stderr).not.toContain('internal error');
  expect(stdout + stderr).not.toContain(token.slice(8));
  return { out: stdout, err: stderr, status };
}
const planOf = ({ out }: Said): Plan => Plan.parse(JSON.parse(out));
const oneLine = ({ out, err, status }: Said): string => {
  expect([out, status]).toEqual(['', 2]);
  expect(err.trim().split('\n')).toHaveLength(1);
  return err.trim();
};
const write = (next: string): void => {
  fs.writeFileSync(config, next, { mode: 0o600 });
  fs.utimesSync(config, new Date(0), new Date(0));
};
const apply = (): string => {
  const { steps } = planOf(migrate('--apply', '--yes', '--program', program));
  expect(steps.map(({ state }) => state)).toEqual(['applied']);
  return steps[0]!.entry;
};
const sealed = (): string[] => fs.readdirSync(vault).filter((name) => name.endsWith('.sealed'));

const forget = (): void => {
  for (const name of sealed()) fs.rmSync(path.join(vault, name));
};

describe.skipIf(missing !== null)('entries', () => {
  beforeAll(async () => {
    session = await startSession();
    await session.startKeyring();
    config = path.join(session.home, '.config/Claude/claude_desktop_config.json');
    vault = path.join(session.home, '.local/share/shadowscan/vault');
    fs.mkdirSync(path.dirname(config), { recursive: true });
  });
  afterAll(() => session.end());
  beforeEach(() => write(text));

  test.each([
    ['the definition is gone', () => write('{"mcpServers":{}}'), 'does not start it through the vault'],
    ['the config is gone', () => fs.rmSync(config), 'the file is not there any more'],
    [
      'another program is started',
      () => write(JSON.stringify({ mcpServers: { it: { command: 'gh-mcp', args: ['b'] } } })),
      'does not start it through the vault',
    ],
  ])('%s: undo says so, and what else there is', (_, change, why) => {
    const entry = apply();
    change();
    const undone = migrate('--undo', '--yes');
    const [step] = planOf(undone).steps;
    expect([undone.status, step!.state]).toEqual([2, 'refused']);
    expect(step!.why).toContain(why);
    expect(step!.why).toContain(`--undo --only ${entry} --into FILE`);
    expect(step!.why).toContain(`--forget ${entry}`);
    const gone = planOf(migrate('--forget', entry, '--yes'));
    expect([gone.mode, gone.steps.map(({ state }) => state)]).toEqual(['forget', ['forgotten']]);
    expect(sealed()).toEqual([]);
  });

  test('what no config names is listed, can be had as a file, and stays until it is dropped', () => {
    const entry = apply();
    write('{}');
    const told = planOf(migrate());
    expect(told.vault).toEqual([{ entry, path: config, named: false }]);
    expect(told.notes.join('\n')).toContain(`does not name ${entry} any more`);
    const file = path.join(session.home, 'mine.json');
    const into = ['--undo', '--only', entry, '--into', file, '--yes'];
    expect(planOf(migrate(...into)).steps.map(({ state }) => state)).toEqual(['copied']);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
    const written = JSON.parse(fs.readFileSync(file, 'utf8'));
    expect(written.entries).toMatchObject([
      { entry, path: config, server: 'it', values: { GITHUB_TOKEN: token } },
    ]);
    expect(written.entries[0].definition).toContain(`"GITHUB_TOKEN": "${token}"`);
    fs.rmSync(file);
    fs.symlinkSync(path.join(session.home, 'elsewhere'), file);
    expect(oneLine(migrate(...into))).toContain('is there already');
    fs.rmSync(file);
    expect(sealed()).toHaveLength(2);
    expect(oneLine(migrate('--forget', `${entry},nosuch`, '--yes'))).toContain('--forget nosuch');
    expect(oneLine(migrate('--forget', entry))).toContain('nobody can be asked here');
    expect(sealed()).toHaveLength(2);
    forget();
  });

  test('what a config starts is not dropped', () => {
    const entry = apply();
    expect(oneLine(migrate('--forget', entry, '--yes'))).toContain('still starts a server with it');
    expect(sealed()).toHaveLength(2);
    forget();
  });

  test('a definition whose entry is elsewhere or lost is named, with what was behind our words', () => {
    const entry = apply();
    const moved = fs.readFileSync(config, 'utf8');
    forget();
    const told = [
      ['plan', migrate()],
      ['apply', migrate('--apply', '--yes', '--program', program)],
    ] as const;
    for (const [mode, said] of told) {
      expect([planOf(said).mode, said.status]).toEqual([mode, 0]);
      const [note] = planOf(said).notes.filter((one) => one.includes(entry));
      expect(note).toContain(`${config}: it: this vault has no entry ${entry}`);
      expect(note).toContain('Write `gh-mcp a` as its command and the variables that hold its secrets');
    }
    const undone = migrate('--undo', '--yes');
    expect(undone.status).toBe(2);
    expect(planOf(undone).steps).toMatchObject([{ entry, server: 'it', path: config, state: 'refused' }]);
    expect(planOf(undone).steps[0]!.why).toContain('Write `gh-mcp a` as its command');
    expect(migrate('--undo', '--yes', '--only', entry).status).toBe(2);
    expect(migrate('--undo', '--yes', '--tool', 'cursor').status).toBe(0);
    expect(fs.readFileSync(config, 'utf8')).toBe(moved);
  });

  test('an entry whose record is lost cannot be put back, which is said', () => {
    const entry = apply();
    const moved = fs.readFileSync(config, 'utf8');
    fs.rmSync(path.join(vault, `${entry}-undo.sealed`));
    for (const words of [[], ['--only', entry]]) {
      const undone = migrate('--undo', '--yes', ...words);
      const [step] = planOf(undone).steps;
      expect([undone.status, step!.entry, step!.state]).toEqual([2, entry, 'refused']);
      expect(step!.why).toContain(`--undo --only ${entry} --into FILE`);
    }
    const kept = oneLine(migrate('--forget', entry, '--yes'));
    expect(kept).toContain(`write its secrets out with \`migrate --undo --only ${entry} --into FILE\``);
    const file = path.join(session.home, 'whole.json');
    expect(migrate('--undo', '--only', entry, '--into', file, '--yes').status).toBe(0);
    expect(JSON.parse(fs.readFileSync(file, 'utf8')).entries).toMatchObject([
      { entry, values: { GITHUB_TOKEN: token }, definition: null },
    ]);
    expect(fs.readFileSync(config, 'utf8')).toBe(moved);
    forget();
  });

  test('after the keychain has lost its key: what is said, dropped, and possible again', async () => {
    const entry = apply();
    const moved = fs.readFileSync(config, 'utf8');
    await session.stopKeyring();
    const rings = path.join(session.home, '.local/share/keyrings');
    fs.rmSync(rings, { recursive: true, force: true });
    await session.startKeyring();
    const both = JSON.stringify({
      mcpServers: { ...JSON.parse(moved).mcpServers, that: JSON.parse(text).mcpServers.it },
    });
    write(both);
    const words = ['--apply', '--yes', '--program', program];
    const said = oneLine(migrate(...words));
    expect(said).toContain('keychain_unavailable');
    expect(said).toContain(`shadowscan migrate --forget ${entry} --yes`);
    expect(oneLine(migrate('--undo', '--yes'))).toContain(`--forget ${entry} --yes`);
    expect(sealed()).toHaveLength(2);
    expect(planOf(migrate('--forget', entry, '--yes')).steps.map(({ state }) => state)).toEqual([
      'forgotten',
    ]);
    const done = planOf(migrate(...words));
    expect(done.steps.map(({ state, server }) => [state, server])).toEqual([['applied', 'that']]);
    expect(done.notes.join('\n')).toContain(`this vault has no entry ${entry}`);
    forget();
  });

  test('a name is refused where the vault is empty, too', () => {
    expect(sealed()).toEqual([]);
    expect(oneLine(migrate('--undo', '--yes', '--only', 'nosuch'))).toContain('--only nosuch: no entry');
    expect(migrate('--undo', '--yes').status).toBe(0);
  });

  test('an entry that nothing opens any more can be dropped, and without a keychain', () => {
    const entry = apply();
    write('{}');
    for (const name of sealed()) fs.writeFileSync(path.join(vault, name), 'damaged');
    const env = { ...session.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    const words = [main, 'migrate', '--forget', entry, '--yes'];
    const { status } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    expect([status, sealed()]).toEqual([0, []]);
  });

  test('a definition that came back by itself is done', () => {
    apply();
    write(text);
    expect(planOf(migrate('--undo', '--yes')).steps.map(({ state }) => state)).toEqual(['undone']);
    expect(sealed()).toEqual([]);
    expect(fs.readFileSync(config, 'utf8')).toBe(text);
  });

  test('names that nothing has are refused, and what comes close is named', () => {
    const planned = planOf(migrate()).items[0]!.entry!;
    expect(planOf(migrate('--only', planned)).items.map(({ action }) => action)).toEqual(['move']);
    const entry = apply();
    for (const words of [[], ['--apply', '--yes', '--program', program], ['--undo', '--yes']]) {
      const said = oneLine(migrate(...words, '--only', 'nosuch'));
      expect(said).toMatch(/--only nosuch: no .* is called so/);
    }
    expect(oneLine(migrate('--only', `${entry}x`))).toContain(`did you mean "${entry}"?`);
    expect(oneLine(migrate('--tool', 'claude-desktp'))).toContain('did you mean "claude-desktop"?');
    expect(oneLine(migrate('--forget', 'nosuch', '--yes'))).toContain(`there are: ${entry}`);
    expect(oneLine(migrate('--undo', '--into', '/tmp/x', '--yes'))).toContain('needs the entries');
    expect(oneLine(migrate('--into', '/tmp/x'))).toContain('--into goes with --undo');
    expect(migrate('--only', 'secret-in-config').status).toBe(0);
    expect(planOf(migrate('--undo', '--yes', '--only', entry)).steps).toHaveLength(1);
  });

  test('two at once: the second says who is at it, and does nothing', () => {
    const folder = path.join(session.home, '.local/share/shadowscan/migrate');
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const release = tryLock(path.join(folder, '.lock'), 'exclusive')!;
    fs.writeFileSync(path.join(folder, '.holder'), '4711');
    for (const words of [['--apply', '--program', program], ['--undo']])
      expect(oneLine(migrate(...words, '--yes'))).toBe(
        'shadowscan: migrate: another `shadowscan migrate` is at work (process 4711); nothing was done, ' +
          'wait for it to end and try again',
      );
    expect(migrate().status).toBe(0);
    release();
    expect(fs.readFileSync(config, 'utf8')).toBe(text);
  });

  test('of many at once, one does it', async () => {
    const words = [main, 'migrate', '--apply', '--yes', '--program', program];
    const ends = await Promise.all(
      Array.from(
        { length: 3 },
        () =>
          new Promise<string>((resolve) => {
            const child = spawn(process.execPath, words, { env: session.env });
            let said = '';
            child.stderr.on('data', (part: Buffer) => (said += part.toString()));
            child.on('close', (code) => resolve(`${code} ${said}`));
          }),
      ),
    );
    for (const end of ends)
      expect(end).toMatch(/^0 $|^2 shadowscan: migrate: another `shadowscan migrate` is at work/);
    expect(ends).toContain('0 ');
    expect(sealed()).toHaveLength(2);
    migrate('--undo', '--yes');
    expect(fs.readFileSync(config, 'utf8')).toBe(text);
  });

  test('the plan says beforehand that it would be refused, and why', () => {
    const here = migrate();
    expect(planOf(here).refusal).toContain('no installed shadowscan');
    expect(planOf(here).notes.at(-1)).toContain('`--apply` would be refused');
    expect(migrate('--format', 'human').out).toContain('`--apply` would be refused');
    const installed = planOf(migrate('--program', program));
    expect([installed.refusal, installed.notes.at(-1)]).toEqual([
      null,
      'Nothing was changed. `shadowscan migrate --apply` does it.',
    ]);
    const env = { ...session.env, DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    const words = [main, 'migrate', '--program', program];
    const { stdout } = spawnSync(process.execPath, words, { env, encoding: 'utf8' });
    expect(Plan.parse(JSON.parse(stdout)).refusal).toContain('keychain_unavailable');
  });
});
