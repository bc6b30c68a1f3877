/** Launchers of packages and images: which package runs, and what makes that doubtful. */
import { describe, expect, test } from 'vitest';
import { type Sample, line } from './sample.ts';

type Row = [command: string, identity: string | null, via: string, doubts?: string, env?: Sample['env']];

function table(rows: Row[]): void {
  test.each(rows)('%s', (command, identity, via, doubts = '', env = {}) => {
    const found = line(command, env);
    expect({ identity: found.identity, via: found.via.join(' '), doubts: found.doubts.join(' ') }).toEqual({
      identity,
      via,
      doubts,
    });
  });
}

describe('npm', () => {
  table([
    [
      'npx -y @modelcontextprotocol/server-filesystem /Users/me/Documents',
      'pkg:npm/%40modelcontextprotocol/server-filesystem',
      'npx',
    ],
    ['npx -y @playwright/mcp@0.0.83', 'pkg:npm/%40playwright/mcp@0.0.83', 'npx'],
    ['npx @playwright/mcp@latest --config x.json', 'pkg:npm/%40playwright/mcp', 'npx'],
    ['npx --yes --quiet tool@^1.2.3', 'pkg:npm/tool', 'npx'],
    ['npx tool@1.2', 'pkg:npm/tool', 'npx'],
    ['npx tool@v1.2.3-beta.1', 'pkg:npm/tool@1.2.3-beta.1', 'npx'],
    ['npx Tool@1.0.0', 'pkg:npm/Tool@1.0.0', 'npx'],
    ['npx -y -- tool --flag', 'pkg:npm/tool', 'npx'],
    ['npx -y tool -- --registry https://other.example/', 'pkg:npm/tool', 'npx'],
    [
      'npx --yes --package=@scope/name@1.2.3 program --flag',
      'pkg:npm/%40scope/name@1.2.3',
      'npx',
      'other-program',
    ],
    ['npx -p @scope/name program', 'pkg:npm/%40scope/name', 'npx', 'other-program'],
    ['npx -p one -p two two', 'pkg:npm/two', 'npx', 'extra-packages'],
    ['npx -p one -p two other', 'pkg:npm/one', 'npx', 'extra-packages other-program'],
    ["npx -p tool -c 'tool --flag'", 'pkg:npm/tool', 'npx'],
    ["npx -c 'tool --flag'", 'command:tool', 'npx', 'local-command'],
    ['bunx tool', 'pkg:npm/tool', 'bunx'],
    ['bunx --bun tool@1.2.3', 'pkg:npm/tool@1.2.3', 'bunx'],
    ['bun x tool', 'pkg:npm/tool', 'bunx'],
    ['pnpm dlx @scope/tool', 'pkg:npm/%40scope/tool', 'pnpm-dlx'],
    ['pnpm --silent --package=tool dlx program', 'pkg:npm/tool', 'pnpm-dlx', 'other-program'],
    ['pnpx tool', 'pkg:npm/tool', 'pnpm-dlx'],
    ['pnpm dlx jsr:@std/http', 'pkg:jsr/%40std/http', 'pnpm-dlx'],
    ['yarn dlx -q tool', 'pkg:npm/tool', 'yarn-dlx'],
    ['yarn dlx -p tool program', 'pkg:npm/tool', 'yarn-dlx', 'other-program'],
    ['npm exec -y -- @scope/tool@1.0.0 --stdio', 'pkg:npm/%40scope/tool@1.0.0', 'npm-exec'],
    ['npm x tool', 'pkg:npm/tool', 'npm-exec'],
    ['npm --silent exec --package=tool -- program', 'pkg:npm/tool', 'npm-exec', 'other-program'],
    ['deno run -A npm:@scope/tool@1.2.3/sub', 'pkg:npm/%40scope/tool@1.2.3', 'deno-run'],
    ['deno run --allow-net jsr:@std/http@1.0.0', 'pkg:jsr/%40std/http@1.0.0', 'deno-run'],
    ['npx', null, 'npx'],
    // A value that looks like the package, an option that npm takes for another, one that nobody knows.
    ['npx --scope approved other', 'pkg:npm/other', 'npx'],
    ['npm exec --fetch-timeout approved other', 'pkg:npm/other', 'npm-exec'],
    ['npx --no-audit --prefer-offline tool', 'pkg:npm/tool', 'npx'],
    ['npx --registr=https://other.example tool', 'pkg:npm/tool', 'npx', 'ambiguous'],
    ['npx --cal=other tool', 'pkg:npm/tool', 'npx', 'ambiguous'],
    ['npx --unheard-of approved other', 'pkg:npm/approved', 'npx', 'ambiguous'],
    ['npx tool --unheard-of value', 'pkg:npm/tool', 'npx'],
    [
      'node --redirect-warnings /opt/approved.js /opt/other.js',
      'command:/opt/other.js',
      'node',
      'local-script',
    ],
  ]);
});

