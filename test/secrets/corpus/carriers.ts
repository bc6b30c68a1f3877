/** The places where programs and people keep a token: texts around one, with neighbours that are none. */
import { choose, pick } from './case.ts';
import type { Case } from './case.ts';

type Placed = Pick<Case, 'how' | 'name' | 'text'>;
export type Carrier = (name: string, token: string, key: string) => Placed;

const text = (line: string): Placed => ({ how: 'text', name: '', text: [line] });
const json = JSON.stringify;
const quotes = ['"', "'", ''] as const;
const camel = (name: string): string =>
  name.toLowerCase().replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
const kebab = (name: string): string => name.toLowerCase().replaceAll('_', '-');
const user = (key: string): string => choose(key, ['ana', 'bob', 'chen', 'dmitri']);

/** What stands before and behind in the same file. */
const around = (line: string, key: string): string => {
  const before = choose(`${key} before`, [
    '',
    'NODE_ENV=production\nLOG_LEVEL=debug\n',
    '# credentials, do not commit\n',
    'PORT=8080\r\nHOST=0.0.0.0\r\n',
    'MAX_TOKENS=4096\nTOKENIZERS_PARALLELISM=false\n',
  ]);
  const after = choose(`${key} after`, ['', '\n', '\nDEBUG=1\n', '\nREGION=eu-west-1\nCLIENT_ID=42\n']);
  return before + line + after;
};

/** Carriers that give the token a name. */
export const named: Record<string, Carrier> = {
  'variable of a server': (name, token) => ({ how: 'env', name, text: [token] }),
  'field of a program': (name, token) => ({ how: 'field', name: camel(name), text: [token] }),
  'line of a dotenv file'(name, token, key) {
    const quote = choose(key, quotes);
    return text(around(`${name}=${quote}${token}${quote}`, key));
  },
  'export in a shell profile'(name, token, key) {
    const quote = choose(key, quotes);
    const set = choose(`${key} set`, [
      'export NAME=',
      'set -gx NAME ',
      'NAME=',
      'declare -x NAME=',
      'setx NAME ',
      '$env:NAME = ',
    ]);
    return text(around(`${set.replace('NAME', name)}${quote}${token}${quote}`, key));
  },
  'JSON in a text'(name, token, key) {
    const space = choose(key, [undefined, 2, 4]);
    return text(
      json({ mcpServers: { x: { command: 'npx', env: { DEBUG: '1', [name]: token } } } }, null, space),
    );
  },
  'transcript with escapes'(name, token, key) {
    const out = choose(key, [
      `$ env\nHOME=/home/${user(key)}\n${name}=${token}\nTERM=xterm\n`,
      `export ${name}="${token}"\nnpm start`,
      `{"env": {"${name}": "${token}"}}`,
      `\t${name}: '${token}'\n`,
    ]);
    return text(json({ type: 'tool_result', uuid: 1, content: [{ type: 'text', text: out }] }));
  },
  'transcript within a transcript'(name, token, key) {
    const inner = json({ role: 'tool', content: `set ${name}\n${name}=${token}\n` });
    return text(json({ ts: pick(key, 1e9), payload: json({ message: inner }) }));
  },
  TOML(name, token, key) {
    const line = choose(key, [
      `[mcp_servers.x.env]\n${name} = "${token}"\n`,
      `env = { "${name}" = "${token}", DEBUG = "1" }\n`,
      `${name.toLowerCase()} = '${token}'\n`,
    ]);
    return text(`model = "gpt-5"\n${line}`);
  },
  YAML(name, token, key) {
    const quote = choose(key, quotes);
    return text(
      `extensions:\n  x:\n    cmd: npx\n    envs:\n      ${name}: ${quote}${token}${quote}\n    timeout: 300\n`,
    );
  },
  code: (name, token, key) =>
    text(
      choose(key, [
        `os.environ["${name}"] = "${token}"`,
        `const ${camel(name)} = '${token}';`,
        `process.env.${name} = "${token}";`,
        `process.env['${name}'] = '${token}'`,
        `ENV ${name} ${token}`,
        `var ${camel(name)} string = "${token}"`,
        `let ${camel(name)}: String = "${token}"`,
        `String ${camel(name)} = "${token}";`,
        `${camel(name)} := \`${token}\``,
        `${name.toLowerCase()} ||= '${token}'`,
        `${name.toLowerCase()} = (\n    "${token}"\n)`,
        `${name.toLowerCase()} = b"${token}"`,
        `config.put("${camel(name)}", "${token}")`,
        `os.Setenv("${name}", "${token}")`,
        `os.getenv("${name}", "${token}")`,
        `'${camel(name)}' => '${token}',`,
        `#define ${name} "${token}"`,
        `${name} ?= ${token}`,
        `if (${camel(name)} === "${token}") {`,
        `ENV ${name}="${token}"`,
        `client = Client(${name.toLowerCase()}="${token}")`,
        `  ${camel(name)}: "${token}",`,
      ]),
    ),
  'history of a shell': (name, token, key) =>
    text(
      choose(key, [
        `: 1763622000:0;export ${name}=${token}`,
        `${name}=${token} claude mcp list`,
        `npx -y @acme/server --${kebab(name)} ${token} --verbose`,
        `acme login --${kebab(name)}=${token} && acme run`,
        `claude mcp add acme -e ${name}=${token} -- npx -y @acme/server`,
        `docker run --rm -e ${name}="${token}" acme/server`,
        `echo ${name}=${token} >> .env`,
        `- cmd: export ${name}=${token}\n  when: 1763622000`,
      ]),
    ),
  'record of a name and a value': (name, token, key) =>
    text(
      choose(key, [
        json({ env: [{ name, value: token }] }),
        json({ variables: [{ key: name, value: token, isSecret: true }] }, null, 2),
        `env:\n  - name: ${name}\n    value: ${token}\n`,
        `<dict><key>${name}</key><string>${token}</string></dict>`,
        `<dict>\n\t<key>${name}</key>\n\t<string>${token}</string>\n</dict>`,
        `<settings><${camel(name)}>${token}</${camel(name)}></settings>`,
        json({ args: ['-y', '@acme/server', `--${kebab(name)}`, token, '--verbose'] }),
        json({ text: json({ args: [`--${kebab(name)}`, token] }) }),
      ]),
    ),
  'what people say': (name, token, key) =>
    text(
      choose(key, [
        `my ${name} is ${token}`,
        `Please set ${name}: ${token} in the config.`,
        json({ role: 'user', content: `here, ${name} = ${token}\nthanks` }),
        json({ role: 'user', content: `the ${name} is: ${token}` }),
        `**${name}**: \`${token}\``,
        `- ${name}: "${token}"`,
        `| ${name} | \`${token}\` |`,
        `(${name}=${token})`,
      ]),
    ),
  'option of a command': (name, token, key) => ({
    how: 'argv',
    name: '',
    text: choose(key, [
      ['-y', '@acme/server', `--${kebab(name)}`, token],
      ['-y', '@acme/server', `--${kebab(name)}=${token}`],
      ['run', '-i', '--rm', '-e', `${name}=${token}`, 'acme/server'],
      ['run', '-i', `--env=${name}=${token}`, 'acme/server'],
      ['-c', `${name}=${token} exec npx -y @acme/server`],
    ]),
  }),
};

