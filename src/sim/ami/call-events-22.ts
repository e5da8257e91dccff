import { causeText, SOFT_HANGUP_FLAGS } from '../calls/causes.ts';
import type { Bridge, Channel, ChannelState } from '../calls/channel.ts';
import type { CallNotice } from '../calls/notices.ts';
import type { CallEvent, Field } from './blocks.ts';

/** The numbers of channel states (Asterisk's `ast_channel_state`). */
export const STATE_NUMBERS: Readonly<Record<ChannelState, number>> = { Down: 0, Ring: 4, Ringing: 5, Up: 6 };

/** The fields that every event about a channel begins with, each name behind a prefix (Asterisk 22 seen). */
export function channelFields(channel: Channel, prefix = ''): readonly Field[] {
  const fields: readonly Field[] = [
    ['Channel', channel.name],
    ['ChannelState', String(STATE_NUMBERS[channel.state])],
    ['ChannelStateDesc', channel.state],
    ['CallerIDNum', channel.caller.number || UNKNOWN],
    ['CallerIDName', channel.caller.name || UNKNOWN],
    ['ConnectedLineNum', channel.connected.number || UNKNOWN],
    ['ConnectedLineName', channel.connected.name || UNKNOWN],
    ['Language', 'en'],
    ['AccountCode', ''],
    ['Context', channel.context],
    ['Exten', channel.exten],
    ['Priority', String(channel.priority)],
    ['Uniqueid', channel.id],
    ['Linkedid', channel.linked.id],
  ];
  return prefix === '' ? fields : fields.map(([name, value]) => [`${prefix}${name}`, value] as const);
}

const UNKNOWN = '<unknown>';

function bridgeFields(bridge: Bridge): readonly Field[] {
  const owned = !bridge.joins;
  return [
    ['BridgeUniqueid', bridge.id],
    ['BridgeType', owned ? 'stasis' : 'basic'],
    ['BridgeTechnology', bridge.channels.size > 2 ? 'softmix' : 'simple_bridge'],
    ['BridgeCreator', owned ? 'Stasis' : UNKNOWN],
    ['BridgeName', bridge.name || UNKNOWN],
    ['BridgeNumChannels', String(bridge.channels.size)],
    ['BridgeVideoSourceMode', 'none'],
  ];
}

/** The manager events of Asterisk 22 for a notice (fields and order as captured). */
export function modernCallEvent(notice: CallNotice): readonly CallEvent[] {
  switch (notice.type) {
    case 'channel-created':
      return [['Newchannel', 'call', channelFields(notice.channel)]];
    case 'channel-state':
      return [['Newstate', 'call', channelFields(notice.channel)]];
    case 'channel-destroyed': {
      const { cause } = notice.channel;
      const why: readonly Field[] = [
        ['Cause', String(cause)],
        ['Cause-txt', causeText(cause)],
      ];
      return [['Hangup', 'call', [...channelFields(notice.channel), ...why]]];
    }
    case 'hangup-request': {
      const { by, channel } = notice;
      const name = by === 'far-end' ? 'HangupRequest' : 'SoftHangupRequest';
      const cause = by === 'far-end' ? channel.cause : SOFT_HANGUP_FLAGS[by];
      return [[name, 'call', [...channelFields(channel), ['Cause', String(cause)]]]];
    }
    case 'dial': {
      const caller = notice.caller ? channelFields(notice.caller) : [];
      const called = [...caller, ...channelFields(notice.channel, 'Dest')];
      if (notice.status === '') {
        return [['DialBegin', 'call', [...called, ['DialString', notice.channel.resource]]]];
      }
      const name = notice.status === 'RINGING' ? 'DialState' : 'DialEnd';
      return [[name, 'call', [...called, ['DialStatus', notice.status]]]];
    }
    case 'variable-set': {
      const fields = [...channelFields(notice.channel), field('Variable', notice.name)];
      return [['VarSet', 'dialplan', [...fields, ['Value', notice.value]]]];
    }
    case 'application': {
      const { channel } = notice;
      const fields = [
        ...channelFields(channel),
        field('Extension', channel.exten),
        field('Application', channel.application),
        field('AppData', channel.applicationData),
      ];
      return [['Newexten', 'dialplan', fields]];
    }
    case 'user-event': {
      const about = notice.channel ? channelFields(notice.channel) : [];
      return [['UserEvent', 'user', [...about, ['UserEvent', notice.name], ...notice.fields]]];
    }
    case 'hold':
      return [['Hold', 'call', channelFields(notice.channel)]];
    case 'unhold':
      return [['Unhold', 'call', channelFields(notice.channel)]];
    case 'dtmf': {
      const digit = [...channelFields(notice.channel), field('Digit', notice.digit)];
      const direction = field('Direction', 'Received');
      const begin = [...digit, direction];
      const end = [...digit, field('DurationMs', String(notice.millis)), direction];
      return [
        ['DTMFBegin', 'dtmf', begin],
        ['DTMFEnd', 'dtmf', end],
      ];
    }
    case 'bridge-created':
      return [['BridgeCreate', 'call', bridgeFields(notice.bridge)]];
    case 'bridge-destroyed':
      return [['BridgeDestroy', 'call', bridgeFields(notice.bridge)]];
    case 'entered-bridge':
      return [['BridgeEnter', 'call', [...bridgeFields(notice.bridge), ...channelFields(notice.channel)]]];
    case 'left-bridge':
      return [['BridgeLeave', 'call', [...bridgeFields(notice.bridge), ...channelFields(notice.channel)]]];
    case 'stasis-start':
    case 'stasis-end':
      return [];
  }
}

function field(name: string, value: string): Field {
  return [name, value];
}
