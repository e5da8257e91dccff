import { causeText, SOFT_HANGUP_FLAGS } from '../calls/causes.ts';
import type { CallNotice } from '../calls/notices.ts';
import type { Applications, AriEvent } from './applications.ts';
import { ariTime, bridgeJson, channelJson } from './snapshots.ts';

/**
 * Tells the applications what happens to channels and bridges, in the order of Asterisk 22, and keeps their
 * subscriptions: entering an application subscribes it to the channel until it leaves, and to every bridge that
 * the channel enters until that is destroyed.
 */
export function announceCall(notice: CallNotice, applications: Applications, now: number): void {
  if (notice.type === 'application') return;
  const event = callEvent(notice, ariTime(now));
  switch (notice.type) {
    case 'stasis-start':
      applications.subscribe(notice.app, `channel:${notice.channel.id}`);
      applications.publishTo(notice.app, event);
      break;
    case 'stasis-end':
      applications.publishTo(notice.app, event);
      applications.unsubscribe(notice.app, `channel:${notice.channel.id}`);
      break;
    case 'entered-bridge': {
      const { app } = notice.channel;
      const source = `bridge:${notice.bridge.id}`;
      if (app !== null && !applications.isSubscribed(app, source)) applications.subscribe(app, source);
      applications.publish(event, sources(notice));
      break;
    }
    default:
      applications.publish(event, sources(notice));
      if (notice.type === 'channel-destroyed') applications.forget(`channel:${notice.channel.id}`);
      if (notice.type === 'bridge-destroyed') applications.forget(`bridge:${notice.bridge.id}`);
  }
}

/** The event of Asterisk 22 for a notice. */
function callEvent(notice: Exclude<CallNotice, { type: 'application' }>, timestamp: string): AriEvent {
  switch (notice.type) {
    case 'bridge-created':
      return { type: 'BridgeCreated', timestamp, bridge: bridgeJson(notice.bridge) };
    case 'bridge-destroyed':
      return { type: 'BridgeDestroyed', timestamp, bridge: bridgeJson(notice.bridge) };
    case 'dial':
      return {
        type: 'Dial',
        timestamp,
        dialstatus: notice.status,
        forward: '',
        // The dial string stands only in the event that begins the call.
        dialstring: notice.status === '' ? notice.channel.resource : '',
        ...(notice.caller ? { caller: channelJson(notice.caller) } : {}),
        peer: channelJson(notice.channel),
      };
  }
  if (notice.type === 'user-event') {
    const about = notice.channel ? { channel: channelJson(notice.channel) } : {};
    const userevent = Object.fromEntries(notice.fields);
    return { type: 'ChannelUserevent', timestamp, eventname: notice.name, userevent, ...about };
  }
  const channel = channelJson(notice.channel);
  switch (notice.type) {
    case 'channel-created':
      return { type: 'ChannelCreated', timestamp, channel };
    case 'channel-state':
      return { type: 'ChannelStateChange', timestamp, channel };
    case 'stasis-start':
      return { type: 'StasisStart', timestamp, args: notice.channel.appArgs, channel };
    case 'stasis-end':
      return { type: 'StasisEnd', timestamp, channel };
    case 'hangup-request': {
      const type = 'ChannelHangupRequest';
      return notice.by === 'far-end'
        ? { type, timestamp, cause: notice.channel.cause, channel }
        : { type, timestamp, soft: true, cause: SOFT_HANGUP_FLAGS[notice.by], channel };
    }
    case 'channel-destroyed': {
      const { cause } = notice.channel;
      return { type: 'ChannelDestroyed', timestamp, cause, cause_txt: causeText(cause), channel };
    }
    case 'variable-set':
      return { type: 'ChannelVarset', timestamp, variable: notice.name, value: notice.value, channel };
    case 'hold':
      return { type: 'ChannelHold', timestamp, musicclass: 'N/A', channel };
    case 'unhold':
      return { type: 'ChannelUnhold', timestamp, channel };
    case 'dtmf':
      return {
        type: 'ChannelDtmfReceived',
        timestamp,
        digit: notice.digit,
        duration_ms: notice.millis,
        channel,
      };
    case 'entered-bridge':
      return { type: 'ChannelEnteredBridge', timestamp, bridge: bridgeJson(notice.bridge), channel };
    case 'left-bridge':
      return { type: 'ChannelLeftBridge', timestamp, bridge: bridgeJson(notice.bridge), channel };
  }
}

/** Everything that an application can be subscribed to in order to hear of a notice. */
function sources(notice: CallNotice): readonly string[] {
  const bridge = 'bridge' in notice ? [`bridge:${notice.bridge.id}`] : [];
  if (!('channel' in notice) || notice.channel === null) return bridge;
  const { id, tech, resource } = notice.channel;
  return [...bridge, `channel:${id}`, `endpoint:${tech}/${resource}`];
}
