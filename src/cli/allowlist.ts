/** `shadowscan allowlist`: `init` prints a list to start from, `check` says whether a list is well formed. */
import { Command } from 'commander';
import { writeOut } from '../host/output.ts';
import { whyCommand } from './allowlist-why.ts';
import { loadAllowlist } from './load.ts';

const starter = (today: string): string => `\
# What is approved on our machines, and what is not. Servers are matched by what would really run
# (package, URL, image, command), never by the name that a configuration gives them.
# All that can be said: shadowscan schema allowlist
version: 1
name: Example Corp
owner: security@example.com
created: ${today}
approve:
  # A package of the public registry, in a range of versions. Unpinned definitions do not match a range.
  - package: npm:@modelcontextprotocol/server-filesystem
    version: ">=2.4.0"
    owner: platform team
    reason: reviewed
  # A remote server, also when it is reached through a bridge. {name} stands for one segment of the path.
  - url: https://mcp.linear.app/mcp
  # A container image by digest, and a local program with its arguments.
  # - image: docker.io/mcp/github
  #   digest: sha256:...
  # - command: /usr/local/bin/our-mcp
  #   args: ["--read-only"]
  # Agents and editor extensions; with one entry of a kind, all others of that kind are unapproved.
  # - agent: some-agent
  #   version: 2.1.0
  # - extension: publisher.name
deny:
  - package: npm:example-bad-server
    reason: an example of a denial
`;

async function check(file: string): Promise<void> {
  const { list } = await loadAllowlist(file, new Date());
  const counts = `${list.approve.length} approvals, ${list.deny.length} denials`;
  writeOut([
    `${file}: ${list.name}, version ${list.version}: ${counts}
`,
  ]);
}

/** The command, for the program. */
export function allowlistCommand(): Command {
  return new Command('allowlist')
    .description('work on the list of what is approved')
    .addCommand(
      new Command('init')
        .description('print a list to start from')
        .action(() => void writeOut([starter(new Date().toISOString().slice(0, 10))])),
    )
    .addCommand(new Command('check').description('check a list').argument('<file>').action(check))
    .addCommand(whyCommand());
}
