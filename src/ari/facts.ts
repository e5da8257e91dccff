/** A channel as the PBX shows it; what it does not tell is empty. */
export interface AriChannel {
  readonly id: string;
  /** `Skype/james_bond@austin_powers-0000001a`. */
  readonly name: string;
  /** Asterisk's word, for example `Down`, `Ring`, `Ringing`, `Up`. */
  readonly state: string;
  readonly callerNumber: string;
  readonly callerName: string;
}

export interface AriBridge {
  readonly id: string;
  /** Ids of the channels in it. */
  readonly channels: readonly string[];
}

/** What call control sees of an ARI application's events; everything else is left out. */
export type AriEvent =
  /** A channel came under our control: a leg of ours was answered, or the dialplan handed a call over. */
  | { readonly kind: 'entered'; readonly channel: AriChannel; readonly args: readonly string[] }
  /** A channel left our control: it hung up, or the dialplan has it now. */
  | { readonly kind: 'left'; readonly channel: AriChannel }
  | { readonly kind: 'state'; readonly channel: AriChannel }
  /** Progress of a channel that is called: `RINGING`, `ANSWER`, `BUSY`, `NOANSWER`...; empty at the beginning. */
  | { readonly kind: 'dial'; readonly channel: AriChannel; readonly status: string }
  /** Somebody asked for the end of a channel; its cause is what the far end said. */
  | { readonly kind: 'hangup-request'; readonly channel: AriChannel; readonly cause: number }
  /** `cause` is the ISDN cause (Q.850), for example 16 normal clearing, 17 busy. */
  | {
      readonly kind: 'destroyed';
      readonly channel: AriChannel;
      readonly cause: number;
      readonly causeText: string;
    }
  /** The phone itself put the other side on hold, or took it back. */
  | { readonly kind: 'hold' | 'unhold'; readonly channel: AriChannel }
  | {
      readonly kind: 'recording';
      readonly name: string;
      /** What happened to it. */
      readonly state: 'recording' | 'done' | 'failed';
      readonly seconds: number | null;
      readonly cause: string | null;
    }
  /** Somebody else has registered our application: this connection hears nothing any more (Asterisk 22 seen). */
  | { readonly kind: 'replaced' };
