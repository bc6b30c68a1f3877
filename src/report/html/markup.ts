/**
 * HTML that cannot be broken out of: what is put into a template is escaped and made inert unless it is
 * markup itself, and markup comes from templates alone.
 */
import { neutral } from '../neutral.ts';

/** Text that is HTML, and safe. */
export type Markup = { readonly markup: string };
type Value = string | number | Markup | readonly Markup[] | null;

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Foreign text, for an element or a quoted attribute. */
export function escaped(text: string): string {
  return neutral(text).replace(/[&<>"']/g, (sign) => entities[sign]!);
}

function shown(value: Value): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return escaped(value);
  return 'markup' in value ? value.markup : value.map((one) => one.markup).join('');
}

/** A template: mark`<b>${name}</b>`. Attributes must be quoted. */
export function mark(parts: TemplateStringsArray, ...values: Value[]): Markup {
  return { markup: parts.reduce((all, part, index) => `${all}${shown(values[index - 1] ?? null)}${part}`) };
}

/** A sentence in which what stands in backticks is code. */
export function sentence(text: string): Markup[] {
  return text
    .trim()
    .split(/`([^`]*)`/)
    .map((part, index) => (index % 2 === 1 ? mark`<code>${part}</code>` : mark`${part}`));
}
