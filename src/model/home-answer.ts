/** The answer of a child that has scanned one home: its report, and what is there of what was known. */
import { z } from 'zod';
import { Report } from './report.ts';
import { thereWords } from './known.ts';

export const HomeAnswer = z.strictObject({
  report: Report,
  there: z.array(z.tuple([z.string(), z.enum(thereWords)])),
  located: z.array(z.string()),
});
export type HomeAnswer = z.infer<typeof HomeAnswer>;
