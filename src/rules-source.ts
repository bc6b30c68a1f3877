/**
 * The built-in rules. From source they are read from `rules/`; a build replaces this module by one that
 * returns what `foldRules` gave, so that the binary needs neither files nor a YAML parser.
 */
import { builtInRules, readRuleFiles } from './host/rule-files.ts';
import { foldRules } from './fold-rules.ts';
import type { FoldedRules } from './ruleset.ts';

export function rulesSource(): FoldedRules {
  return foldRules(readRuleFiles(builtInRules()), 'rules');
}
