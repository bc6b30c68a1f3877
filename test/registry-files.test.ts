/** Keys of Windows' registry as files: what `reg query /s` prints, and what rules find in it. */
import { expect, test } from 'vitest';
import { parseAllowlist } from '../src/allowlist/parse.ts';
import { loadRules } from '../src/cli/load.ts';
import { type Program } from '../src/host/run-program.ts';
import { withRegistry } from '../src/host/registry-files.ts';
import { look, readFile } from '../src/host/open-file.ts';
import { scan } from '../src/scan.ts';
import { testHost } from './fixture.ts';
import { folderWith } from './trust/program.ts';

const above = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Policies';
const allowed = JSON.stringify([{ serverCommand: ['npx', '-y', 'evil-mcp'] }]);
const text = [
  '',
  `${above}\\ClaudeCode`,
  `    Settings    REG_SZ    ${JSON.stringify({ allowManagedMcpServersOnly: true, allowedMcpServers: [] })}`,
  '',
  `${above}\\Microsoft\\VSCode`,
  `    ChatAllowedMcpServers    REG_SZ    ${allowed}`,
  '    ChatAgentMode    REG_DWORD    0x0',
  '',
  `${above}\\Microsoft\\VSCode\\Sub`,
  '    x    REG_MULTI_SZ    a\\0b',
  '',
].join('\r\n');

function registry(answer: { text: string; refused: null | 'unreadable' }) {
  const asked: Program[] = [];
  const files = withRegistry({ look, read: readFile }, (program) => {
    asked.push(program);
    return answer;
  });
  return { asked, files };
}

const at = (key: string): string => `C:\\registry:\\${key.replaceAll('/', '\\')}`;

test('keys are files of JSON, those above them folders, and the program is asked once', () => {
  const { asked, files } = registry({ text, refused: null });
  expect(files.look('/etc', '/')).toMatchObject({ type: 'directory' });
  expect(asked).toEqual([]);
  expect(files.look(at('Microsoft/VSCode'), 'C:\\')).toMatchObject({ type: 'file' });
  expect(files.look(at('microsoft'), 'C:\\')).toMatchObject({ type: 'directory' });
  // As places of the machine are put together.
  expect(files.look('C:\\/registry:/ClaudeCode', 'C:\\')).toMatchObject({ type: 'file' });
  expect(files.look(at('MicrosoftX'), 'C:\\')).toBeNull();
  expect(files.look(at('Micro'), 'C:\\')).toBeNull();
  const read = files.read(at('MICROSOFT/VSCODE'), 'C:\\', 10_000);
  expect(JSON.parse(String(read && 'bytes' in read && read.bytes))).toEqual({
    ChatAllowedMcpServers: allowed,
    ChatAgentMode: 0,
  });
  expect(files.read(at('Microsoft/VSCode'), 'C:\\', 10)).toEqual({ refused: 'too-large' });
  expect(files.read(at('Other'), 'C:\\', 10)).toBeNull();
  expect(asked.map(({ args }) => args)).toEqual([['query', above, '/s', '/reg:64']]);
});

test('what cannot be asked is a refusal, and nothing is taken from half an answer', () => {
  const { files } = registry({ text, refused: 'unreadable' });
  expect(files.look(at('Microsoft'), 'C:\\')).toEqual({ refused: 'unsupported' });
  expect(files.read(at('ClaudeCode'), 'C:\\', 10_000)).toEqual({ refused: 'unsupported' });
});

test("clients' policies in it are compared with the list", async () => {
  const top = folderWith({
    'Users/dev/.claude.json': '{"numStartups": 3}',
    // What a scan on Windows reads from the registry, as an exported machine would have it.
    'registry:/ClaudeCode': JSON.stringify({
      Settings: JSON.stringify({ allowManagedMcpServersOnly: true, allowedMcpServers: [] }),
    }),
    'registry:/Microsoft/VSCode': JSON.stringify({ ChatAllowedMcpServers: allowed }),
  });
  const list = parseAllowlist(Buffer.from('version: 1\nname: x\n'), 'list.yaml');
  const info = {
    source: '',
    name: 'x',
    version: '1',
    sha256: 'ab'.repeat(32),
    fetchedAt: '',
    expiresAt: null,
  };
  const report = scan(testHost({ platform: 'windows' }), await loadRules(), {
    root: top,
    platform: 'windows',
    allowlist: { list, info: { ...info, signature: 'none' } },
  });
  const policies = report.facts.filter((fact) => fact.kind === 'policy');
  expect(policies.map(({ settings }) => settings)).toContainEqual([
    'allowManagedMcpServersOnly',
    'allowedMcpServers',
  ]);
  const weaker = report.findings.filter(({ check }) => check === 'policy-weaker');
  expect(weaker.map(({ origin }) => origin.path.slice(top.length))).toEqual(['/registry:/Microsoft/VSCode']);
  expect(report.findings.filter(({ check }) => check === 'policy-missing')).toEqual([]);
});
