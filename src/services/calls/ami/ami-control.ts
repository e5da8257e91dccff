import type { Readable } from 'node:stream';
import type { AmiLink } from '../../../ami/link/port.ts';
import { type AmiMessage, header } from '../../../ami/wire/message.ts';
import type { CallEnder } from '../../../model/call.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError, messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import { causeWord, OWN_CAUSES } from '../causes.ts';
import {
  CAPABILITIES,
  type CallControl,
  type CallPlan,
  type CallReports,
  type Capability,
} from '../control.ts';
import { getChannelVariable, listChannels, setChannelVariable } from './actions.ts';
import { AmiCall, type AmiLeg } from './ami-call.ts';

/** What the reduced form does; everything else is refused. */
const CAN: ReadonlySet<Capability> = new Set(['skypeFirst', 'transferToExtension', 'properties']);

interface Found {
  readonly call: AmiCall;
  readonly leg: AmiLeg;
}

/**
 * Calls on a PBX without ARI, in a reduced form: begin, hang up, blind transfer to an extension, properties.
 * Needs the manager right `call` and its events (`eventMask` with `call`), which {@link take} is fed with.
 */
export class AmiControl implements CallControl {
  readonly kind = 'ami';
  readonly cannot: ReadonlySet<Capability> = new Set(
    CAPABILITIES.filter((capability) => !CAN.has(capability)),
  );
  readonly pbx: string;
  readonly #link: AmiLink;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #calls = new Map<string, AmiCall>();
  #reports: CallReports | null = null;

  constructor(link: AmiLink, clock: Clock, log: Logger) {
    this.pbx = link.pbx;
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
  }

  attach(reports: CallReports): void {
    this.#reports = reports;
  }

  /** A manager event that is none of the driver's. */
  take(message: AmiMessage): void {
    const event = header(message, 'Event')?.toLowerCase();
    if (event === 'newchannel') this.#onNew(message);
    else if (event === 'newstate') this.#onState(message);
    else if (event === 'originateresponse') this.#onOriginated(message);
    else if (event === 'hangup') this.#onHangup(message);
  }

  /** The manager connection is up again: calls that the PBX does not list any more have ended meanwhile. */
  async connected(): Promise<void> {
    try {
      const { events } = await this.#link.request(listChannels());
      const living = new Set(events.map((event) => header(event, 'Uniqueid')));
      for (const call of this.#calls.values()) {
        for (const leg of call.legs) {
          if (leg.phase === 'gone' || living.has(leg.uniqueId ?? leg.wishedId)) continue;
          call.gone(leg, OWN_CAUSES.gap, 'service');
        }
      }
    } catch (thrown) {
      this.#log.warn({ pbx: this.pbx, error: messageOf(thrown) }, 'listing the channels failed');
    }
  }

  remember(plans: readonly CallPlan[]): void {
    // Ids of an older Asterisk are not ours, and nothing else tells which channel was whose.
    for (const { call } of plans) {
      this.#attached().ended(call.id, OWN_CAUSES.gap, 'service');
      this.#attached().released(call.id);
    }
  }

