/** The fields that facts of every kind have. */
import { z } from 'zod';
import { Confidence, Origin, Scope } from './common.ts';

export const common = {
  /** `<kind>:<16 hex>`, stable over edits that do not move or rename the thing. */
  id: z.string(),
  /** Ids of the tools that this fact is about, sorted. */
  tools: z.array(z.string()),
  user: z.string().nullable(),
  scope: Scope,
  origin: Origin,
  /** How sure the catalogue is of the place or field that was read. */
  confidence: Confidence,
};
