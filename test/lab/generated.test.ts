import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cli } from '../../lab/asterisk.ts';
import type { PbxLink } from '../../src/ami/link/link.ts';
import { amiAction } from '../../src/ami/skype/action.ts';
import type { AmiMessage } from '../../src/ami/wire/message.ts';
import { hasErrors } from '../../src/config/diagnostic.ts';
import { loadModel } from '../../src/config/model/load.ts';
import { generate } from '../../src/dialplan/generate.ts';
import { connectLink } from '../../src/endpoint.ts';
import { type AskAsterisk, asteriskOracle } from './asterisk-oracle.ts';
import { borrowEtc, complaintsDuring, type LabEtc } from './etc.ts';
import { lab } from './helpers.ts';
import { runProvisioningOracle } from './provisioning-oracle.ts';

describe('what is generated, on a real Asterisk', () => {
  let etc: LabEtc;
  let link: PbxLink;
  beforeAll(async () => {
    etc = await borrowEtc();
    const { ami } = await lab();
    link = await connectLink('lab', { ...ami, link: 'socket', tls: null });
  });
  afterAll(async () => {
    await link.stop();
    await etc.restore();
  });

  /** Paths of the models that only their own hosts have, as Asterisk sees ours. */
  const onThisHost = (text: string) => {
    const directory = /^astetcdir => (.*)$/m.exec(etc.read('asterisk.conf'))?.[1] ?? '';
    return text
      .replaceAll('/var/lib/asterisk/skype', '/tmp')
      .replaceAll('/var/lib/asterisk/images/bond.jpg', `${directory}/bond.jpg`);
  };
  const ask: AskAsterisk = async (action, headers, lastEvent): Promise<readonly AmiMessage[]> => {
    const reply = lastEvent === undefined ? 'response' : { completeEvent: lastEvent };
    const { response, events } = await link.request(amiAction(action, Object.entries(headers), reply));
    return [response, ...events];
  };

  it('is read back as the model says, or was refused with a diagnostic, for 1,200 hostile models', async () => {
    const { accepted, refused } = await runProvisioningOracle(asteriskOracle(etc.directory, ask), {
      models: 1_200,
    });
    expect(accepted + refused).toBe(1_200);
    expect(accepted).toBeGreaterThan(400);
    expect(refused).toBeGreaterThan(100);
  }, 90_000);

  it.each([
    'fixtures/models/example.yaml',
    'fixtures/models/full.yaml',
    'examples/demo.yaml',
    'examples/pbx.yaml',
    'lab/model.yaml',
  ])('loads %s without a warning', async (model) => {
    const any = new Proxy(
      {},
      { get: () => 'hunter2', getOwnPropertyDescriptor: () => ({ configurable: true }) },
    );
    const loaded = loadModel(model, { env: any, readFile: () => 'hunter2' });
    expect(loaded.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    if (loaded.model === null || hasErrors(loaded.problems)) throw new Error(`${model} is a good model`);
    const files = generate(loaded.model, loaded.secrets, { modelFile: basename(model) });
    for (const { name, text } of files) etc.write(name, onThisHost(text));
    etc.write('extensions.conf', '#include "extensions_skype.conf"\n');
    etc.write('bond.jpg', 'an avatar');
    if (!etc.read('manager.conf').includes('manager_skype')) {
      etc.write('manager.conf', `${etc.read('manager.conf')}\n#tryinclude "manager_skype.conf"\n`);
    }
    const complaints = await complaintsDuring(async () => {
      for (const module of ['chan_skype.so', 'pbx_config.so', 'manager']) {
        await ask('Reload', { Module: module });
      }
      // The console answers when the reload is done, and what it logged is on the disk.
      await cli('skype show users');
    });
    expect(complaints).toEqual([]);
    for (const { name } of loaded.model.users) expect(await cli('skype show users')).toContain(name);
  });
});
