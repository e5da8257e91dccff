import { randomUUID } from 'node:crypto';
import type { Switchboard } from '../../calls/switchboard.ts';
import { Listeners } from '../../listeners.ts';
import type { CancelTask, Scheduler } from '../../scheduler.ts';
import { toneWav } from './wav.ts';

/** A playback as ARI shows it. */
export interface Playback {
  readonly id: string;
  readonly media_uri: string;
  readonly target_uri: string;
  readonly language: string;
  state: 'queued' | 'playing' | 'paused' | 'continuing' | 'done' | 'failed';
}

/** A recording under way as ARI shows it. */
export interface LiveRecording {
  readonly name: string;
  readonly format: string;
  readonly target_uri: string;
  state: 'queued' | 'recording' | 'paused' | 'done' | 'canceled' | 'failed';
  duration?: number;
}

/** A recording that is kept. */
export interface StoredRecording {
  readonly name: string;
  readonly format: string;
  readonly millis: number;
}

/** What happens to media: an event of ARI for whoever listens to its target. */
export type MediaNotice = { readonly target: string } & (
  | { readonly type: 'PlaybackStarted' | 'PlaybackFinished'; readonly playback: Playback }
  | {
      readonly type: 'RecordingStarted' | 'RecordingFinished' | 'RecordingFailed';
      readonly recording: LiveRecording;
    }
);

/** The sounds that there are; playing any other fails, as a missing file does. */
export const SOUNDS = [
  'beep',
  'hello-world',
  'tt-monkeys',
  'demo-congrats',
  'vm-intro',
  'silence/1',
] as const;

/** How long everything that is played lasts, in milliseconds: there is no media, and nobody wants to wait. */
const PLAYBACK_MILLIS = 20;
const LONGEST_RECORDING = 10_000;

/** Playbacks and recordings of channels and bridges; a target is `channel:ID` or `bridge:ID`. */
export class MediaShelf {
  readonly stored = new Map<string, StoredRecording>();
  readonly #scheduler: Scheduler;
  readonly #listeners = new Listeners<MediaNotice>();
  readonly #playbacks = new Map<string, Playback>();
  /** When each playback ends by itself; tones and paused ones do not. */
  readonly #ends = new Map<Playback, CancelTask>();
  readonly #live = new Map<string, { recording: LiveRecording; startedAt: number }>();

  constructor(calls: Switchboard, scheduler: Scheduler) {
    this.#scheduler = scheduler;
    calls.listen((notice) => {
      if (notice.type === 'channel-destroyed') this.#targetGone(`channel:${notice.channel.id}`);
      if (notice.type === 'bridge-destroyed') this.#targetGone(`bridge:${notice.bridge.id}`);
    });
  }

  /** Hears every notice from now on. @returns a function that ends it. */
  listen(listener: (notice: MediaNotice) => void): () => void {
    return this.#listeners.add(listener);
  }

  playback(id: string): Playback | undefined {
    return this.#playbacks.get(id);
  }

  /** Plays something; null when the id is taken. */
  play(target: string, media: string, language: string, id: string = randomUUID()): Playback | null {
    if (this.#playbacks.has(id)) return null;
    const playback: Playback = { id, media_uri: media, target_uri: target, language, state: 'queued' };
    this.#playbacks.set(id, playback);
    this.#scheduler.after(0, () => {
      if (playback.state !== 'queued') return;
      playback.state = 'playing';
      this.#listeners.emit({ type: 'PlaybackStarted', target, playback: { ...playback } });
      this.#endInTime(playback);
    });
    return playback;
  }

  /** Holds a playback where it is, or goes on with it. */
  pause(playback: Playback, paused: boolean): void {
    playback.state = paused ? 'paused' : 'playing';
    this.#ends.get(playback)?.();
    this.#ends.delete(playback);
    if (!paused) this.#endInTime(playback);
  }

  /** Ends a playback; the last notice about it. */
  finishPlayback(playback: Playback, state: 'done' | 'failed' = 'done'): void {
    if (!this.#playbacks.delete(playback.id)) return;
    this.#ends.get(playback)?.();
    this.#ends.delete(playback);
    playback.state = state;
    this.#listeners.emit({ type: 'PlaybackFinished', target: playback.target_uri, playback });
  }

  /** Begins a recording; null when one of that name is under way or kept and must not be overwritten. */
  record(wish: { target: string; name: string; format: string; overwrite: boolean; seconds: number }) {
    const { target, name, format } = wish;
    if (this.#live.has(name) || (this.stored.has(name) && !wish.overwrite)) return null;
    const recording: LiveRecording = { name, format, target_uri: target, state: 'recording' };
    this.#live.set(name, { recording, startedAt: this.#scheduler.now() });
    this.#listeners.emit({ type: 'RecordingStarted', target, recording: { ...recording } });
    if (wish.seconds > 0) this.#scheduler.after(wish.seconds * 1000, () => this.#finish(recording, 'done'));
    return recording;
  }

  recording(name: string): LiveRecording | undefined {
    return this.#live.get(name)?.recording;
  }

  /** Ends a recording: `done` keeps it, `canceled` throws it away. */
  finishRecording(name: string, state: 'done' | 'canceled'): void {
    const live = this.#live.get(name);
    if (live) this.#finish(live.recording, state);
  }

  /** The sound of a kept recording. */
  file({ millis }: StoredRecording): Buffer {
    return toneWav(millis);
  }

  #finish(recording: LiveRecording, state: 'done' | 'canceled'): void {
    const { name, format, target_uri: target } = recording;
    const live = this.#live.get(name);
    if (live?.recording !== recording) return;
    this.#live.delete(name);
    const millis = Math.min(LONGEST_RECORDING, Math.max(100, this.#scheduler.now() - live.startedAt));
    recording.state = state;
    recording.duration = Math.round(millis / 1000);
    if (state === 'done') this.stored.set(name, { name, format, millis });
    this.#listeners.emit({ type: 'RecordingFinished', target, recording });
  }

  #targetGone(target: string): void {
    for (const playback of this.#playbacks.values()) {
      if (playback.target_uri === target) this.finishPlayback(playback);
    }
    for (const { recording } of this.#live.values()) {
      if (recording.target_uri === target) this.#finish(recording, 'done');
    }
  }

  /** A tone sounds until somebody stops it. */
  #endInTime(playback: Playback): void {
    const { media_uri: media } = playback;
    if (media.startsWith('tone:')) return;
    const state = this.#canPlay(media) ? 'done' : 'failed';
    const end = this.#scheduler.after(PLAYBACK_MILLIS, () => this.finishPlayback(playback, state));
    this.#ends.set(playback, end);
  }

  #canPlay(media: string): boolean {
    const colon = media.indexOf(':');
    const name = media.slice(colon + 1);
    switch (media.slice(0, colon)) {
      case 'sound':
        return (SOUNDS as readonly string[]).includes(name);
      case 'recording':
        return this.stored.has(name);
      default:
        return true;
    }
  }
}
