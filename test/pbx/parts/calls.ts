import { describe, expect, it } from 'vitest';
import { type RawBlock, rawSession } from '../../helpers/raw-ami.ts';
import { until } from '../../helpers/until.ts';
import { ariRequest, openAriEvents } from '../ari.ts';
import { isCallOf, PEER, type Suite, USER } from '../suite.ts';

export function calls(suite: Suite): void {
  describe('calls', () => {
    const ari = () => {
      if (suite.pbx.ari === null) throw new Error('this PBX has no ARI');
      return suite.pbx.ari;
    };
    const skip = () => suite.pbx.ari === null;

    it('carries a call with its properties over ARI', async ({ skip: leave }) => {
      if (skip()) leave('no ARI');
      const events = await openAriEvents(ari(), 'contract');
      const id = `contract-${Date.now()}`;
      const created = await ariRequest(ari(), 'POST', `/channels/${id}`, {
        endpoint: `Skype/${USER}@${PEER}`,
        app: 'contract',
      });
      expect(created.status).toBe(200);
      await events.until('StasisStart');
      const variable = `/channels/${id}/variable?variable=${encodeURIComponent('SKYPE_CALL_PROPERTY(topic)')}`;
      expect((await ariRequest(ari(), 'POST', `${variable}&value=Secret%20Plans`)).status).toBe(204);
      expect((await ariRequest(ari(), 'GET', variable)).body).toEqual({ value: 'Secret Plans' });

      const bridge = await ariRequest(ari(), 'POST', '/bridges?type=mixing');
      const bridgeId = String(bridge.body['id']);
      await ariRequest(ari(), 'POST', `/bridges/${bridgeId}/addChannel?channel=${id}`);
      await events.until('ChannelEnteredBridge');
      expect((await ariRequest(ari(), 'DELETE', `/channels/${id}`)).status).toBe(204);
      const destroyed = await events.until('ChannelDestroyed');
      expect(destroyed['cause']).toEqual(expect.any(Number));
      await ariRequest(ari(), 'DELETE', `/bridges/${bridgeId}`);
      expect((await ariRequest(ari(), 'GET', `/channels/${id}`)).status).toBe(404);
      events.close();
    });

    it('refuses a call from an account that there is not', async ({ skip: leave }) => {
      if (skip()) leave('no ARI');
      const events = await openAriEvents(ari(), 'contract');
      const refused = await ariRequest(ari(), 'POST', '/channels', {
        endpoint: 'Skype/nobody_at_all@echo123',
        app: 'contract',
      });
      expect(refused.status).toBeGreaterThanOrEqual(400);
      events.close();
    });

    it('shows an incoming call and ends it', async ({ skip: leave }) => {
      if (skip()) leave('no ARI');
      await suite.pbx.drive.incomingCall(PEER, USER);
      const mine = async () => {
        const { list } = await ariRequest(ari(), 'GET', '/channels');
        return list.find(({ name }) => String(name).startsWith(`Skype/${USER}@${PEER}-`));
      };
      await until(async () => (await mine()) !== undefined);
      const channel = await mine();
      expect(channel?.['caller']).toMatchObject({ number: PEER });
      await ariRequest(ari(), 'DELETE', `/channels/${String(channel?.['id'])}`);
      await until(async () => (await mine()) === undefined);
    });

    it('tells manager sessions of a call', async ({ skip: leave }) => {
      if (skip()) leave('no ARI');
      await suite.pbx.drive.incomingCall(PEER, USER);
      const channel = (await suite.ami.event('Newchannel', isCallOf(USER, PEER))).get('channel');
      expect((await suite.ami.ask('Action: Hangup', `Channel: ${channel}`)).get('response')).toBe('Success');
      const gone = await suite.ami.event('Hangup', (block) => block.get('channel') === channel);
      expect(gone.get('cause')).toMatch(/^\d+$/);
      expect((await suite.ami.ask('Action: Hangup', `Channel: ${channel}`)).get('response')).toBe('Error');
      const about = suite.ami.waiting().filter((block) => block.get('channel') === channel);
      expect(about.map((block) => block.get('event'))).not.toContain('Newchannel');
    });

    /** Calls out and gives the channel once the dialplan has it. */
    const originate = async () => {
      const lines = ['Context: test', 'Exten: wait', 'Priority: 1', 'Async: true'];
      const answer = await suite.ami.ask('Action: Originate', `Channel: Skype/${USER}@${PEER}`, ...lines);
      expect(answer.get('response')).toBe('Success');
      const id = answer.get('actionid');
      const response = await suite.ami.event('OriginateResponse', (block) => block.get('actionid') === id);
      expect(response.get('response')).toBe('Success');
      return response.get('channel');
    };

    it('originates, tells in order, redirects and lists until the end', async () => {
      const watcher = await rawSession(suite.pbx.ami);
      const channel = await originate();
      const isIt = (block: RawBlock) => block.get('channel') === channel;
      const redirected = ['Context: test', 'Exten: echo', 'Priority: 1'];
      const moved = await suite.ami.ask('Action: Redirect', `Channel: ${channel}`, ...redirected);
      expect(moved.get('response')).toBe('Success');
      await suite.ami.event(
        'Newexten',
        (block) => isIt(block) && block.get('extension') === 'echo' && block.get('application') === 'Echo',
      );
      const list = async () => (await suite.ami.list('StatusComplete', 'Action: Status')).filter(isIt).length;
      expect(await list()).toBe(1);
      const ended = await suite.ami.ask('Action: Hangup', `Channel: ${channel}`, 'Cause: 17');
      expect(ended.get('response')).toBe('Success');
      const gone = await suite.ami.event('Hangup', isIt);
      expect(gone.get('cause')).toBe('17');
      expect(await list()).toBe(0);
      await until(() => watcher.waiting().some((block) => isIt(block) && block.get('event') === 'Hangup'));
      const told = watcher
        .waiting()
        .filter(isIt)
        .map((block) => block.get('event'));
      const calls = told.filter((event) => /^(Newchannel|Newstate|Hangup)$/.test(event));
      expect([calls[0], calls.at(-1)]).toEqual(['Newchannel', 'Hangup']);
      expect(calls.filter((event) => event !== 'Newstate')).toHaveLength(2);
      watcher.close();
    });

    it('says that a call could not be made', async () => {
      const lines = ['Context: test', 'Exten: wait', 'Priority: 1', 'Async: true'];
      const answer = await suite.ami.ask('Action: Originate', 'Channel: Skype/m_office@echo123', ...lines);
      const id = answer.get('actionid');
      const response = await suite.ami.event('OriginateResponse', (block) => block.get('actionid') === id);
      expect(response.get('response')).toBe('Failure');
      const nowhere = ['Context: test', 'Exten: nowhere', 'Priority: 1'];
      const refused = await suite.ami.ask('Action: Originate', `Channel: Skype/${USER}@${PEER}`, ...nowhere);
      expect(refused.get('response')).toBe('Error');
    });

    it('refuses an attended transfer, for which nobody has configured a code', async () => {
      const channel = await originate();
      const answer = await suite.ami.ask('Action: Atxfer', `Channel: ${channel}`, 'Exten: echo');
      expect(answer.get('response')).toBe('Error');
      await suite.ami.ask('Action: Hangup', `Channel: ${channel}`);
      await suite.ami.event('Hangup', (block) => block.get('channel') === channel);
    });

    it('keeps call properties and variables as they are', async () => {
      const channel = await originate();
      const on = (...lines: readonly string[]) => [`Channel: ${channel}`, ...lines];
      const text = 'Dinner, "at eight" \\ nine';
      for (const variable of ['SKYPE_CALL_PROPERTY(topic)', 'plain']) {
        const set = await suite.ami.ask('Action: Setvar', ...on(`Variable: ${variable}`, `Value: ${text}`));
        expect(set.get('response')).toBe('Success');
        expect((await suite.ami.ask('Action: Getvar', ...on(`Variable: ${variable}`))).get('value')).toBe(
          text,
        );
      }
      const fixed = await suite.ami.ask(
        'Action: Setvar',
        ...on('Variable: SKYPE_CALL_PROPERTY(skypename)', 'Value: x'),
      );
      expect(fixed.get('response')).toBe('Error');
      await suite.ami.ask('Action: Hangup', `Channel: ${channel}`);
      await suite.ami.event('Hangup', (block) => block.get('channel') === channel);
    });

    it('passes an incoming call on when ARI redirects it', async ({ skip: leave }) => {
      if (skip()) leave('no ARI');
      const events = await openAriEvents(ari(), suite.pbx.incomingApp);
      await suite.pbx.drive.incomingCall(PEER, 'stasis_user');
      const { channel } = await events.until('StasisStart');
      const id = String((channel as { id: string }).id);
      const redirect = async (query: string) =>
        (await ariRequest(ari(), 'POST', `/channels/${id}/redirect${query}`)).status;
      expect(await redirect('')).toBe(400);
      expect(await redirect('?endpoint=Skype')).toBe(422);
      expect(await redirect('?endpoint=Skype/')).toBe(422);
      expect(await redirect('?endpoint=PJSIP/desk')).toBe(422);
      expect(await redirect('?endpoint=Skype/q_branch')).toBe(204);
      await events.until('StasisEnd');
      const passedOn = (await suite.ami.event('Newchannel', isCallOf('q_branch', PEER))).get('channel');
      const by = 'Variable: SKYPE_CALL_PROPERTY(forwarded_by)';
      expect((await suite.ami.ask('Action: Getvar', `Channel: ${passedOn}`, by)).get('value')).toBe(
        'stasis_user',
      );
      expect((await ariRequest(ari(), 'GET', `/channels/${id}`)).status).toBe(404);
      await suite.ami.ask('Action: Hangup', `Channel: ${passedOn}`);
      await suite.ami.event('Hangup', (block) => block.get('channel') === passedOn);
      events.close();
    });
  });
}
