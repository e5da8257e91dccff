/** What call control sees of an ARI application's events; everything else is left out. */
export type AriEvent =
  /** A channel came under our control: a leg of ours was answered, or the dialplan handed a call over. */
  | { readonly kind: 'entered'; readonly channel: string; readonly args: readonly string[] }
  | { readonly kind: 'state'; readonly channel: string; readonly state: string }
  /** `cause` is the ISDN cause (Q.850), for example 16 normal clearing, 17 busy. */
  | {
      readonly kind: 'destroyed';
      readonly channel: string;
      readonly cause: number;
      readonly causeText: string;
    };

export interface OriginateRequest {
  /** Chosen by us before the channel exists, so that no event about it can come too early. */
  readonly channelId: string;
  /** Dial string, for example `Skype/james_bond@austin_powers` or `PJSIP/shoe-phone`. */
  readonly endpoint: string;
  /** Seconds until ringing is given up. */
  readonly timeoutSeconds: number;
  /** `"Name" <number>`, a name or a number. */
  readonly callerId?: string;
  /** Channel variables and functions, set before the channel rings. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Call control of one PBX. All failures are CompanionError `ARI_REQUEST_FAILED`. */
export interface AriPort {
  readonly pbx: string;
  readonly connected: boolean;
  onEvent(listener: (event: AriEvent) => void): void;
  originate(request: OriginateRequest): Promise<void>;
  hangup(channelId: string): Promise<void>;
  createBridge(bridgeId: string): Promise<void>;
  addToBridge(bridgeId: string, channelId: string): Promise<void>;
  destroyBridge(bridgeId: string): Promise<void>;
  stop(): Promise<void>;
}
