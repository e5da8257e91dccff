import { causeText } from '../calls/causes.ts';
import type { Channel } from '../calls/channel.ts';
import type { CallNotice } from '../calls/notices.ts';
import type { CallEvent, Field } from './blocks.ts';

function channelFields(channel: Channel): readonly Field[] {
  return [
    ['Channel', channel.name],
    ['State', channel.state],
    ['CallerIDNum', channel.caller.number],
    ['CallerIDName', channel.caller.name],
    ['Uniqueid', channel.id],
  ];
}

/** The manager events of Asterisk 1.4 for a notice, from its public channel.c, app_dial.c and pbx.c; nothing was captured. */
export function ancientCallEvent(notice: CallNotice): readonly CallEvent[] {
  switch (notice.type) {
    case 'channel-created':
      return [['Newchannel', 'call', channelFields(notice.channel)]];
    case 'channel-state':
      return [['Newstate', 'call', channelFields(notice.channel)]];
    case 'channel-destroyed': {
      const { name, id, cause } = notice.channel;
      const fields: readonly Field[] = [
        ['Channel', name],
        ['Uniqueid', id],
        ['Cause', String(cause)],
        ['Cause-txt', causeText(cause)],
      ];
      return [['Hangup', 'call', fields]];
    }
    case 'application': {
      const { name, context, exten, priority, application, applicationData, id } = notice.channel;
      const fields: readonly Field[] = [
        ['Channel', name],
        ['Context', context],
        ['Extension', exten],
        ['Priority', String(priority)],
        ['Application', application],
        ['AppData', applicationData],
        ['Uniqueid', id],
      ];
      return [['Newexten', 'call', fields]];
    }
    case 'entered-bridge':
      return notice.bridge.channels.size === 2 ? [link('Link', [...notice.bridge.channels])] : [];
    case 'left-bridge':
      return notice.bridge.channels.size === 1
        ? [link('Unlink', [...notice.bridge.channels, notice.channel])]
        : [];
    case 'user-event':
      return [['UserEvent', 'user', [['UserEvent', notice.name], ...notice.fields]]];
    default:
      return [];
  }
}

/** `Link` and `Unlink`, which 1.4 has instead of bridges. */
function link(name: string, [first, second]: readonly Channel[]): CallEvent {
  const fields: readonly Field[] = [
    ['Channel1', first?.name ?? ''],
    ['Channel2', second?.name ?? ''],
    ['Uniqueid1', first?.id ?? ''],
    ['Uniqueid2', second?.id ?? ''],
    ['CallerID1', first?.caller.number ?? ''],
    ['CallerID2', second?.caller.number ?? ''],
  ];
  return [name, 'call', fields];
}
