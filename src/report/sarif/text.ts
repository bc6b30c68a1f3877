/** Texts in SARIF. Viewers make links of `[text](address)` in any message, and names are an attacker's. */
import { neutral } from '../neutral.ts';

/** Plain text that no viewer takes for a link. */
export function plain(text: string): string {
  return neutral(text.trim()).replaceAll('](', '] (');
}