  begin(plan: CallPlan): Promise<void> {
    const world = { link: this.#link, reports: this.#attached(), clock: this.#clock, log: this.#log };
    const call = new AmiCall(world, plan, () => void this.#calls.delete(plan.call.id));
    this.#calls.set(plan.call.id, call);
    return call.begin();
  }

  async hangup(id: string, cause: string, by: CallEnder): Promise<void> {
    await this.#calls.get(id)?.finish(cause, by);
  }

  transferToExtension(id: string, context: string, extension: string): Promise<void> {
    return this.#call(id).sendAway(context, extension);
  }

  async getProperty(id: string, name: string): Promise<string> {
    const channel = this.#call(id).channelOf('skype');
    const { response } = await this.#link.request(
      getChannelVariable(channel, `SKYPE_CALL_PROPERTY(${name})`),
    );
    return header(response, 'Value') ?? '';
  }

  async setProperty(id: string, name: string, value: string): Promise<void> {
    const channel = this.#call(id).channelOf('skype');
    await this.#link.request(setChannelVariable(channel, `SKYPE_CALL_PROPERTY(${name})`, value));
  }

  async foreignSkypeChannels(): Promise<number | null> {
    if (this.#link.state !== 'ready') return null;
    const { events } = await this.#link.request(listChannels());
    return events.filter(
      (event) => /^skype\//i.test(header(event, 'Channel') ?? '') && this.#find(event) === null,
    ).length;
  }

  hold = () => this.#refuse('hold');
  unhold = () => this.#refuse('hold');
  mute = () => this.#refuse('mute');
  dtmf = () => this.#refuse('dtmf');
  play = () => this.#refuse('play');
  stopPlayback = () => this.#refuse('play');
  startRecording = () => this.#refuse('record');
  controlRecording = () => this.#refuse('record');
  downloadRecording = (): Promise<Readable> => this.#refuse('record');
  transferToSkype = () => this.#refuse('transferToSkype');
  consult = () => this.#refuse('consult');
  completeTransfer = () => this.#refuse('consult');
  cancelConsult = () => this.#refuse('consult');

  close(): void {
    this.#calls.clear();
  }

  /** By the id that we chose, else (before Asterisk 12) the oldest leg that dials what the channel is named after. */
  #onNew(message: AmiMessage): void {
    const uniqueId = header(message, 'Uniqueid') ?? '';
    const name = header(message, 'Channel') ?? '';
    const found =
      this.#leg(({ wishedId }) => wishedId === uniqueId) ??
      this.#leg(
        (leg) => leg.uniqueId === null && name.toLowerCase().startsWith(`${leg.endpoint.toLowerCase()}-`),
      );
    if (found === null) return;
    found.leg.uniqueId = uniqueId;
    found.leg.name = name;
  }

  #onHangup(message: AmiMessage): void {
    const found = this.#find(message);
    if (found !== null) found.call.gone(found.leg, causeWord(Number(header(message, 'Cause') ?? 0)));
  }

  #onState(message: AmiMessage): void {
    const state = header(message, 'ChannelStateDesc') ?? header(message, 'State');
    if (state === 'Ringing') this.#find(message)?.call.rings();
  }

  /** How an origination ended. One without a channel names only what was dialled: the oldest such leg is meant. */
  #onOriginated(message: AmiMessage): void {
    const endpoint = header(message, 'Channel') ?? '';
    if (header(message, 'Response') === 'Success') {
      const found = this.#find(message);
      if (found !== null) found.call.answered(found.leg);
      return;
    }
    const found =
      this.#find(message) ?? this.#leg((leg) => leg.uniqueId === null && leg.endpoint === endpoint);
    if (found === null) return;
    // With a channel its Hangup says more about the cause; without one nothing else comes.
    if (found.leg.uniqueId === null) found.call.gone(found.leg, OWN_CAUSES.failed, 'service');
  }

  #find(message: AmiMessage): Found | null {
    const uniqueId = header(message, 'Uniqueid');
    return this.#leg((leg) => leg.uniqueId === uniqueId || leg.wishedId === uniqueId);
  }

  #leg(matches: (leg: AmiLeg) => boolean): Found | null {
    for (const call of this.#calls.values()) {
      const leg = call.legs.find((candidate) => candidate.phase !== 'gone' && matches(candidate));
      if (leg !== undefined) return { call, leg };
    }
    return null;
  }

  #attached(): CallReports {
    if (this.#reports === null) throw new CompanionError('INTERNAL', 'the control has nobody to report to');
    return this.#reports;
  }

  #call(id: string): AmiCall {
    const call = this.#calls.get(id);
    if (call !== undefined) return call;
    throw new CompanionError('STATE_CONFLICT', 'the call is not under control: it has ended');
  }

  #refuse(capability: Capability): Promise<never> {
    return Promise.reject(
      new CompanionError('OPERATION_UNSUPPORTED', `calls over AMI cannot do that: ${capability}`, {
        pbx: this.pbx,
        capability,
      }),
    );
  }
}
