/** Applies a model on the laboratory and kills itself with SIGKILL right before the given step; see apply.test.ts. */
import process from 'node:process';
import { loadModel } from '../../src/config/model/load.ts';
import { generate } from '../../src/dialplan/generate.ts';
import { connectLink } from '../../src/endpoint.ts';
import { apply, rolloutSteps } from '../../src/services/provisioning/apply.ts';
import { Deployment } from '../../src/services/provisioning/deployment.ts';
import { pbxControl } from '../../src/services/provisioning/pbx-control.ts';
import { lab } from './helpers.ts';

const [modelFile = '', killAt = ''] = process.argv.slice(2);
let step = 0;
const count = () => {
  if (step === Number(killAt)) process.kill(process.pid, 'SIGKILL');
  step += 1;
};
const { ami, etcDir } = await lab();
const { model, secrets } = loadModel(modelFile, { env: {}, readFile: () => '' });
if (model === null) throw new Error('the model is good');
const deployment = await Deployment.open(etcDir, count);
const link = await connectLink('lab', { ...ami, link: 'socket', tls: null });
const files = generate(model, secrets, { modelFile });
const steps = rolloutSteps(files, { loaded: true, restart: false });
await apply(deployment, files, steps, pbxControl(link), count);
await deployment.close();
await link.stop();
