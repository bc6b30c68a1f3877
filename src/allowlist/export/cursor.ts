/**
 * Cursor: a hook that is asked before each call of an MCP tool, and that asks this program, so that the list
 * itself decides. Cursor has no file of policy for MCP servers: the list of its dashboard is its vendor's.
 */
import type { ServerFact } from '../../model/fact.ts';
import type { Given, Judged, Made, OutFile, Target, Warning } from './target.ts';

const folders = {
  linux: '/etc/cursor',
  macos: '/Library/Application Support/Cursor',
  windows: 'C:\\ProgramData\\Cursor',
} as const;

const refusal = JSON.stringify({
  permission: 'deny',
  user_message: 'shadowscan is not installed, so nobody can say whether this MCP server is approved',
});

function shellScript(folder: string, stamp: string): string {
  return [
    '#!/bin/sh',
    `# ${stamp}`,
    '# Asks shadowscan whether the list approves the MCP server whose tool is about to be called.',
    'for program in /usr/local/bin/shadowscan /opt/shadowscan/bin/shadowscan /usr/bin/shadowscan; do',
    '  if [ -x "$program" ]; then',
    `    exec "$program" allowlist hook --client cursor --allowlist '${folder}/shadowscan-allowlist.yaml'`,
    '  fi',
    'done',
    `printf '%s\\n' '${refusal}'`,
    '',
  ].join('\n');
}

function commandScript(folder: string, stamp: string): string {
  return [
    '@echo off',
    `rem ${stamp.replace(/[%^&|<>]/g, '?')}`,
    'rem Asks shadowscan whether the list approves the MCP server whose tool is about to be called.',
    'set "PROGRAM=C:\\Program Files\\shadowscan\\shadowscan.exe"',
    'if not exist "%PROGRAM%" goto missing',
    `"%PROGRAM%" allowlist hook --client cursor --allowlist "${folder}\\shadowscan-allowlist.yaml"`,
    'exit /b %ERRORLEVEL%',
    ':missing',
    `echo ${refusal}`,
    '',
  ].join('\r\n');
}

const warnings: Warning[] = [
  {
    entry: null,
    about: 'client',
    text: 'the hook is asked when a tool is called: the program of a local server has been started by then',
  },
  {
    entry: null,
    about: 'not-compared',
    text:
      'a hook is told the URL, or the command in one line: not variables, headers or folder. What ' +
      'needs a quote or a shell is blocked; a path with blanks can read like an approved command',
  },
  {
    entry: null,
    about: 'client',
    text: 'follows the documentation of hooks (failClosed): it was not tried in Cursor itself',
  },
];

function make({ plan, stamp, list, hook }: Given): Made {
  const folder = folders[plan.os];
  const windows = plan.os === 'windows';
  const [slash, name] = windows ? ['\\', 'shadowscan-hook.cmd'] : ['/', 'shadowscan-hook.sh'];
  const hooks = {
    shadowscan: stamp,
    version: 1,
    hooks: {
      beforeMCPExecution: [{ command: `"${folder}${slash}${name}"`, failClosed: true }],
    },
  };
  const files: OutFile[] = [
    {
      path: 'hooks.json',
      bytes: `${JSON.stringify(hooks, null, 2)}\n`,
      goesTo: `${folder}${slash}hooks.json`,
    },
    {
      path: name,
      bytes: windows ? commandScript(folder, stamp) : shellScript(folder, stamp),
      goesTo: `${folder}${slash}${name}${windows ? '' : ', mode 0755'}`,
    },
    {
      path: 'shadowscan-allowlist.yaml',
      bytes: `# ${stamp}\n${JSON.stringify(list, null, 2)}\n`,
      goesTo: `${folder}${slash}shadowscan-allowlist.yaml`,
    },
  ];
  const judge = ({ command, args, url }: ServerFact): Judged => {
    const line = command === null ? { url: url ?? '' } : { command: [command, ...args].join(' ') };
    const { verdict, approval, why } = hook(line);
    return verdict === 'approved'
      ? { verdict: 'allowed', row: 'beforeMCPExecution', why: `by ${approval?.entry ?? ''}` }
      : { verdict: 'blocked', row: 'beforeMCPExecution', why: why ?? verdict };
  };
  return {
    files,
    judge,
    warnings,
    install: [
      'shadowscan itself must be installed where the script looks for it; without it every call is denied.',
      'Hooks that are there go into the same hooks.json: merge by hand.',
      'The three files must belong to root or an administrator: whoever may change the list approves.',
    ],
  };
}

export const cursor: Target = {
  id: 'cursor',
  title: 'Cursor',
  tools: ['cursor'],
  source: 'cursor.com/docs/agent/hooks, 2026-11',
  make,
};
