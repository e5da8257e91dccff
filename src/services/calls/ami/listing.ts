import type { AmiLink } from '../../../ami/link/port.ts';
import { status } from '../../../ami/skype/core-actions.ts';
import { type AmiMessage, header } from '../../../ami/wire/message.ts';

/** A channel that stands on the PBX. */
export interface LivingChannel {
  readonly uniqueId: string;
  readonly name: string;
  /** Whether somebody is on it. */
  readonly up: boolean;
}

/** What stands on a PBX, by the channels' unique ids. @throws CompanionError an AMI code. */
export async function listLiving(link: AmiLink): Promise<ReadonlyMap<string, LivingChannel>> {
  const { events } = await link.request(status());
  return new Map(
    events.map((event) => {
      const uniqueId = header(event, 'Uniqueid') ?? '';
      const up = stateOf(event) === 'Up';
      return [uniqueId, { uniqueId, name: header(event, 'Channel') ?? '', up }];
    }),
  );
}

/** Asterisk's word for a channel's state; `State` before 1.6. */
export function stateOf(message: AmiMessage): string {
  return header(message, 'ChannelStateDesc') ?? header(message, 'State') ?? '';
}
