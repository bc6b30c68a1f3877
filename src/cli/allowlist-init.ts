/** `shadowscan allowlist init`: a list to start from, an example or of what a scan has seen. */
import { Command } from 'commander';
import { firstList } from '../allowlist/first-list-text.ts';
import { writeOut } from '../host/output.ts';
import { usageError } from '../model/usage-error.ts';
import { neutral } from '../report/neutral.ts';
import { type Place, reported, scanned, withPlace } from './seen.ts';

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

type Options = Place & { fromScan?: string[] | true };

/** A list of what was seen: by reports, or by a scan that is made now. */
async function ofSeen(given: string[], place: Place): Promise<string> {
  if (given.length > 0 && Object.keys(place).length > 0)
    throw usageError('allowlist init: name reports, or what to scan, not both');
  const all = given.length === 0 ? [await scanned(place)] : await Promise.all(given.map(reported));
  const unread = all.reduce((sum, one) => sum + one.unread, 0);
  return firstList(all, { today: new Date().toISOString().slice(0, 10), inert: neutral, unread });
}

async function run({ fromScan, ...place }: Options): Promise<void> {
  if (fromScan === undefined) {
    if (Object.keys(place).length > 0)
      throw usageError('allowlist init: --home, --root, --platform and --rules go with --from-scan');
    writeOut([starter(new Date().toISOString().slice(0, 10))]);
    return;
  }
  writeOut([await ofSeen(fromScan === true ? [] : fromScan, place)]);
}

/** The command, for `allowlist`. */
export function initCommand(): Command {
  const command = new Command('init')
    .description('print a list to start from: an example, or what was seen')
    .option(
      '--from-scan [report...]',
      'what reports (JSON or NDJSON, `-` for standard input) or, without one, a scan made now have seen',
    )
    .action(run);
  return withPlace(command);
}
