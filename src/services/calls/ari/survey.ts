import { httpStatusOf } from '../../../ari/failure.ts';
import type { AriPort } from '../../../ari/port.ts';
import { messageOf } from '../../../model/errors.ts';
import type { Logger } from '../../logger.ts';
import type { CallPlan } from '../control.ts';
import type { AriCall } from './ari-call.ts';
import { type Listing, legsOf, orphansOf, strayedOf } from './listing.ts';

/** What a survey knows of the calls. */
export interface SurveyHost {
  calls(): ReadonlyMap<string, AriCall>;
  isRegistered(channel: string): boolean;
  registered(): readonly string[];
  /** Makes the call of a plan anew. */
  revive(plan: CallPlan): AriCall;
  /** A remembered call is not there any more. */
  lost(id: string): void;
  /** Sends a channel on in the dialplan it came from. */
  handBack(channel: string): void;
}

/** Pause before a listing that looks for what an unanswered request may have left. */
const DOUBT_MS = 1_000;

/**
 * Looks at what stands on the PBX and brings the calls in line with it: after each gap, because nothing tells
 * what happened in it, and after each request whose outcome is unknown.
 */
export class Survey {
  readonly #ari: AriPort;
  readonly #log: Logger;
  readonly #host: SurveyHost;
  readonly #remembered = new Map<string, CallPlan>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(ari: AriPort, log: Logger, host: SurveyHost) {
    this.#ari = ari;
    this.#log = log;
    this.#host = host;
  }

  /** Calls of before a restart of the service, to be found by the next look. */
  remember(plans: readonly CallPlan[]): void {
    for (const plan of plans) this.#remembered.set(plan.call.id, plan);
    if (this.#ari.connected) this.begin();
  }

  /** A remembered call is not wanted any more; what is left of it is an orphan then. */
  forget(id: string): boolean {
    const was = this.#remembered.delete(id);
    if (was) this.doubt();
    return was;
  }

  /** Looks soon; many doubts share one look. */
  doubt(): void {
    if (this.#closed || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#ari.connected) this.begin();
    }, DOUBT_MS);
  }

  /** Looks now. A look that fails is repeated. */
  begin(): void {
    this.#look().catch((thrown: unknown) => {
      this.#log.warn({ pbx: this.#ari.pbx, error: messageOf(thrown) }, 'listing the channels failed');
      this.doubt();
    });
  }

  close(): void {
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    const listing = await this.#list();
    if (this.#closed) return;
    this.#revive(listing);
    const living = new Map(listing.channels.map(({ id, state }) => [id, state]));
    const bridges = new Set(listing.bridges.map(({ id }) => id));
    for (const call of this.#host.calls().values()) call.compare(living, bridges, listing.began);
    const known = this.#host.registered().filter((id) => living.has(id));
    await this.#ari.operations.subscribe(known.map((id) => `channel:${id}`));
    await this.#clear(listing);
  }

  async #list(): Promise<Listing> {
    const { operations } = this.#ari;
    const began = performance.now();
    const [channels, bridges, ours] = await Promise.all([
      operations.listChannels(),
      operations.listBridges(),
      operations.ownChannels(),
    ]);
    return { began, channels, bridges, ours };
  }

  /** What was joined goes on; everything else has ended. */
  #revive(listing: Listing): void {
    for (const plan of this.#remembered.values()) {
      const { id, state } = plan.call;
      const legs = state === 'bridged' || state === 'held' ? legsOf(listing, this.#ari.app, id) : null;
      if (legs === null) this.#host.lost(id);
      else this.#host.revive(plan).revive(legs.agent, legs.skype, legs.bridged);
    }
    this.#remembered.clear();
  }

  /** Ends what is ours and belongs to no call; hands back what came from the dialplan. */
  async #clear(listing: Listing): Promise<void> {
    const { app, operations, pbx } = this.#ari;
    const { channels, bridges } = orphansOf(listing, app, (call) => this.#host.calls().has(call));
    if (channels.length + bridges.length > 0) {
      this.#log.info({ pbx, channels: channels.length, bridges: bridges.length }, 'orphans are ended');
    }
    const gone = (thrown: unknown) => {
      if (httpStatusOf(thrown) !== 404) throw thrown;
    };
    await Promise.all([
      ...channels.map((id) => operations.hangup(id).catch(gone)),
      ...bridges.map((id) => operations.destroyBridge(id).catch(gone)),
    ]);
    for (const id of strayedOf(listing, app, (channel) => this.#host.isRegistered(channel))) {
      this.#host.handBack(id);
    }
  }
}
