/** The forms of files that are read: one module in `parse/` each, but for `none`, which is not opened. */
import { z } from 'zod';

export const Format = z.enum([
  'json',
  'json5',
  'toml',
  'yaml',
  'frontmatter',
  'plist',
  'xml',
  'sqlite',
  'dotenv',
  'ini',
  'shell',
  'netrc',
  'text',
  'none',
]);
export type Format = z.infer<typeof Format>;
