/** What a build's file for `exec` begins with. */
import { complain } from './complain.ts';
import { execMain } from './exec-main.ts';

process.on('uncaughtException', (error) => {
  complain(error);
  process.exit(2);
});
void execMain(process.argv.slice(3));