describe('npm: what is not the package of that name in the registry', () => {
  table([
    [
      'npx -y --registry https://other.example/ @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'registry-override',
    ],
    [
      'npx -y --registry=https://other.example/ @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'registry-override',
    ],
    [
      'npx -y --@approved:registry=https://other.example @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'registry-override',
    ],
    ['npx -y --userconfig /tmp/npmrc @approved/tool', 'pkg:npm/%40approved/tool', 'npx', 'registry-override'],
    [
      'npm exec @approved/tool --registry https://other.example',
      'pkg:npm/%40approved/tool',
      'npm-exec',
      'registry-override',
    ],
    [
      'npx @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'registry-override',
      { npm_config_registry: 'https://other.example' },
    ],
    [
      'npx @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'registry-override',
      { NPM_CONFIG_REGISTRY: 'https://npmjs.org.other.example' },
    ],
    [
      'npx @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'registry-override',
      { NPM_CONFIG_REGISTRY: 'http://mirror.npmjs.org' },
    ],
    [
      'npx @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      '',
      { NPM_CONFIG_REGISTRY: 'https://mirror.npmjs.org/' },
    ],
    [
      'npx @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      '',
      { npm_config_registry: '', UV_INDEX_URL: 'https://other.example' },
    ],
    [
      'env npm_config_registry=https://other.example npx @approved/tool',
      'pkg:npm/%40approved/tool',
      'env npx',
      'registry-override',
    ],
    [
      'bunx @approved/tool',
      'pkg:npm/%40approved/tool',
      'bunx',
      'registry-override',
      { BUN_CONFIG_REGISTRY: 'https://other.example' },
    ],
    [
      'npx -y github:user/repo',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y user/repo#main',
      'pkg:generic/repo@main?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y git+https://github.com/user/repo.git#v1',
      'pkg:generic/repo@v1?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y git+ssh://git@github.com/user/repo.git',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y git@github.com:user/repo.git',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y https://github.com/user/repo',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y @approved/tool@github:user/repo',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'npx',
      'git-source',
    ],
    [
      'npx -y https://example.com/tool-1.0.0.tgz',
      'pkg:generic/tool-1.0.0.tgz?download_url=https://example.com/tool-1.0.0.tgz',
      'npx',
      'tarball-source',
    ],
    [
      'npx -y @approved/tool@https://example.com/t.tgz',
      'pkg:generic/t.tgz?download_url=https://example.com/t.tgz',
      'npx',
      'tarball-source',
    ],
    ['npx -y ./folder', 'command:./folder', 'npx', 'file-source'],
    ['npx -y /tmp/folder', 'command:/tmp/folder', 'npx', 'file-source'],
    ['npx -y file:../folder', 'command:../folder', 'npx', 'file-source'],
    ['npx -y @approved/tool@file:/tmp/x', 'command:/tmp/x', 'npx', 'file-source'],
    ['npx -y tool-1.0.0.tgz', 'command:tool-1.0.0.tgz', 'npx', 'file-source'],
    ['npx -y @approved/tool@npm:other@1.0.0', 'pkg:npm/other@1.0.0', 'npx', 'alias'],
    ['npx -y ${PACKAGE}', null, 'npx', 'variable'],
    ['npx -y @approved/tool@${VERSION}', 'pkg:npm/%40approved/tool', 'npx', 'variable'],
    ['npx -y @approved/tool --key ${KEY}', 'pkg:npm/%40approved/tool', 'npx'],
    [
      'npx --node-options=--require=/tmp/x.js @approved/tool',
      'pkg:npm/%40approved/tool',
      'npx',
      'injected-options',
    ],
  ]);

  test('the registry is told as it may be shown', () => {
    expect(line('npx --registry https://other.example/ tool').registry).toBe('https://other.example/');
    expect(line('npx --registry https://u:Xk29fQ7mLp4Z@other.example/ tool').registry).not.toContain('Xk29');
    expect(line('npx tool').registry).toBeNull();
  });
});

