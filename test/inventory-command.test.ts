/** Command lines of hooks: what stands where a secret would is not shown, whatever is around it. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadRules } from '../src/cli/load.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';
import { expand } from './recipe.ts';

const rules = await loadRules();
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'shadowscan-command-'));
afterAll(() => fs.rmSync(home, { recursive: true, force: true }));

test.each([
  ['curl -H "Authorization: Bearer T" https://hooks.example.com/x', 'curl'],
  ['curl -H “Authorization: Bearer T” https://hooks.example.com/x', 'curl'],
  ['notify --tokens a,T', 'notify'],
  ["sh -c 'K=${K:=T} notify'", 'notify'],
  ['notify :T @T /T', 'notify'],
])('%s', (line, kept) => {
  const token = `aB3${expand('{a32}')}`;
  fs.mkdirSync(path.join(home, '.claude'), { recursive: true });
  const command = line.replaceAll('T', (sign, at: number) =>
    /[A-Za-z]/.test(line[at + 1] ?? '') ? sign : token,
  );
  const hooks = { Stop: [{ hooks: [{ type: 'command', command }] }] };
  fs.writeFileSync(path.join(home, '.claude/settings.json'), JSON.stringify({ hooks }));
  const report = scan(testHost({ platform: 'linux' }), rules, { home, platform: 'linux' });
  const shown = report.facts.flatMap((fact) => (fact.kind === 'command' ? [fact.command] : []));
  expect(shown).toHaveLength(1);
  expect(shown[0]).toContain(kept);
  for (let at = 3; at + 8 <= token.length; at += 1)
    expect(JSON.stringify(report)).not.toContain(token.slice(at, at + 8));
});
