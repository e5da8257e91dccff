import { type Account, channelVariables } from '../skype/members.ts';
import { CAUSES } from './causes.ts';
import { type Channel, type DialEnd, type FailedDialStatus, joinedTo, type LinkedCall } from './channel.ts';
import { ChannelBook } from './channel-book.ts';
import type { Dialplan } from './dialplan.ts';
import { type Denial, type Destination, localPlace, resolveEndpoint } from './endpoints.ts';
import type { CallNotice, DialStatus, HangupOrigin } from './notices.ts';
import { type ChannelRequest, type IncomingCall, skypeLeg } from './requests.ts';
import type { SwitchboardSetup } from './switchboard-setup.ts';

/**
 * The calls of the PBX: channels are requested, dialled, answered, given to ARI applications and hung up.
 * Everything is told to the listeners at once and in order; what people do by themselves (ringing, answering)
 * goes through the scheduler.
 */
export class Switchboard {
  readonly book: ChannelBook;
  /** The ARI applications with somebody connected. */
  readonly apps = new Set<string>();
  /** Of the driver's licences; calls that are up stay when it falls. */
  licensedChannels: number;
  readonly #setup: SwitchboardSetup;
  readonly #destinations = new WeakMap<Channel, Destination>();
  #dialplan: Dialplan | null = null;
  #run: (channel: Channel) => void = () => {};

  constructor(setup: SwitchboardSetup) {
    this.#setup = setup;
    this.licensedChannels = setup.licensedChannels ?? 10;
    this.book = new ChannelBook(setup.scheduler);
  }

  /** Sends channels into a dialplan from now on; without one every extension answers and waits. */
  useDialplan(dialplan: Dialplan, run: (channel: Channel) => void): void {
    this.#dialplan = dialplan;
    this.#run = run;
  }

  /** Hears every notice from now on. @returns a function that ends it. */
  listen(listener: (notice: CallNotice) => void): () => void {
    return this.book.listeners.add(listener);
  }

