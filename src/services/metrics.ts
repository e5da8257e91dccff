import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Clock } from '../model/clock.ts';
import type { RecordedEvent } from '../model/events.ts';
import type { StoreReader } from '../store/port.ts';
import type { ChannelUsage } from './calls/channel-ledger.ts';
import type { EventHub } from './hub.ts';
import type { Links } from './links.ts';
import type { Recorder } from './recorder.ts';

interface Deps {
  readonly links: Links;
  readonly store: Pick<StoreReader, 'queueFigures'>;
  readonly hub: EventHub;
  readonly recorder: Recorder;
  readonly clock: Clock;
}

/** The service's figures for Prometheus; a registry of its own, so that two services share nothing. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram<'method' | 'route' | 'status'>;
  readonly #actions: Histogram<'pbx' | 'action' | 'outcome'>;

  constructor(deps: Deps) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'sfa_http_request_seconds',
      help: 'Duration of REST requests',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60],
      registers,
    });
    this.#actions = new Histogram({
      name: 'sfa_ami_action_seconds',
      help: 'Time from an AMI action to its whole answer',
      labelNames: ['pbx', 'action', 'outcome'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    const events = new Counter({
      name: 'sfa_events_total',
      help: 'Stored events',
      labelNames: ['pbx', 'type'],
      registers,
    });
    const balance = new Counter({
      name: 'sfa_balance_low_total',
      help: 'Times that the SkypeOut credit of an account fell under the limit',
      labelNames: ['user'],
      registers,
    });
    deps.hub.observe((recorded: readonly RecordedEvent[]) => {
      for (const { pbx, event } of recorded) {
        events.inc({ pbx, type: event.type });
        if (event.type === 'account.balance') balance.inc({ user: event.user });
      }
    });
    new Gauge({
      name: 'sfa_link_up',
      help: '1 while the manager connection to a PBX is ready',
      labelNames: ['pbx'],
      registers,
      collect() {
        for (const link of deps.links.all()) this.set({ pbx: link.pbx }, link.state === 'ready' ? 1 : 0);
      },
    });
    new Gauge({
      name: 'sfa_store_up',
      help: '1 while the last write to the store succeeded',
      registers,
      collect() {
        this.set(deps.recorder.healthy ? 1 : 0);
      },
    });
    new Gauge({
      name: 'sfa_event_seq',
      help: 'Number of the newest stored event',
      registers,
      collect() {
        this.set(deps.hub.lastSeq);
      },
    });
    // Each collects for itself: what another one's collecting sets is too late for the same answer.
    new Gauge({
      name: 'sfa_queue_oldest_seconds',
      help: 'Age of the oldest outgoing chat in a state',
      labelNames: ['pbx', 'state'],
      registers,
      async collect() {
        const figures = await deps.store.queueFigures();
        this.reset();
        for (const { pbx, state, oldestAt } of figures) {
          this.set({ pbx, state }, (deps.clock.now() - oldestAt) / 1000);
        }
      },
    });
    new Gauge({
      name: 'sfa_queue_chats',
      help: 'Outgoing chats that are queued or being sent',
      labelNames: ['pbx', 'state'],
      registers,
      async collect() {
        const figures = await deps.store.queueFigures();
        this.reset();
        for (const { pbx, state, chats } of figures) this.set({ pbx, state }, chats);
      },
    });
  }

  /** Adds the licensed Skype channels of each PBX: how many are in use, and how many there are where that is known. */
  watchChannels(usage: () => readonly ChannelUsage[]): void {
    const registers = [this.#registry];
    const labelNames = ['pbx'];
    new Gauge({
      name: 'sfa_skype_channels_limit',
      help: 'Licensed Skype channels, where their number is known',
      labelNames,
      registers,
      collect() {
        for (const { pbx, limit } of usage()) if (limit !== null) this.set({ pbx }, limit);
      },
    });
    new Gauge({
      name: 'sfa_skype_channels_used',
      help: 'Skype channels that calls of this service use, and others as far as is known',
      labelNames,
      registers,
      collect() {
        for (const { pbx, used } of usage()) this.set({ pbx }, used);
      },
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  request(labels: { method: string; route: string; status: number }, seconds: number): void {
    this.#requests.observe({ ...labels, status: String(labels.status) }, seconds);
  }

  action(labels: { pbx: string; action: string; outcome: string }, seconds: number): void {
    this.#actions.observe(labels, seconds);
  }
}
