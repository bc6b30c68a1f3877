/** The browser of tests: goes where it is sent, whoever is asked agrees, and notes that it was started. */
import { appendFileSync } from 'node:fs';

appendFileSync(process.env.BROWSER_LOG, `${process.argv[2]}\n`);
await fetch(process.argv[2]);
