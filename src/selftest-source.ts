/**
 * The sample of `shadowscan selftest`. From source it is read from `src/selftest/`; a build replaces this
 * module by one that returns the same as JSON. It is no rule: nothing of it is looked for in a scan.
 */
import * as path from 'node:path';
import { readFile } from './host/open-file.ts';
import { limits } from './limits.ts';
import { SelftestSample } from './model/selftest.ts';
import { parseRuleFile } from './parse/rule-file.ts';

/** The sample as its file has it. Throws when it is not there or not as the program knows it. */
export function selftestSource(): SelftestSample {
  const folder = path.join(import.meta.dirname, 'selftest');
  const read = readFile(path.join(folder, 'home.yaml'), folder, limits.ruleBytes);
  if (read === null || 'refused' in read) throw new Error('selftest/home.yaml is missing');
  return parseRuleFile(SelftestSample, read.bytes, 'selftest/home.yaml');
}
