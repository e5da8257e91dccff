import type { Readable } from 'node:stream';
import type { AmiLink } from '../../../ami/link/port.ts';
import { hangup } from '../../../ami/skype/core-actions.ts';
import { askCommands } from '../../../ami/skype/enquiry.ts';
import { getVariable, setVariable, variableValue } from '../../../ami/skype/properties.ts';
import { type AmiMessage, header } from '../../../ami/wire/message.ts';
import { type CallEnder, SIDES } from '../../../model/call.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError, messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import { legCause, OWN_CAUSES } from '../causes.ts';
import {
  CAPABILITIES,
  type CallControl,
  type CallPlan,
  type CallReports,
  type Capability,
} from '../control.ts';
import { AmiCall, type AmiLeg, legId } from './ami-call.ts';
import { type LivingChannel, listLiving, stateOf } from './listing.ts';

/** What the reduced form does; everything else is refused. */
const CAN: ReadonlySet<Capability> = new Set(['begin', 'skypeFirst', 'transferToExtension', 'properties']);
const CANNOT: ReadonlySet<Capability> = new Set(CAPABILITIES.filter((capability) => !CAN.has(capability)));

/**
 * What `Reason` of an `OriginateResponse` says for certain: frames of Asterisk's core (frame.h, 1.4 to 22). 8 may be a
 * busy network as well as a licence limit.
 */
const ORIGINATE_REASONS: Readonly<Record<string, string>> = { 3: 'no-answer', 5: 'busy' };

interface Found {
  readonly call: AmiCall;
  readonly leg: AmiLeg;
}

/**
 * Calls on a PBX without ARI, in a reduced form: begin, hang up, blind transfer to an extension, properties.
 * Needs the manager's events of the class `call`, which {@link take} is fed with, and the rights `call` and
 * `originate`. A PBX without the action `Bridge` (Asterisk before 1.8) cannot begin calls.
 */
export class AmiControl implements CallControl {
  readonly kind = 'ami';
  readonly pbx: string;
  readonly #link: AmiLink;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #calls = new Map<string, AmiCall>();
  /** Calls of before a restart of the service, to be found by the first look. */
  readonly #remembered = new Map<string, CallPlan>();
  #cannot = CANNOT;
  #reports: CallReports | null = null;

  constructor(link: AmiLink, clock: Clock, log: Logger) {
    this.pbx = link.pbx;
    this.#link = link;
    this.#clock = clock;
    this.#log = log;
  }

  get cannot(): ReadonlySet<Capability> {
    return this.#cannot;
  }

  attach(reports: CallReports): void {
    this.#reports = reports;
  }

  /** A manager event that is none of the driver's. */
  take(message: AmiMessage): void {
    const event = header(message, 'Event')?.toLowerCase();
    if (event === 'newchannel') this.#onNew(message);
    else if (event === 'newstate') this.#onState(message);
    else if (event === 'dialstate' || event === 'dialend') this.#onDial(message);
    else if (event === 'hanguprequest') this.#onHangupRequest(message);
    else if (event === 'originateresponse') this.#onOriginated(message);
    else if (event === 'hangup') this.#onHangup(message);
  }

