/** Deploys into a directory and kills itself with SIGKILL right before the given step; see deployment.test.ts. */
import { Deployment } from '../../src/services/provisioning/deployment.ts';

const [directory = '', killAt = '', kind = 'write'] = process.argv.slice(2);
let step = 0;
const deployment = await Deployment.open(directory, () => {
  if (step === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  step += 1;
});
await deployment.recover();
await deployment.write([
  { name: 'chan_skype.conf', text: 'new chan_skype\n' },
  { name: 'extensions_skype.conf', text: 'new extensions\n' },
]);
if (kind === 'undo') await deployment.undo();
else await deployment.finish();
await deployment.close();
