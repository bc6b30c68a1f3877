/**
 * The commands as one program. Each is loaded when a call can mean it, so that a call pays for its own alone;
 * what becomes of errors is the business of `run-commands.ts`.
 */
import { Command } from 'commander';
import { neutral } from '../report/neutral.ts';
import { withoutLoneTokens } from '../secrets/lone.ts';
import { version } from '../version.ts';

/** Commander's own complaint as one line with the way out. */
function oneLine(text: string): string {
  const said = neutral(
    text
      .trim()
      .replace(/^error: /, '')
      .replace(/\s*\n\s*/g, ' '),
  );
  return `shadowscan: ${withoutLoneTokens(said)}; see shadowscan --help`;
}

/** Commands in the order of the help; each is loaded when it is asked for. */
const commands: Record<string, () => Promise<Command>> = {
  scan: async () => (await import('./scan.ts')).scanCommand(),
  allowlist: async () => (await import('./allowlist.ts')).allowlistCommand(),
  ship: async () => (await import('./ship.ts')).shipCommand(),
  report: async () => (await import('./report.ts')).reportCommand(),
  history: async () => (await import('./history.ts')).historyCommand(),
  osquery: async () => (await import('./osquery.ts')).osqueryCommand(),
  migrate: async () => (await import('./migrate-command.ts')).migrateCommand(),
  exec: async () => (await import('./exec-command.ts')).execCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  selftest: async () => (await import('./selftest.ts')).selftestCommand(),
  headers: async () => (await import('./headers.ts')).headersCommand(),
  explain: async () => (await import('./explain.ts')).explainCommand(),
  schema: async () => (await import('./schema.ts')).schemaCommand(),
  tools: async () => (await import('./tools.ts')).toolsCommand(),
  completion: async () => (await import('./completion.ts')).completionCommand(),
  rules: async () => (await import('./rules.ts')).rulesCommand(),
};

/** Commands that the program calls itself, and that help does not list. */
const hidden: typeof commands = {
  'scan-home': async () => (await import('./scan-home.ts')).scanHomeCommand(),
};

/** The commands that a call can mean: the one that it names; all where the help or a complaint lists them. */
function wanted([first = '']: string[]): string[] {
  if (first === '--version' || first === '-V' || Object.hasOwn(hidden, first)) return [];
  return Object.hasOwn(commands, first) ? [first] : Object.keys(commands);
}

/** The program as far as a call with these arguments needs it; the whole of it with none. */
export async function program(args: string[]): Promise<Command> {
  const root = new Command('shadowscan')
    .description('Endpoint Shadow AI scanner: AI agents, MCP servers and plaintext tokens on this machine.')
    .version(version, '-V, --version');
  const own = Object.hasOwn(hidden, args[0] ?? '') ? hidden[args[0]!] : undefined;
  if (own !== undefined) root.addCommand(await own(), { hidden: true });
  for (const name of wanted(args)) root.addCommand(await commands[name]!());
  const override = (command: Command): void => {
    command.exitOverride();
    command.configureOutput({ outputError: (text) => console.error(oneLine(text)) });
    for (const child of command.commands) override(child);
  };
  override(root);
  return root;
}
