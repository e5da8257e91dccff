/**
 * The fields of every event that hold a resource, which is what clients need to know: ari-client 2.2.0 turns a
 * `Channel` or `Bridge` field into an object with operations, and it fails on an event without a model.
 */
export const EVENT_MODELS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ApplicationReplaced: {},
  BridgeCreated: { bridge: 'Bridge' },
  BridgeDestroyed: { bridge: 'Bridge' },
  ChannelCreated: { channel: 'Channel' },
  ChannelDestroyed: { cause: 'int', cause_txt: 'string', channel: 'Channel' },
  ChannelDtmfReceived: { digit: 'string', duration_ms: 'int', channel: 'Channel' },
  ChannelEnteredBridge: { bridge: 'Bridge', channel: 'Channel' },
  ChannelHangupRequest: { cause: 'int', soft: 'boolean', channel: 'Channel' },
  ChannelHold: { channel: 'Channel', musicclass: 'string' },
  ChannelLeftBridge: { bridge: 'Bridge', channel: 'Channel' },
  ChannelStateChange: { channel: 'Channel' },
  ChannelUnhold: { channel: 'Channel' },
  ChannelUserevent: {
    eventname: 'string',
    userevent: 'object',
    channel: 'Channel',
    bridge: 'Bridge',
    endpoint: 'Endpoint',
  },
  ChannelVarset: { variable: 'string', value: 'string', channel: 'Channel' },
  DeviceStateChanged: { device_state: 'DeviceState' },
  Dial: {
    caller: 'Channel',
    peer: 'Channel',
    forward: 'string',
    forwarded: 'Channel',
    dialstring: 'string',
    dialstatus: 'string',
  },
  PlaybackFinished: { playback: 'Playback' },
  PlaybackStarted: { playback: 'Playback' },
  RecordingFailed: { recording: 'LiveRecording' },
  RecordingFinished: { recording: 'LiveRecording' },
  RecordingStarted: { recording: 'LiveRecording' },
  StasisEnd: { channel: 'Channel' },
  StasisStart: { args: 'List[string]', channel: 'Channel', replace_channel: 'Channel' },
};
