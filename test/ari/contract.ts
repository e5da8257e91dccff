import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AriOptions } from '../../src/ari/connection.ts';
import { EVENT_TYPES_WANTED } from '../../src/ari/event.ts';
import type { AriEvent } from '../../src/ari/port.ts';
import { until } from '../helpers/until.ts';
import { supervised } from './support.ts';

/** An ARI to connect to, and dial strings of it. */
export interface AriSetup {
  readonly ari: Pick<AriOptions, 'url' | 'username' | 'password'>;
  /** Answers. */
  readonly phone: string;
  /** Cannot be called: no such technology or device. */
  readonly nobody: string;
  stop(): Promise<void>;
}

/** What the connection to ARI does on every PBX: run by the simulator's tests and by the laboratory's. */
export function ariContract(name: string, start: () => Promise<AriSetup>): void {
  describe(`ARI of ${name}`, () => {
    let setup: AriSetup;
    beforeEach(async () => {
      setup = await start();
    });
    afterEach(() => setup.stop());
    const connect = async (app = 'sfa-contract') => {
      const port = supervised({ ...setup.ari, app, timeoutMs: 5_000 });
      const events: AriEvent[] = [];
      port.onEvent((event) => events.push(event));
      await until(() => port.connected);
      return { port, events };
    };
    const allowed = async () => {
      const { url, username, password } = setup.ari;
      const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
      const answer = await fetch(`${url}/ari/applications/sfa-contract`, { headers: { authorization } });
      const { events_allowed: types } = (await answer.json()) as { events_allowed: { type: string }[] };
      return types.map(({ type }) => type);
    };

    it('says that name or password is wrong', async () => {
      const port = supervised({ ...setup.ari, password: 'wrong' });
      await until(() => port.troubles.length > 0);
      expect(port.troubles[0]).toContain('wrong name or password, see ari.conf');
    });

    it('keeps status and reason of a refusal', async () => {
      const { port } = await connect();
      await expect(port.operations.hangup('nobody')).rejects.toMatchObject({
        code: 'ARI_REQUEST_FAILED',
        details: { operation: 'channels.hangup', httpStatus: 404, reason: 'Channel not found' },
      });
      const request = { channelId: 'x', endpoint: setup.nobody, timeoutSeconds: 1 };
      await expect(port.operations.originate(request)).rejects.toMatchObject({
        details: { httpStatus: 500, reason: 'Allocation failed' },
      });
    });

    it('asks for the types of events that it reads and no others', async () => {
      const { port, events } = await connect();
      await until(async () => (await allowed()).length > 0);
      expect((await allowed()).toSorted()).toEqual([...EVENT_TYPES_WANTED].toSorted());
      await port.operations.originate({ channelId: 'one', endpoint: setup.phone, timeoutSeconds: 5 });
      await until(() => events.some(({ kind }) => kind === 'entered'));
      await port.operations.hangup('one');
      await until(() => events.some(({ kind }) => kind === 'destroyed'));
    });

    it('notices that another program took its application, and takes it back', async () => {
      const { port } = await connect();
      await until(async () => (await allowed()).length > 0);
      const thief = await connect();
      await until(() => port.troubles.length > 0);
      expect(port.troubles[0]).toBe('another program has registered the application sfa-contract');
      await thief.port.stop();
      await until(() => port.connected);
      await port.operations.originate({ channelId: 'two', endpoint: setup.phone, timeoutSeconds: 5 });
      await port.operations.hangup('two');
    });
  });
}