  /** Makes a channel for a dial string without calling anybody, or tells the cause why there is none. */
  request(endpoint: string, wish: ChannelRequest): Channel | Denial {
    const destination = resolveEndpoint(endpoint, this.#setup.community, {
      freeSkypeChannels: this.licensedChannels - this.book.skypeChannels,
      defaultUser: this.#setup.defaultUser ?? null,
    });
    if ('denied' in destination) return destination;
    const party = wish.callerId;
    const channel = this.book.add({
      tech: destination.tech,
      resource: destination.resource,
      id: wish.id,
      linked: wish.caller?.linked,
      skype: destination.skype && {
        ...skypeLeg(destination.skype.user, destination.skype.peer, 'out'),
        ...wish.caller?.carried,
      },
      ...(party ? { caller: party, connected: party } : {}),
      ...(destination.tech === 'Local' ? { half: ';1', ...localPlace(destination.resource) } : {}),
    });
    if (destination.skype) this.#setAccountVariables(channel, destination.skype.user);
    this.#destinations.set(channel, destination);
    if (destination.tech === 'Local') this.#addOtherHalf(channel, wish.otherId);
    return channel;
  }

  /**
   * Calls whoever a requested channel leads to.
   *
   * @param timeoutSeconds after which nobody has answered; null waits for ever.
   * @param end hears what comes of it.
   * @param caller the channel that the dialplan dials for.
   */
  dial(channel: Channel, timeoutSeconds: number | null, end: DialEnd, caller: Channel | null = null): void {
    const destination = this.#destinations.get(channel);
    if (!destination) return;
    const { scheduler, pace } = this.#setup;
    channel.dialing = { tasks: [], end, caller };
    this.#told(channel, '', caller);
    if (timeoutSeconds !== null) {
      const giveUp = () => this.#fail(channel, 'NOANSWER', CAUSES.noAnswer);
      channel.dialing.tasks.push(scheduler.after(timeoutSeconds * 1000, giveUp));
    }
    channel.dialing.tasks.push(scheduler.after(pace?.ring ?? 0, () => this.#ring(channel, destination)));
  }

  /** Answers a channel: whoever called gets through. */
  answer(channel: Channel): void {
    const { dialing } = channel;
    channel.dialing = null;
    for (const cancel of dialing?.tasks ?? []) cancel();
    this.book.setState(channel, 'Up');
    if (dialing) this.#told(channel, 'ANSWER', dialing.caller);
    dialing?.end.answered();
    if (channel.partner?.dialing) this.answer(channel.partner);
  }

  /** Hands a channel to an ARI application; one that nobody serves hangs it up, as Stasis() fails there. */
  enterStasis(channel: Channel, app: string, args: readonly string[]): void {
    if (!this.apps.has(app)) {
      this.hangup(channel, CAUSES.normal);
      return;
    }
    channel.app = app;
    channel.appArgs = args;
    this.book.listeners.emit({ type: 'stasis-start', channel, app });
  }

  /** Takes a channel out of its application; whoever calls decides where it goes. */
  leaveStasis(channel: Channel): void {
    const { app } = channel;
    if (app === null) return;
    this.book.leave(channel);
    this.book.listeners.emit({ type: 'stasis-end', channel, app });
    channel.app = null;
  }

  /**
   * Ends a channel: out of its bridge, out of its application, gone. The other half of a Local channel or of a
   * call between two accounts goes with it.
   *
   * @param by who ends it: the far end, somebody inside the PBX who asks for it, or its dialplan.
   */
  hangup(channel: Channel, cause: number, by: HangupOrigin = 'far-end'): void {
    if (!this.book.holds(channel)) return;
    channel.cause = cause;
    this.book.listeners.emit({ type: 'hangup-request', channel, by });
    const { dialing, partner } = channel;
    const mates = joinedTo(channel);
    channel.dialing = null;
    for (const cancel of dialing?.tasks ?? []) cancel();
    if (dialing) this.#told(channel, 'CANCEL', dialing.caller);
    this.leaveStasis(channel);
    this.book.leave(channel);
    channel.runner = null;
    this.book.remove(channel);
    dialing?.end.failed('CANCEL');
    if (partner) this.hangup(partner, cause);
    for (const mate of mates) this.hangup(mate, cause);
  }

  /** Takes a channel out of bridge, application and dialplan. */
  release(channel: Channel): void {
    this.leaveStasis(channel);
    this.book.leave(channel);
    channel.runner = null;
  }

  /** A channel goes on in the dialplan; without one it enters `incomingApp`, or is answered and waits. */
  proceed(channel: Channel): void {
    const { incomingApp, scheduler, pace } = this.#setup;
    if (this.#dialplan) {
      this.#run(channel);
      return;
    }
    if (incomingApp !== undefined && this.apps.has(incomingApp) && channel.skype?.direction === 'in') {
      this.enterStasis(channel, incomingApp, []);
      return;
    }
    scheduler.after(pace?.answer ?? 0, () => {
      if (this.book.holds(channel)) this.answer(channel);
    });
  }

  /** Whether the dialplan knows an extension. */
  hasExtension(context: string, exten: string, priority = 1): boolean {
    return this.#dialplan?.step(context, exten, priority) !== null;
  }

  /** Forgets every call without a word, as a restart does. */
  restart(): void {
    for (const channel of this.book.channels) {
      for (const cancel of channel.dialing?.tasks ?? []) cancel();
      channel.dialing = null;
      channel.runner = null;
    }
    this.book.clear();
  }

  /** Sets a channel variable and tells it. */
  setVariable(channel: Channel, name: string, value: string): void {
    channel.variables.set(name, value);
    this.book.listeners.emit({ type: 'variable-set', channel, name, value });
  }

  /** Puts a channel on hold, takes it off, or passes a digit: only told, since there is no media here. */
  signal(notice: Extract<CallNotice, { type: 'hold' | 'unhold' | 'dtmf' }>): void {
    this.book.listeners.emit(notice);
  }

  /**
   * Somebody on Skype calls an account of the PBX.
   *
   * @returns the new channel, or the cause why the driver refused it.
   */
  incomingCall(call: IncomingCall): Channel | Denial {
    const account = this.#setup.community.account(call.to);
    if (!account) return { denied: CAUSES.unallocated };
    if (!account.loggedIn) return { denied: CAUSES.absent };
    if (account.direction === 'outgoing') return { denied: CAUSES.rejected };
    if (this.book.skypeChannels >= this.licensedChannels) return { denied: CAUSES.congestion };
    const channel = this.#arrive(account, call.from);
    if (channel.skype) {
      channel.skype.topic = call.topic ?? '';
      channel.skype.targetIdentity = call.targetIdentity ?? '';
      channel.skype.forwardedBy = call.forwardedBy ?? '';
    }
    this.proceed(channel);
    return channel;
  }

  #arrive(account: Account, from: string, linked?: LinkedCall): Channel {
    const fullname = this.#setup.community.member(from).profile.get('fullname') ?? '';
    const channel = this.book.add({
      tech: 'Skype',
      resource: `${account.name}@${from}`,
      linked,
      skype: skypeLeg(account.name, from, 'in'),
      state: 'Ring',
      caller: { name: fullname, number: from },
      context: account.context,
      exten: account.exten,
    });
    this.#setAccountVariables(channel, account.name);
    return channel;
  }

  /** What `setvar` of the account says holds for its channels of both directions. */
  #setAccountVariables(channel: Channel, user: string): void {
    const account = this.#setup.community.account(user);
    for (const [name, value] of account ? channelVariables(account) : [])
      this.setVariable(channel, name, value);
  }

  #addOtherHalf(first: Channel, id: string | undefined): void {
    const second = this.book.add({
      tech: 'Local',
      resource: first.resource,
      half: ';2',
      id,
      linked: first.linked,
      state: 'Ring',
      ...localPlace(first.resource),
    });
    first.partner = second;
    second.partner = first;
  }

  #ring(channel: Channel, destination: Destination): void {
    if (!channel.dialing) return;
    if (destination.manner === 'absent' || destination.manner === 'busy') {
      if (destination.manner === 'absent') this.#fail(channel, 'CHANUNAVAIL', CAUSES.absent);
      else this.#fail(channel, 'BUSY', CAUSES.busy);
      return;
    }
    const half = channel.partner?.tech === 'Local' ? channel.partner : null;
    if (half && this.#dialplan) {
      // It rings only when the dialplan behind it says so.
      if (this.hasExtension(half.context, half.exten)) this.proceed(half);
      else this.#fail(channel, 'CHANUNAVAIL', CAUSES.unknown);
      return;
    }
    // A driver that only passes on that it rings changes no state (Asterisk 22 with the laboratory's driver seen).
    if (channel.skype === null) this.book.setState(channel, 'Ringing');
    this.#told(channel, 'RINGING', channel.dialing.caller);
    if (destination.manner === 'noanswer') return;
    if (destination.account && destination.skype) {
      const other = this.#arrive(destination.account, destination.skype.user, channel.linked);
      channel.partner = other;
      other.partner = channel;
      this.proceed(other);
      return;
    }
    const decide =
      destination.manner === 'reject'
        ? () => this.#fail(channel, 'BUSY', CAUSES.rejected)
        : () => this.answer(half ?? channel);
    channel.dialing?.tasks.push(this.#setup.scheduler.after(this.#setup.pace?.answer ?? 0, decide));
  }

  #fail(channel: Channel, status: FailedDialStatus, cause: number): void {
    const { dialing } = channel;
    if (!dialing) return;
    channel.dialing = null;
    for (const cancel of dialing.tasks) cancel();
    this.#told(channel, status, dialing.caller);
    // A Local channel does not pass the cause of its far half on (Asterisk 22 seen).
    this.hangup(channel, channel.tech === 'Local' && status === 'BUSY' ? CAUSES.unknown : cause);
    dialing.end.failed(status);
  }

  #told(channel: Channel, status: DialStatus, caller: Channel | null): void {
    this.book.listeners.emit({ type: 'dial', channel, status, caller });
  }
}
