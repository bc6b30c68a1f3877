/** Every client that a list can be exported to: adding one is a file and a line here. */
import { amp } from './amp.ts';
import { claudeCode } from './claude-code.ts';
import { cline } from './cline.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { cursor } from './cursor.ts';
import { geminiCli } from './gemini-cli.ts';
import { registry } from './registry.ts';
import type { Target } from './target.ts';
import { vscode } from './vscode.ts';
import { windsurf } from './windsurf.ts';

export const targets: Target[] = [
  amp,
  claudeCode,
  cline,
  codex,
  copilot,
  cursor,
  geminiCli,
  registry,
  vscode,
  windsurf,
];
