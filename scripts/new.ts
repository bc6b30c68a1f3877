/**
 * `node scripts/new.ts tool NAME` (or `check NAME`): the files that a new one needs, with the questions that
 * its author has to answer. Writes nothing that is there already.
 */
import * as fs from 'node:fs';
import * as path from 'node:path';

const top = path.join(import.meta.dirname, '..');
const month = new Date().toISOString().slice(0, 7);

const templates: Record<string, (name: string) => Record<string, string>> = {
  tool: (name) => ({
    [`rules/tools/${name}.yaml`]: `name: ${name}
vendor: WHO MAKES IT
category: cli-agent # or desktop-app, ide, ide-extension, browser, browser-extension, runtime, gateway, bridge, library, platform
homepage: https://example.com
source: THE DOCUMENT OR PACKAGE THAT SAYS WHERE ITS FILES ARE
checked: ${month}
confidence: medium
installed:
  binaries: ${name}
files:
  - path: ~/.${name}/mcp.json
    proves: { server: "mcpServers.{name}" }
`,
    [`test/tools/${name}/linux/fixture.yaml`]: `source: WHAT SAYS THAT THE FILES LOOK LIKE THIS
checked: ${month}
expect: { agent: 1, server: 1 }
servers: { example: active }
`,
    [`test/tools/${name}/linux/home/.${name}/mcp.json`]:
      '{ "mcpServers": { "example": { "command": "npx", "args": ["-y", "example-mcp@1.2.3"] } } }\n',
  }),
  check: (name) => ({
    [`rules/checks/${name}.yaml`]: `title: ONE LINE
on: server
when: { verdict: unapproved }
severity: medium
confidence: high
message: "{name} ..."
evidence: [identity]
why: WHY IT MATTERS
remedy: WHAT TO DO FIRST
references: []
frameworks: { owasp-mcp: ["MCP09:2025"] }
examples:
  match: [{ verdict: unapproved }]
  clean: [{ verdict: approved }]
`,
  }),
};

const [kind = '', name = ''] = process.argv.slice(2);
const template = templates[kind];
if (template === undefined || !/^[a-z0-9][a-z0-9-]*$/.test(name)) {
  console.error(
    `usage: node scripts/new.ts ${Object.keys(templates).join('|')} NAME   (lower case, digits and -)`,
  );
  process.exit(2);
}
for (const [file, text] of Object.entries(template(name))) {
  const target = path.join(top, file);
  if (fs.existsSync(target)) {
    console.error(`${file} is there already`);
    process.exit(2);
  }
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, text);
  console.log(`wrote ${file}`);
}
