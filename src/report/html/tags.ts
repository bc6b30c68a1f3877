/** Small pieces: words on a tinted ground, which say what the colour says, and heads of tables. */
import type { Verdict } from '../../model/common.ts';
import type { Finding } from '../../model/report.ts';
import { type Markup, mark } from './markup.ts';

/** A severity. */
export function severityTag(severity: Finding['severity']): Markup {
  return mark`<span class="tag ${severity}">${severity}</span>`;
}

/** The style of a verdict. */
export const verdictClass: Record<Verdict, string> = {
  approved: 'good',
  unapproved: 'medium',
  denied: 'critical',
  unverifiable: 'medium',
  unjudged: 'info',
};

/** A verdict; nothing where no list spoke. */
export function verdictTag(verdict: Verdict): Markup {
  return mark`<span class="tag ${verdictClass[verdict]}">${verdict}</span>`;
}

/** What is only told, such as the name of a tool. */
export function nameTag(text: string): Markup {
  return mark`<span class="tag name">${text}</span>`;
}

/** The beginning of a table that may be wider than the page. */
export function tableHead(titles: string[]): Markup {
  const cells = titles.map((one) => mark`<th scope="col">${one}</th>`);
  return mark`<div class="scroll"><table><thead><tr>${cells}</tr></thead>
<tbody>
`;
}
