import type { Bridge, Channel } from '../calls/channel.ts';

/** A time as ARI writes it: `2026-11-21T02:40:22.244+0000`. */
export function ariTime(millis: number): string {
  return new Date(millis).toISOString().replace('Z', '+0000');
}

/** A channel as ARI shows it (Asterisk 22). */
export function channelJson(channel: Channel) {
  return {
    id: channel.id,
    name: channel.name,
    state: channel.state,
    protocol_id: '',
    caller: channel.caller,
    connected: channel.connected,
    accountcode: '',
    dialplan: {
      context: channel.context,
      exten: channel.exten,
      priority: channel.priority,
      app_name: channel.app === null ? channel.application : 'Stasis',
      app_data: channel.app === null ? channel.applicationData : [channel.app, ...channel.appArgs].join(','),
    },
    creationtime: ariTime(channel.createdAt),
    language: 'en',
  };
}

/** A bridge as ARI shows it (Asterisk 22). */
export function bridgeJson(bridge: Bridge) {
  return {
    id: bridge.id,
    technology: bridge.channels.size > 2 ? 'softmix' : 'simple_bridge',
    bridge_type: bridge.type,
    bridge_class: bridge.joins ? 'basic' : 'stasis',
    creator: bridge.joins ? '' : 'Stasis',
    name: bridge.name,
    channels: [...bridge.channels].map((channel) => channel.id),
    creationtime: ariTime(bridge.createdAt),
    video_mode: 'none',
  };
}