  /** The manager connection is up again: nothing tells what happened without it. */
  async connected(): Promise<void> {
    try {
      const commands = await askCommands(this.#link);
      this.#cannot = commands === null || commands.has('bridge') ? CANNOT : new Set([...CANNOT, 'begin']);
      await this.#look();
    } catch (thrown) {
      this.#log.warn({ pbx: this.pbx, error: messageOf(thrown) }, 'listing the channels failed');
    }
  }

  remember(plans: readonly CallPlan[]): void {
    for (const plan of plans) this.#remembered.set(plan.call.id, plan);
  }

  begin(plan: CallPlan): Promise<void> {
    return this.#add(plan).begin();
  }

  async hangup(id: string, cause: string, by: CallEnder): Promise<void> {
    await this.#calls.get(id)?.finish(cause, by);
    if (this.#remembered.delete(id))
      await this.#end(
        id,
        SIDES.map((side) => legId(id, side)),
        cause,
        by,
      );
  }

  transferToExtension(id: string, context: string, extension: string): Promise<void> {
    return this.#call(id).sendAway(context, extension);
  }

  async getProperty(id: string, name: string): Promise<string> {
    const channel = this.#call(id).channelOf('skype');
    return variableValue(await this.#link.request(getVariable(channel, `SKYPE_CALL_PROPERTY(${name})`)));
  }

  async setProperty(id: string, name: string, value: string): Promise<void> {
    const channel = this.#call(id).channelOf('skype');
    await this.#link.request(setVariable(channel, `SKYPE_CALL_PROPERTY(${name})`, value));
  }

  async foreignSkypeChannels(): Promise<number | null> {
    if (this.#link.state !== 'ready') return null;
    const living = await listLiving(this.#link);
    return [...living.values()].filter(
      ({ name, uniqueId }) => /^skype\//i.test(name) && this.#byId(uniqueId) === null,
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

  /** Brings the calls in line with what stands on the PBX. */
  async #look(): Promise<void> {
    const began = performance.now();
    const living = await listLiving(this.#link);
    await this.#revive(living);
    for (const call of this.#calls.values()) {
      for (const leg of call.legs) {
        if (leg.phase === 'gone' || leg.since >= began) continue;
        const channel = living.get(leg.uniqueId ?? leg.wishedId);
        if (channel === undefined) call.gone(leg, OWN_CAUSES.gap, 'service');
        else {
          name(leg, channel);
          if (channel.up) call.answered(leg);
        }
      }
    }
  }

  /** What was joined goes on; everything else has ended. Asterisks before 12 have ids of their own: all has. */
  async #revive(living: ReadonlyMap<string, LivingChannel>): Promise<void> {
    const ends: Promise<void>[] = [];
    for (const plan of this.#remembered.values()) {
      const { id, state } = plan.call;
      const [agent, skype] = [living.get(legId(id, 'agent')), living.get(legId(id, 'skype'))];
      if (state === 'bridged' && agent?.up && skype?.up) this.#add(plan).revive({ agent, skype });
      else {
        const left = [agent, skype].flatMap((channel) => (channel === undefined ? [] : [channel.name]));
        ends.push(this.#end(id, left, OWN_CAUSES.gap, 'service'));
      }
    }
    this.#remembered.clear();
    await Promise.all(ends);
  }

  /** Ends a call that has no object here, and what is left of it on the PBX. */
  async #end(id: string, channels: readonly string[], cause: string, by: CallEnder): Promise<void> {
    this.#attached().ended(id, cause, by);
    await Promise.allSettled(channels.map((channel) => this.#link.request(hangup(channel))));
    this.#attached().released(id);
  }

  #add(plan: CallPlan): AmiCall {
    const world = { link: this.#link, reports: this.#attached(), clock: this.#clock, log: this.#log };
    const call = new AmiCall(world, plan, {
      over: () => void this.#calls.delete(plan.call.id),
      silent: () => {
        const hint = 'nothing was heard of a call: does the manager user read the class call?';
        this.#log.warn({ pbx: this.pbx, call: plan.call.id }, hint);
        void this.connected();
      },
    });
    this.#calls.set(plan.call.id, call);
    return call;
  }

  /** By the id that we chose, else (before Asterisk 12) the oldest leg that dials what the channel is named after. */
  #onNew(message: AmiMessage): void {
    const uniqueId = header(message, 'Uniqueid') ?? '';
    const channel = header(message, 'Channel') ?? '';
    const isNamedAfter = ({ endpoint }: AmiLeg) =>
      channel.toLowerCase().startsWith(`${endpoint.toLowerCase()}-`);
    const found =
      this.#leg(({ wishedId }) => wishedId === uniqueId) ??
      this.#leg((leg) => leg.uniqueId === null && isNamedAfter(leg));
    if (found === null) return;
    name(found.leg, { uniqueId, name: channel });
  }

  #onHangupRequest(message: AmiMessage): void {
    const found = this.#find(message);
    found?.call.farEndHungUp(found.leg);
  }

  #onHangup(message: AmiMessage): void {
    const found = this.#find(message);
    if (found === null) return;
    const { call, leg } = found;
    call.gone(leg, legCause(Number(header(message, 'Cause') ?? 0), leg.dialStatus));
  }

  /** A driver may tell that it rings, or why it does not, by this alone. */
  #onDial(message: AmiMessage): void {
    const found = this.#byId(header(message, 'DestUniqueid') ?? '');
    if (found === null) return;
    found.leg.dialStatus = header(message, 'DialStatus') ?? '';
    if (found.leg.dialStatus === 'RINGING') found.call.rings();
  }

  #onState(message: AmiMessage): void {
    if (stateOf(message) === 'Ringing') this.#find(message)?.call.rings();
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
    // With a channel its Hangup says more about the cause.
    if (found.leg.uniqueId !== null) return;
    // Without one nothing else comes; under load the channel may only be told of later (Asterisk 22 seen).
    const cause = ORIGINATE_REASONS[header(message, 'Reason') ?? ''];
    if (cause === undefined) found.call.refused(found.leg);
    else found.call.gone(found.leg, cause);
  }

  #find(message: AmiMessage): Found | null {
    return this.#byId(header(message, 'Uniqueid') ?? '');
  }

  #byId(uniqueId: string): Found | null {
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
    throw new CompanionError(
      'STATE_CONFLICT',
      'the call is not under control: it ended, or no listing found it yet',
    );
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

function name(leg: AmiLeg, { uniqueId, name: channel }: Pick<LivingChannel, 'uniqueId' | 'name'>): void {
  leg.uniqueId = uniqueId;
  leg.name = channel;
}
