/**
 * How a client's server definitions can name a secret instead of holding it. What would be done with that is
 * planned in `migrate/`.
 */
import { z } from 'zod';

export const References = z.strictObject({
  /** Patterns of what it fills in itself in arguments; without the field anything may be filled in. */
  expands: z.array(z.string()).optional(),
  /**
   * Field of a remote server's entry that names a command, which prints headers as one JSON object; the
   * variable in which that command is told the server's URL.
   */
  helper: z.strictObject({ field: z.string(), url: z.string() }).optional(),
  /** What its user can write instead of a header's value, so that it is in no file, in a sentence. */
  header: z.string().optional(),
  source: z.string(),
  checked: z.string().regex(/^\d{4}-\d{2}$/),
});
