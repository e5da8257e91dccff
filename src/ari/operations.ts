import type { Readable } from 'node:stream';
import { readBridge, readChannel } from './event.ts';
import type { AriBridge, AriChannel } from './facts.ts';
import { fieldsOf, itemsOf, textOf } from './fields.ts';

export interface OriginateRequest {
  /** Chosen by us before the channel exists, so that no event about it can come too early. */
  readonly channelId: string;
  /** Dial string, for example `Skype/james_bond@austin_powers` or `PJSIP/shoe-phone`. */
  readonly endpoint: string;
  /** Seconds until ringing is given up. */
  readonly timeoutSeconds: number;
  /** `"Name" <number>`, a name or a number. */
  readonly callerId?: string | null;
  /** Channel variables and functions, set before the channel rings. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** What something is played to or recorded from. */
export interface AriTarget {
  readonly resource: 'channels' | 'bridges';
  readonly id: string;
}

/** Runs one operation of the api-docs, by its nickname; see {@link AriOperations} for what it throws. */
export type AriRequester = (
  resource: string,
  nickname: string,
  parameters: Readonly<Record<string, unknown>>,
) => Promise<unknown>;

/** Which way of a channel's sound: `in` comes from its phone, `out` goes to it. */
export type SoundDirection = 'in' | 'out' | 'both';

/**
 * The operations of ARI that call control uses (Asterisk 22, `/ari/api-docs`). All of them throw
 * CompanionError `ARI_REQUEST_FAILED`.
 */
export class AriOperations {
  readonly #app: string;
  readonly #run: AriRequester;
  readonly #download: (path: string) => Promise<Readable>;

  constructor(app: string, run: AriRequester, download: (path: string) => Promise<Readable>) {
    this.#app = app;
    this.#run = run;
    this.#download = download;
  }

