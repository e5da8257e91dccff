import { expect, it } from 'vitest';
import type { Able, Given } from '../given.ts';

/** What the sides hear, and the properties of the driver. */
export function mediaCases(given: Given, able: Able): void {
  const { show, joined, endsWith } = given;

  able('hold', () => {
    it('holds, mutes, and sends digits', async () => {
      const { path } = await joined();
      const order = (verb: string, body?: unknown) => given.line.call('POST', `${path}/${verb}`, body);
      expect((await order('hold', { musicClass: 'default' })).body['state']).toBe('held');
      expect((await order('hold')).body['state']).toBe('held');
      expect(await order('dtmf', { digits: '1' })).toMatchObject({
        status: 409,
        body: { code: 'STATE_CONFLICT' },
      });
      expect((await order('unhold')).body['state']).toBe('bridged');
      expect((await order('unhold')).body['state']).toBe('bridged');
      expect((await order('mute')).body['muted']).toEqual(['agent']);
      expect((await order('mute', { side: 'skype' })).body['muted']).toEqual(['agent', 'skype']);
      expect((await order('unmute')).body['muted']).toEqual(['skype']);
      expect((await order('dtmf', { digits: '007#' })).status).toBe(200);
      await given.line.call('DELETE', path);
      await endsWith(path, 'hangup');
    });
  });

  able('play', () => {
    it('plays to one side and to both, and stops', async () => {
      const { path } = await joined();
      for (const side of ['agent', 'skype', 'both']) {
        const played = await given.line.call('POST', `${path}/playbacks`, { media: 'sound:beep', side });
        expect([side, played.status]).toEqual([side, 201]);
        const stopped = await given.line.call('DELETE', `${path}/playbacks/${String(played.body['id'])}`);
        expect([side, stopped.status]).toEqual([side, 204]);
      }
    });
  });

  able('record', () => {
    it('records, pauses, goes on and stops', async () => {
      const { path } = await joined();
      const recording = async (verb: string) => {
        const { status, body } = await given.line.call('POST', `${path}/recording${verb}`);
        return [
          status,
          (body['recording'] as Record<string, unknown> | undefined)?.['state'] ?? body['code'],
        ];
      };
      expect(await given.line.call('GET', `${path}/recording`)).toMatchObject({ status: 404 });
      expect(await recording('')).toEqual([200, 'recording']);
      expect(await recording('')).toEqual([409, 'STATE_CONFLICT']);
      expect(await given.line.call('GET', `${path}/recording`)).toMatchObject({ status: 409 });
      expect(await recording('/pause')).toEqual([200, 'paused']);
      expect(await recording('/resume')).toEqual([200, 'recording']);
      expect(await recording('/stop')).toEqual([200, 'done']);
      expect(await recording('/stop')).toEqual([409, 'STATE_CONFLICT']);
    });
  });

  able('properties', () => {
    it('reads and writes call properties', async () => {
      const { path } = await joined();
      const put = (name: string, value: string) =>
        given.line.call('PUT', `${path}/properties/${name}`, { value });
      expect((await put('topic', 'Dinner, for two')).status).toBe(200);
      expect((await given.line.call('GET', `${path}/properties/topic`)).body['value']).toBe(
        'Dinner, for two',
      );
      expect((await show(path))['topic']).toBe('Dinner, for two');
      expect((await put('token', 'ünïcode')).status).toBe(200);
      expect((await given.line.call('GET', `${path}/properties/token`)).body['value']).toBe('ünïcode');
      // Whose name it is in an outgoing call, the manual leaves open.
      const { body } = await given.line.call('GET', `${path}/properties/skypename`);
      expect([given.line.people.answers, given.line.account]).toContain(body['value']);
      expect(await put('skypename', 'x')).toMatchObject({ status: 422, body: { code: 'VALUE_FORBIDDEN' } });
      expect(await put('nonsense', 'x')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    });
  });
}