/** Carriers that give it a place only. */
export const unnamed: Record<string, Carrier> = {
  'header of a server': (_, token, key) => ({
    how: 'header',
    name: choose(key, ['Authorization', 'X-Api-Key', 'authorization', 'x-access-token']),
    text: [choose(`${key} scheme`, ['Bearer ', 'Bearer ', 'token ', '']) + token],
  }),
  'header line': (_, token, key) =>
    text(
      choose(key, [
        `> Authorization: Bearer ${token}\r\n> Accept: */*\r\n`,
        `curl -sH "Authorization: Bearer ${token}" https://api.example.com/v1/me`,
        `curl --header 'X-Api-Key: ${token}' https://api.example.com/v1/me`,
        `{"headers": {"authorization": "Bearer ${token}"}}`,
        json({ cmd: `curl -H "Authorization: Bearer ${token}" https://api.example.com` }),
      ]),
    ),
  'option for a header': (_, token, key) => ({
    how: 'argv',
    name: '',
    text: choose(key, [
      ['mcp-remote', 'https://mcp.example.com/sse', '--header', `Authorization: Bearer ${token}`],
      ['mcp-remote', 'https://mcp.example.com/sse', '--header', `Authorization:Bearer ${token}`],
      ['-H', `X-Api-Key: ${token}`, 'https://mcp.example.com/mcp'],
      ['--access-token', token],
      [`--token=${token}`],
    ]),
  }),
};

/** Carriers that say nothing: only the token itself can tell. */
export const mute: Record<string, Carrier> = {
  'line of a log': (_, token, key) =>
    text(
      choose(key, [
        `2026-11-20T09:12:44Z INFO connected with ${token} in 12ms`,
        `[debug] creds=(${token}) ok`,
        `ERROR: 401 for '${token}'.`,
        `I pasted ${token}, please use it`,
        `${token}\n`,
        `\u001b[32m${token}\u001b[0m`,
        json({ text: `first line\n${token}\nlast line` }),
        json({ text: json({ said: `\t${token}` }) }),
        `<code>${token}</code>`,
        `| key | ${token} |`,
      ]),
    ),
  'bare argument': (_, token) => ({ how: 'argv', name: '', text: ['-y', '@acme/server', token] }),
  'field that says nothing': (_, token, key) => ({
    how: choose(key, ['env', 'field'] as const),
    name: choose(`${key} name`, ['NOTE', 'value', 'DATA', 'x', 'default']),
    text: [token],
  }),
  'query of a URL': (_, token, key) => {
    const url = `https://mcp.example.com/mcp?${choose(key, ['', 'v=2&'])}${choose(`${key} q`, ['token', 'api_key', 'key'])}=${encodeURIComponent(token)}`;
    return choose(`${key} how`, [
      text(`GET ${url} 200`),
      { how: 'env', name: 'URL', text: [url] },
    ] as Placed[]);
  },
};