  async listChannels(): Promise<AriChannel[]> {
    return itemsOf(await this.#run('channels', 'list', {}))
      .map(readChannel)
      .filter((channel) => channel !== null);
  }

  async listBridges(): Promise<AriBridge[]> {
    return itemsOf(await this.#run('bridges', 'list', {}))
      .map(readBridge)
      .filter((bridge) => bridge !== null);
  }

  /** Makes our application hear of a source, `channel:ID` or `bridge:ID`; a second time does no harm. */
  async subscribe(sources: readonly string[]): Promise<void> {
    if (sources.length === 0) return;
    const parameters = { applicationName: this.#app, eventSource: sources.join(',') };
    await this.#run('applications', 'subscribe', parameters);
  }

  /** Lets the PBX send only events of these types; Asterisk 13.26 and newer. */
  async filterEvents(types: readonly string[]): Promise<void> {
    const allowed = types.map((type) => ({ type }));
    await this.#run('applications', 'filter', { applicationName: this.#app, filter: { allowed } });
  }

  /** The channels that our application holds or hears of. */
  async ownChannels(): Promise<readonly string[]> {
    const application = await this.#run('applications', 'get', { applicationName: this.#app });
    return itemsOf(fieldsOf(application)['channel_ids']).map(textOf);
  }

  async originate(request: OriginateRequest): Promise<void> {
    const { channelId, endpoint, timeoutSeconds, callerId, variables = {} } = request;
    await this.#run('channels', 'originate', {
      channelId,
      endpoint,
      app: this.#app,
      timeout: timeoutSeconds,
      ...(callerId ? { callerId } : {}),
      // The library wraps a body once; a variable that is itself named `variables` would confuse it.
      ...(Object.keys(variables).length > 0 ? { variables: { variables } } : {}),
    });
  }

  async answer(channelId: string): Promise<void> {
    await this.#run('channels', 'answer', { channelId });
  }

  /** @param reason a word of Asterisk's: `normal`, `busy`, `congestion`, `no_answer`, `rejected`... */
  async hangup(channelId: string, reason?: string): Promise<void> {
    await this.#run('channels', 'hangup', { channelId, ...(reason ? { reason } : {}) });
  }

  /** Lets a channel hear ringing. */
  async ring(channelId: string): Promise<void> {
    await this.#run('channels', 'ring', { channelId });
  }

  /** Hands a channel back to the dialplan: behind where it came from, or at a place. */
  async continueInDialplan(
    channelId: string,
    place: { readonly context: string; readonly extension: string } | null,
  ): Promise<void> {
    const where = place === null ? {} : { ...place, priority: 1 };
    await this.#run('channels', 'continueInDialplan', { channelId, ...where });
  }

  async startMusic(channelId: string, musicClass: string | null): Promise<void> {
    await this.#run('channels', 'startMoh', { channelId, ...(musicClass ? { mohClass: musicClass } : {}) });
  }

  async stopMusic(channelId: string): Promise<void> {
    await this.#run('channels', 'stopMoh', { channelId });
  }

  async mute(channelId: string, direction: SoundDirection): Promise<void> {
    await this.#run('channels', 'mute', { channelId, direction });
  }

  async unmute(channelId: string, direction: SoundDirection): Promise<void> {
    await this.#run('channels', 'unmute', { channelId, direction });
  }

  async sendDtmf(channelId: string, digits: string): Promise<void> {
    await this.#run('channels', 'sendDTMF', { channelId, dtmf: digits });
  }

  /** A variable, or a function such as `SKYPE_CALL_PROPERTY(topic)`; null when the PBX has none. */
  async getVariable(channelId: string, variable: string): Promise<string | null> {
    const answer = fieldsOf(await this.#run('channels', 'getChannelVar', { channelId, variable }));
    return typeof answer['value'] === 'string' ? answer['value'] : null;
  }

  async setVariable(channelId: string, variable: string, value: string): Promise<void> {
    await this.#run('channels', 'setChannelVar', { channelId, variable, value });
  }

  async createBridge(bridgeId: string): Promise<void> {
    await this.#run('bridges', 'create', { bridgeId, type: 'mixing' });
  }

  async addToBridge(bridgeId: string, channels: readonly string[]): Promise<void> {
    await this.#run('bridges', 'addChannel', { bridgeId, channel: channels.join(',') });
  }

  async removeFromBridge(bridgeId: string, channelId: string): Promise<void> {
    await this.#run('bridges', 'removeChannel', { bridgeId, channel: channelId });
  }

  async destroyBridge(bridgeId: string): Promise<void> {
    await this.#run('bridges', 'destroy', { bridgeId });
  }

  /** Plays `sound:hello`, `tone:ring`, `recording:NAME`... A bridge needs chan_bridge_media on the PBX. */
  async play(target: AriTarget, playbackId: string, media: string): Promise<void> {
    await this.#run(target.resource, 'play', { ...idOf(target), playbackId, media });
  }

  async stopPlayback(playbackId: string): Promise<void> {
    await this.#run('playbacks', 'stop', { playbackId });
  }

  async record(target: AriTarget, name: string, format: string): Promise<void> {
    await this.#run(target.resource, 'record', { ...idOf(target), name, format, ifExists: 'fail' });
  }

  async pauseRecording(recordingName: string): Promise<void> {
    await this.#run('recordings', 'pause', { recordingName });
  }

  async resumeRecording(recordingName: string): Promise<void> {
    await this.#run('recordings', 'unpause', { recordingName });
  }

  /** Ends a recording and keeps it. */
  async stopRecording(recordingName: string): Promise<void> {
    await this.#run('recordings', 'stop', { recordingName });
  }

  /** The sound file of a recording that has ended, as a stream. */
  downloadRecording(name: string): Promise<Readable> {
    return this.#download(`/recordings/stored/${encodeURIComponent(textOf(name))}/file`);
  }
}

function idOf({ resource, id }: AriTarget): Readonly<Record<string, string>> {
  return resource === 'channels' ? { channelId: id } : { bridgeId: id };
}