describe('python', () => {
  table([
    ['uvx mcp-server-git --repository /x', 'pkg:pypi/mcp-server-git', 'uvx'],
    ['uvx Mcp_Server.Git@1.2', 'pkg:pypi/mcp-server-git@1.2', 'uvx'],
    ['uvx mcp-server-git==2025.1.1', 'pkg:pypi/mcp-server-git@2025.1.1', 'uvx'],
    ['uvx mcp-server-git==2025.*', 'pkg:pypi/mcp-server-git', 'uvx'],
    ['uvx awslabs.core-mcp-server@latest', 'pkg:pypi/awslabs-core-mcp-server', 'uvx'],
    ['uvx --python 3.12 --refresh -q tool', 'pkg:pypi/tool', 'uvx'],
    ['uvx -p3.12 tool', 'pkg:pypi/tool', 'uvx'],
    ['uvx --python=3.11 --from tool[all]>=1,<2 program', 'pkg:pypi/tool', 'uvx', 'other-program'],
    ['uv tool run --from tool==1.0 program.exe', 'pkg:pypi/tool@1.0', 'uvx', 'other-program'],
    ['uvx --with other tool', 'pkg:pypi/tool', 'uvx', 'extra-packages'],
    [
      'uvx --from git+https://github.com/user/repo program',
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'uvx',
      'git-source',
    ],
    [
      'uvx --from git+https://github.com/user/repo@abc#subdirectory=x program',
      'pkg:generic/repo@abc?vcs_url=git%2Bhttps://github.com/user/repo',
      'uvx',
      'git-source',
    ],
    [
      "uvx --from 'approved @ git+https://github.com/user/repo' approved",
      'pkg:generic/repo?vcs_url=git%2Bhttps://github.com/user/repo',
      'uvx',
      'git-source',
    ],
    [
      'uvx --from approved@https://example.com/a.whl approved',
      'pkg:generic/a.whl?download_url=https://example.com/a.whl',
      'uvx',
      'tarball-source',
    ],
    ['uvx --from ./folder approved', 'command:./folder', 'uvx', 'file-source'],
    [
      'uvx --index-url https://other.example/simple approved',
      'pkg:pypi/approved',
      'uvx',
      'registry-override',
    ],
    [
      'uvx --index main=https://other.example/simple approved',
      'pkg:pypi/approved',
      'uvx',
      'registry-override',
    ],
    ['uvx --find-links ./wheels approved', 'pkg:pypi/approved', 'uvx', 'registry-override'],
    ['uvx --default-index https://pypi.org/x approved', 'pkg:pypi/approved', 'uvx'],
    [
      'uvx approved',
      'pkg:pypi/approved',
      'uvx',
      'registry-override',
      { UV_EXTRA_INDEX_URL: 'https://other.example' },
    ],
    [
      'uvx approved',
      'pkg:pypi/approved',
      'uvx',
      'registry-override',
      { UV_INDEX_URL: 'https://other.example' },
    ],
    [
      'uvx approved',
      'pkg:pypi/approved',
      'uvx',
      'registry-override',
      { PIP_INDEX_URL: 'https://other.example' },
    ],
    ['pipx run mcp-server-git', 'pkg:pypi/mcp-server-git', 'pipx-run'],
    ['pipx run --spec tool==1.0 program', 'pkg:pypi/tool@1.0', 'pipx-run', 'other-program'],
    [
      'pipx run --spec git+https://github.com/u/r program',
      'pkg:generic/r?vcs_url=git%2Bhttps://github.com/u/r',
      'pipx-run',
      'git-source',
    ],
    ['python -m uv tool run tool', 'pkg:pypi/tool', 'python uvx'],
    ['uv run --with mcp-server-git mcp-server-git', 'pkg:pypi/mcp-server-git', 'uv-run'],
    ['uv run --with tool --with other tool', 'pkg:pypi/tool', 'uv-run', 'extra-packages'],
    ['uvx --with git+https://x.example/tool tool', 'pkg:pypi/tool', 'uvx', 'extra-packages'],
    [
      'uv run https://example.com/x.py',
      'pkg:generic/x.py?download_url=https://example.com/x.py',
      'uv-run',
      'tarball-source',
    ],
  ]);
});

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('images', () => {
  table([
    ['docker run -i --rm mcp/github', 'pkg:oci/github?repository_url=docker.io/mcp/github', 'docker'],
    [
      'docker run -i --rm mcp/github:1.2 --flag',
      'pkg:oci/github?repository_url=docker.io/mcp/github',
      'docker',
    ],
    [
      `docker run -i mcp/github@${digest}`,
      `pkg:oci/github@${digest}?repository_url=docker.io/mcp/github`,
      'docker',
    ],
    [
      `docker run -i mcp/github:1@${digest}`,
      `pkg:oci/github@${digest}?repository_url=docker.io/mcp/github`,
      'docker',
    ],
    [
      'docker run -i --rm index.docker.io/mcp/github',
      'pkg:oci/github?repository_url=docker.io/mcp/github',
      'docker',
    ],
    [
      'podman run --rm -it docker.io/mcp/github',
      'pkg:oci/github?repository_url=docker.io/mcp/github',
      'docker',
    ],
    ['nerdctl run --rm mcp/github', 'pkg:oci/github?repository_url=docker.io/mcp/github', 'docker'],
    ['docker container run -i server', 'pkg:oci/server?repository_url=docker.io/library/server', 'docker'],
    ['docker run -i localhost:5000/mcp/x:1', 'pkg:oci/x?repository_url=localhost:5000/mcp/x', 'docker'],
    [
      'docker run -i --rm -e TOKEN --env=A=b --name=x -v /a:/b --network host -p 3000:3000 --init ghcr.io/github/github-mcp-server stdio',
      'pkg:oci/github-mcp-server?repository_url=ghcr.io/github/github-mcp-server',
      'docker',
    ],
    [
      'docker run -l mcp.client=x --rm -i alpine/socat STDIO TCP:host:8811',
      'pkg:oci/socat?repository_url=docker.io/alpine/socat',
      'docker',
    ],
    ['docker run -ie A=b mcp/x', 'pkg:oci/x?repository_url=docker.io/mcp/x', 'docker'],
    [
      'docker --context other run -v $HOME:/x mcp/x',
      'pkg:oci/x?repository_url=docker.io/mcp/x',
      'docker',
      'remote-command',
    ],
    ['docker run -i $IMAGE', null, 'docker', 'variable'],
    ['docker run -i mcp/x:${TAG}', 'pkg:oci/x?repository_url=docker.io/mcp/x', 'docker', 'variable'],
    [
      'docker run --entrypoint sh mcp/x -c id',
      'pkg:oci/x?repository_url=docker.io/mcp/x',
      'docker',
      'injected-options other-program',
    ],
    ['docker run -i node:20 npx -y tool@1.0.0', 'pkg:npm/tool@1.0.0', 'docker runtime-image npx'],
    [
      'docker run -i python:3.12-slim',
      'pkg:oci/python?repository_url=docker.io/library/python',
      'docker runtime-image',
    ],
    ['docker run -i node -e code', 'command:-e', 'docker runtime-image', 'local-command'],
    ['docker run', null, 'docker'],
    [
      'docker mcp gateway run --servers=github',
      'command:docker mcp gateway run',
      'docker-mcp',
      'local-command',
    ],
    [
      'docker exec -i -u me box node dist/index.js',
      'command:docker exec box',
      'docker-exec',
      'local-command',
    ],
    [
      'docker compose -f x.yml run --rm -T server',
      'command:docker compose run server',
      'docker-exec',
      'local-command',
    ],
    ['docker ps', 'command:docker', '', 'local-command'],
  ]);

  test('a tag is a version that pins nothing', () => {
    expect(line('docker run mcp/github:1.2').package).toMatchObject({
      type: 'oci',
      name: 'docker.io/mcp/github',
      version: '1.2',
      pinned: false,
    });
    expect(line(`docker run mcp/github:1.2@${digest}`).package).toMatchObject({
      version: digest,
      pinned: true,
    });
  });
});

