/**
 * The report as one HTML file for people: what to do first, the score, agents with their servers and
 * secrets as pictures, findings to filter and search, coverage. It loads nothing and sends nothing: its
 * policy allows the one style and the one script in it, by their hashes, and names of others are text
 * wherever they stand.
 */
import { createHash } from 'node:crypto';
import type { Report } from '../model/report.ts';
import { agents, servers } from './html/agents.ts';
import { coverage } from './html/coverage.ts';
import { filtersOf } from './html/filters.ts';
import { findings } from './html/findings.ts';
import { anchorsOf, header, overview } from './html/head.ts';
import { mark } from './html/markup.ts';
import { script } from './html/script.ts';
import { style } from './html/style.ts';
import { viewOf } from './view.ts';

function hash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** What the page may do: its own style and script, and nothing else. */
function policy(): string {
  return [
    "default-src 'none'",
    `style-src ${hash(style)}`,
    `script-src ${hash(script)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** The document in pieces. */
export function* html(report: Report): Generator<string> {
  const view = viewOf(report);
  const anchors = anchorsOf(report);
  const { device, run, tool } = report;
  yield '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n';
  yield `<meta http-equiv="Content-Security-Policy" content="${policy()}">\n`;
  yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n';
  yield '<meta name="referrer" content="no-referrer">\n<meta name="robots" content="noindex">\n';
  yield mark`<title>shadowscan report on ${device.hostname}</title>\n`.markup;
  yield `<style>${style}</style>\n</head>\n<body>\n`;
  yield header(view).markup;
  yield '<main>\n';
  yield overview(view, anchors).markup;
  yield* agents(view, filtersOf(report));
  yield* findings(view, anchors);
  yield* servers(view);
  yield* coverage(view);
  yield '</main>\n';
  yield mark`<footer>Run ${run.id}, shadowscan ${tool.version}.
This file loads nothing and sends nothing.</footer>
`.markup;
  yield `<script>${script}</script>\n</body>\n</html>\n`;
}
