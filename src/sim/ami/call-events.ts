import type { CallNotice } from '../calls/notices.ts';
import type { ManagerWorld } from './action.ts';
import type { CallEvent, Field } from './blocks.ts';
import { ancientCallEvent } from './call-events-14.ts';
import { modernCallEvent } from './call-events-22.ts';

/** Tells manager sessions of calls, device states and hints, in the words of the era. @returns what ends it. */
export function announceCalls({ calls, hints, devices, variation, publish }: ManagerWorld): () => void {
  const write: (notice: CallNotice) => readonly CallEvent[] =
    variation.era === '22' ? modernCallEvent : ancientCallEvent;
  const ends = [
    calls.listen((notice) => {
      for (const [name, right, fields] of write(notice)) publish(name, right, () => fields);
    }),
    hints.listen(({ exten, context, device, status, text }) =>
      publish('ExtensionStatus', 'call', () => [
        ['Exten', exten],
        ['Context', context],
        ...(variation.era === '22' ? [['Hint', device] as const] : []),
        ['Status', String(status)],
        ...(variation.era === '22' ? [['StatusText', text] as const] : []),
      ]),
    ),
  ];
  // Asterisk 1.4 tells of hints only.
  if (variation.era === '22') {
    const fields = (device: string, state: string): readonly Field[] => [
      ['Device', device],
      ['State', state],
    ];
    ends.push(
      devices.listen(({ device, state }) =>
        publish('DeviceStateChange', 'call', () => fields(device, state)),
      ),
    );
  }
  return () => {
    for (const end of ends) end();
  };
}