describe('other ecosystems', () => {
  table([
    ['dnx Contoso.Sample@0.0.1-beta --yes -- mcp', 'pkg:nuget/contoso.sample@0.0.1-beta', 'dnx'],
    ['dnx Contoso.Sample --version 1.0.0 --yes', 'pkg:nuget/contoso.sample@1.0.0', 'dnx'],
    [
      'dnx Contoso.Sample --source https://other.example/ --yes',
      'pkg:nuget/contoso.sample',
      'dnx',
      'registry-override',
    ],
    ['go run github.com/x/y/cmd@v1.2.3', 'pkg:golang/github.com/x/y/cmd@v1.2.3', 'go-run'],
    ['go run github.com/x/y@latest', 'pkg:golang/github.com/x/y', 'go-run'],
    ['go run ./cmd/x', 'command:./cmd/x', 'go-run', 'file-source'],
    ['go run main.go', 'command:main.go', 'go-run', 'local-script'],
  ]);
});

test('package, target and version of a pinned and an unpinned package', () => {
  expect(line('npx -y @scope/tool@1.2.3')).toMatchObject({
    kind: 'package',
    package: {
      type: 'npm',
      name: '@scope/tool',
      version: '1.2.3',
      pinned: true,
      purl: 'pkg:npm/%40scope/tool@1.2.3',
    },
    target: { name: '@scope/tool' },
    remoteUrl: null,
  });
  expect(line('npx -y tool@latest').package).toEqual({
    type: 'npm',
    name: 'tool',
    version: 'latest',
    pinned: false,
    purl: 'pkg:npm/tool',
  });
  expect(line('uvx tool>=1,<2').package).toMatchObject({ type: 'pypi', version: '>=1,<2', pinned: false });
  expect(line('npx -y github:user/repo')).toMatchObject({ kind: 'package', package: null, target: null });
  expect(line('npx -y ./folder')).toMatchObject({ kind: 'command', package: null });
  expect(line('npx -y ${PACKAGE}')).toMatchObject({ kind: 'unknown', identity: null });
});
