/**
 * Run by tests in a session: `get|set|remove NAME [VALUE]` against the real keychain, in at most two seconds.
 */
import { endDespiteKeychain, keychain } from '../../src/host/keychain.ts';
import { Secret } from '../../src/secrets/secret.ts';

const [what, name = '', value = ''] = process.argv.slice(2);
const deadline = 2_000;
if (what === 'get') {
  const got = await keychain.get(name, deadline);
  console.log('trouble' in got ? got.trouble : `value ${got.value === null ? null : Secret.open(got.value)}`);
} else if (what === 'set') console.log(await keychain.set(name, new Secret(value), deadline));
else console.log(await keychain.remove(name, deadline));
endDespiteKeychain(0);
