/**
 * `npm run rounds -- [ROUNDS] [SEED] [plain|migrated] [pairs]`: the long form of a test. The real mcp-remote
 * is killed at random moments, with its token files in the vault, or without us for comparison. Needs a
 * keychain as the tests do.
 */
import { runRounds } from '../test/migrate/rounds.ts';
import { setStage } from '../test/migrate/stage.ts';

const [rounds = '200', seed = '1', how = 'migrated', pairs] = process.argv.slice(2);
const stage = await setStage();
try {
  const given = { rounds: Number(rounds), seed: Number(seed), pairs: pairs === 'pairs' };
  const outcome = await runRounds(stage, how === 'plain' ? 'plain' : 'migrated', given, console.log);
  console.log(JSON.stringify(outcome));
  process.exitCode = outcome.wrong.length === 0 ? 0 : 1;
} finally {
  await stage.end();
}
