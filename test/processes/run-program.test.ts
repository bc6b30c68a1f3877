/** Programs of the OS are started with bounds, tried with small ones on real programs. */
import { describe, expect, test, vi } from 'vitest';
import { runProgram } from '../../src/host/run-program.ts';
import { sideEffects } from '../../src/host/side-effects.ts';

vi.mock('../../src/limits.ts', () => ({ limits: { programSeconds: 0.5, programBytes: 1_000 } }));

describe.skipIf(process.platform === 'win32')('a program', () => {
  const sh = (script: string, more: object = {}) =>
    runProgram({ path: '/bin/sh', args: ['-c', script], folder: '/', ...more });

  test('has no environment, no input and a folder of its own, and is named', () => {
    process.env['SHADOWSCAN_PROBE'] = 'x';
    const { text, refused } = sh('echo "[$SHADOWSCAN_PROBE$HOME] $(pwd)"; cat; echo end');
    expect([text, refused]).toEqual(['[] /\nend\n', null]);
    expect(sideEffects()).toEqual(['started /bin/sh']);
    expect(sh('echo $A', { env: { A: 'b' } }).text).toBe('b\n');
  });

  test('that takes too long is ended', () => {
    const began = performance.now();
    expect(sh('echo early; exec sleep 30')).toEqual({ text: 'early\n', refused: 'time-limit' });
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  test('that prints too much is ended, and what it printed by then is there', () => {
    const { text, refused } = sh('while :; do echo line; done');
    expect([text.startsWith('line\n'), refused]).toEqual([true, 'too-large']);
    // Give or take what came in one piece.
    expect(text.length).toBeLessThan(100_000);
  });

  test('that is not there, or fails, is a reason; its complaint is not passed on', () => {
    expect(runProgram({ path: '/nonexistent', args: [], folder: '/' })).toEqual({
      text: '',
      refused: 'unsupported',
    });
    expect(sideEffects()).not.toContain('started /nonexistent');
    expect(sh('echo complaint >&2; exit 3')).toEqual({ text: '', refused: 'unreadable' });
    expect(sh('exit 1')).toEqual({ text: '', refused: 'unreadable' });
  });

  test('that has nothing to say may end with 1, but not with a complaint', () => {
    expect(sh('exit 1', { oneIsNothing: true })).toEqual({ text: '', refused: null });
    expect(sh('echo x >&2; exit 1', { oneIsNothing: true }).refused).toBe('unreadable');
    expect(sh('exit 2', { oneIsNothing: true }).refused).toBe('unreadable');
  });
});
