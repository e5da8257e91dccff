import type { Readable } from 'node:stream';
import { httpStatusOf } from '../../../ari/failure.ts';
import type { AriEvent, AriPort } from '../../../ari/port.ts';
import { TRANSFER_VARIABLES } from '../../../dialplan/extensions.ts';
import type { CallEnder, Side } from '../../../model/call.ts';
import type { Clock } from '../../../model/clock.ts';
import { CompanionError, messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import { OWN_CAUSES } from '../causes.ts';
import type { CallControl, CallPlan, CallReports, Capability, SkypeTransfer } from '../control.ts';
import { AriCall, type ChannelEvent } from './ari-call.ts';
import { readCaller } from './caller.ts';
import { callOfId } from './ids.ts';
import type { Leg } from './legs.ts';
import { Survey } from './survey.ts';

/** Call control through ARI: knows which channel belongs to which call, and looks anew after each gap. */
export class AriControl implements CallControl {
  readonly kind = 'ari';
  readonly cannot: ReadonlySet<Capability> = new Set();
  readonly pbx: string;
  readonly #ari: AriPort;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #calls = new Map<string, AriCall>();
  readonly #byChannel = new Map<string, AriCall>();
  readonly #survey: Survey;
  readonly #ends: (() => void)[] = [];
  #reports: CallReports | null = null;

  constructor(ari: AriPort, clock: Clock, log: Logger) {
    this.pbx = ari.pbx;
    this.#ari = ari;
    this.#clock = clock;
    this.#log = log;
    this.#survey = new Survey(ari, log, {
      calls: () => this.#calls,
      isRegistered: (channel) => this.#byChannel.has(channel),
      registered: () => [...this.#byChannel.keys()],
      revive: (plan) => this.#add(plan),
      lost: (id) => this.#over(id, OWN_CAUSES.gap, 'service'),
      handBack: (channel) => this.#handBack(channel, null),
    });
  }

  attach(reports: CallReports): void {
    this.#reports = reports;
    this.#ends.push(
      this.#ari.onEvent((event) => this.#onEvent(event)),
      this.#ari.onLink(({ connected }) => {
        if (connected) this.#survey.begin();
      }),
    );
  }

  remember(plans: readonly CallPlan[]): void {
    this.#survey.remember(plans);
  }

  begin(plan: CallPlan): Promise<void> {
    return this.#add(plan).begin();
  }

  async hangup(id: string, cause: string, by: CallEnder): Promise<void> {
    await this.#calls.get(id)?.finish(cause, by);
    if (this.#survey.forget(id)) this.#over(id, cause, by);
  }

  hold(id: string, musicClass: string | null): Promise<void> {
    const call = this.#call(id);
    return call.order(async () => {
      await call.parking.park(call.legs.onLine('skype'), musicClass);
      this.#attached().happened(id, 'held');
    });
  }

  unhold(id: string): Promise<void> {
    const call = this.#call(id);
    return call.order(async () => {
      await call.parking.unpark();
      this.#attached().happened(id, 'resumed');
    });
  }

  mute(id: string, side: Side, on: boolean): Promise<void> {
    const call = this.#call(id);
    return call.order(() => call.muting.set(side, on));
  }

  dtmf(id: string, side: Side, digits: string): Promise<void> {
    const call = this.#call(id);
    return call.order(() => this.#ari.operations.sendDtmf(call.legs.onLine(side).channel, digits));
  }

  play(id: string, side: Side | 'both', playbackId: string, media: string): Promise<void> {
    const call = this.#call(id);
    return call.order(() => {
      const target =
        side === 'both'
          ? ({ resource: 'bridges', id: call.legs.bridge } as const)
          : ({ resource: 'channels', id: call.legs.onLine(side).channel } as const);
      return this.#ari.operations.play(target, playbackId, media);
    });
  }

  async stopPlayback(_id: string, playbackId: string): Promise<void> {
    await this.#ari.operations.stopPlayback(playbackId).catch((thrown: unknown) => {
      // It has come to its end by itself.
      if (httpStatusOf(thrown) !== 404) throw thrown;
    });
  }

  startRecording(id: string, format: string): Promise<void> {
    const call = this.#call(id);
    return call.order(() => call.recording.start(format));
  }

  controlRecording(id: string, order: 'pause' | 'resume' | 'stop'): Promise<void> {
    const call = this.#call(id);
    return call.order(() => call.recording.control(order));
  }

  downloadRecording(name: string): Promise<Readable> {
    return this.#ari.operations.downloadRecording(name);
  }

  transferToExtension(id: string, context: string, extension: string): Promise<void> {
    return this.#call(id).sendAway({ context, extension }, `${extension}@${context}`);
  }

  async transferToSkype(id: string, { to, topic, context }: SkypeTransfer): Promise<void> {
    const call = this.#call(id);
    if (call.direction !== 'in') {
      throw new CompanionError(
        'STATE_CONFLICT',
        'only incoming Skype calls can be transferred to a Skype name (manual 3.2.2.1)',
        { direction: 'out' },
      );
    }
    const { operations } = this.#ari;
    await call.order(async () => {
      const { channel } = call.legs.onLine('skype');
      await operations.setVariable(channel, TRANSFER_VARIABLES.to, to);
      // The parser of the application's arguments takes these two away.
      const escaped = (topic ?? '').replace(/["\\]/g, '\\$&');
      await operations.setVariable(channel, TRANSFER_VARIABLES.topic, escaped);
    });
    await call.sendAway({ context, extension: 's' }, to);
  }

  consult(id: string, agent: string, timeoutSeconds: number): Promise<void> {
    return this.#call(id).consult(agent, timeoutSeconds);
  }

  completeTransfer(id: string): Promise<void> {
    return this.#call(id).completeTransfer();
  }

  cancelConsult(id: string): Promise<void> {
    return this.#call(id).cancelConsult();
  }

  async getProperty(id: string, name: string): Promise<string> {
    const call = this.#call(id);
    const { channel } = skypeLeg(call);
    return (await this.#ari.operations.getVariable(channel, `SKYPE_CALL_PROPERTY(${name})`)) ?? '';
  }

  async setProperty(id: string, name: string, value: string): Promise<void> {
    const call = this.#call(id);
    const { channel } = skypeLeg(call);
    await this.#ari.operations.setVariable(channel, `SKYPE_CALL_PROPERTY(${name})`, value);
  }

  async foreignSkypeChannels(): Promise<number | null> {
    if (!this.#ari.connected) return null;
    const channels = await this.#ari.operations.listChannels();
    return channels.filter(
      ({ id, name }) =>
        /^skype\//i.test(name) && !this.#byChannel.has(id) && callOfId(this.#ari.app, id) === null,
    ).length;
  }

  close(): void {
    this.#survey.close();
    for (const end of this.#ends.splice(0)) end();
  }

  /** How many calls and channels are known: nothing stays behind when all calls have ended. */
  get size(): { readonly calls: number; readonly channels: number } {
    return { calls: this.#calls.size, channels: this.#byChannel.size };
  }

  #attached(): CallReports {
    if (this.#reports === null) throw new CompanionError('INTERNAL', 'the control has nobody to report to');
    return this.#reports;
  }

  #call(id: string): AriCall {
    const call = this.#calls.get(id);
    if (call !== undefined) return call;
    throw new CompanionError(
      'STATE_CONFLICT',
      'the call is not under control: it ended, or no listing found it yet',
    );
  }

  #add(plan: CallPlan): AriCall {
    const { app, operations: ari } = this.#ari;
    const world = { app, ari, reports: this.#attached(), clock: this.#clock, log: this.#log };
    const { id } = plan.call;
    const register = {
      add: (channel: string) => void this.#byChannel.set(channel, call),
      remove: (channel: string) => void this.#byChannel.delete(channel),
      doubt: () => this.#survey.doubt(),
    };
    const call: AriCall = new AriCall(world, plan, register, () => void this.#calls.delete(id));
    this.#calls.set(id, call);
    return call;
  }

  #onEvent(event: AriEvent): void {
    if (event.kind === 'replaced') return;
    if (event.kind === 'recording') {
      const call = callOfId(this.#ari.app, event.name);
      if (call !== null) this.#calls.get(call)?.recording.onEvent(event);
      return;
    }
    const call = this.#byChannel.get(event.channel.id);
    if (call !== undefined) call.on(event);
    else if (event.kind === 'entered') this.#onStranger(event);
  }

  /** A channel of no call: one of ours whose call has ended meanwhile, or a call that comes in. */
  #onStranger(event: ChannelEvent & { kind: 'entered' }): void {
    const { channel, args } = event;
    const { operations } = this.#ari;
    if (callOfId(this.#ari.app, channel.id) !== null) {
      void operations.hangup(channel.id).catch(() => this.#survey.doubt());
      return;
    }
    const plan = this.#attached().arrived({
      pbx: this.pbx,
      user:
        args.find((arg) => arg !== '' && arg !== 'incoming') ??
        /^Skype\/([^@]+)@/i.exec(channel.name)?.[1] ??
        '',
      number: channel.callerNumber,
      name: channel.callerName,
    });
    if (plan === null) this.#handBack(channel.id, null);
    else void this.#takeIn(plan, channel.id, { number: channel.callerNumber, name: channel.callerName });
  }

  /** An incoming call rings its agent while its caller is being read, or goes on with what was read. */
  async #takeIn(plan: CallPlan, channel: string, known: { number: string; name: string }): Promise<void> {
    const { id, agent } = plan.call;
    const reports = this.#attached();
    const call = agent === '' ? null : this.#add(plan);
    const ringing = call?.beginIncoming(channel).catch(() => undefined);
    const facts = await readCaller(this.#ari.operations, channel, known);
    reports.changed(id, facts);
    await ringing;
    if (call !== null) return;
    this.#handBack(channel, plan.fallback);
    this.#over(id, OWN_CAUSES.continued, 'service');
  }

  /** The end of a call that has nothing on the PBX. */
  #over(id: string, cause: string, by: CallEnder): void {
    this.#attached().ended(id, cause, by);
    this.#attached().released(id);
  }

  #handBack(channel: string, place: CallPlan['fallback']): void {
    this.#ari.operations
      .continueInDialplan(channel, place)
      .catch((thrown: unknown) =>
        this.#log.warn(
          { pbx: this.pbx, channel, error: messageOf(thrown) },
          'a call cannot go on in the dialplan',
        ),
      );
  }
}

/** The Skype side, answered or not. @throws CompanionError `STATE_CONFLICT` before it is called. */
function skypeLeg({ legs }: AriCall): Leg {
  const leg = legs.get('skype');
  if (leg !== null) return leg;
  throw new CompanionError('STATE_CONFLICT', 'the skype side has not been called yet', { side: 'skype' });
}
