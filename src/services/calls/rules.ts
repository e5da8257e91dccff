import { DEFAULT_TRANSFER_CONTEXT } from '../../config/model/routes.ts';
import { CALL_DEFAULTS } from '../../config/settings/calls.ts';
import type { Side } from '../../model/call.ts';

/** What incoming Skype calls do that the dialplan hands to our application (`Stasis(sfa[,ACCOUNT])`). */
export interface IncomingRules {
  /** Dial string of the phone that rings for an account; account names in lower case. */
  readonly agents: ReadonlyMap<string, string>;
  /**
   * Where a call goes on that nobody here takes (Queue, voicemail); null lets it go on behind its `Stasis()`
   * line.
   */
  readonly fallback: { readonly context: string; readonly extension: string } | null;
}

/** What the operator allows calls of one PBX to do. */
export interface CallRules {
  /** Template of the Skype leg, with `{originator}` and `{destination}`. */
  readonly dial: string;
  /** Patterns of the agents' dial strings; `*` stands for letters, digits, `_`, `.` and `-`. */
  readonly agents: readonly string[];
  /** Numbers that are never called, neither as they are nor behind a `+` (EULA of Skype for Asterisk, section 4). */
  readonly emergency: readonly string[];
  /** Which side rings first when a request does not say. */
  readonly first: Side;
  readonly ringSeconds: number;
  /** Contexts that a blind transfer may go to; the first one when a request names none. */
  readonly transferContexts: readonly string[];
  /** The generated context for transfers to a Skype name (`routes.transfer` of the model); null without one. */
  readonly skypeTransferContext: string | null;
  readonly incoming: IncomingRules;
  /** Licensed Skype channels; null when nobody said. */
  readonly channels: number | null;
}

/** What holds where nobody said anything. */
export const DEFAULT_CALL_RULES: CallRules = {
  ...CALL_DEFAULTS,
  dial: 'Skype/{originator}@{destination}',
  skypeTransferContext: DEFAULT_TRANSFER_CONTEXT,
  incoming: { agents: new Map(), fallback: null },
  channels: null,
};
