import type { Answer } from './scene.ts';

/** What the contract of calls needs of a service beside a PBX, simulated or real. */
export interface Line {
  /** A request to the REST API. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** An account of the PBX that may call out, and one whose incoming calls reach our application. */
  readonly account: string;
  /** Skype names by what comes of calling them. */
  readonly people: { readonly answers: string; readonly busy: string; readonly silent: string };
  /** Dial strings of agents that the settings allow. */
  readonly phones: { readonly answers: string; readonly busy: string; readonly silent: string };
  /** An extension that answers, in a context that transfers may go to. */
  readonly extension: string;
  /** How many channels and bridges the PBX holds. */
  left(): Promise<{ readonly channels: number; readonly bridges: number }>;
  /** The far end of a side hangs up. */
  hangUp(side: 'agent' | 'skype', call: string): Promise<void>;
  /** Somebody on Skype calls the account. */
  callIn(from: string): Promise<void>;
  /** From now on the PBX has so many licensed Skype channels. */
  licenses(channels: number): Promise<void>;
  /** Cuts the connection that brings the events; calls go on unseen until it is back. */
  cut(): Promise<void>;
  /** The PBX goes down and comes up without its calls. */
  restart(): Promise<void>;
  /** States of a call in the order of its events. */
  states(call: string): Promise<readonly string[]>;
}
