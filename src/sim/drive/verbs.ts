import { z } from 'zod';
import { flag } from '../../config/yaml/scalars.ts';
import { isSkypeName } from '../../model/skype-name.ts';
import { BUDDY_STATUSES } from '../../model/status.ts';
import { CAUSES, causeText } from '../calls/causes.ts';
import { FAULT } from '../faults/fault.ts';
import type { SimulatedPbx } from '../pbx.ts';

/** What became of an order: `done`, or the kind of refusal or decision. */
export type Outcome = { readonly result: string };

/** One thing that can happen outside the PBX, or go wrong with it. */
export interface Verb<Argument = unknown> {
  readonly schema: z.ZodType<Argument>;
  run(pbx: SimulatedPbx, argument: Argument): Outcome | Promise<Outcome>;
}

const name = z.string().refine(isSkypeName, { error: 'a Skype name' });
const yesOrNo = z.union([z.boolean(), flag()]);
const DONE: Outcome = { result: 'done' };

/** Keeps a verb's argument and its code of one type. */
function verb<Argument>(schema: z.ZodType<Argument>, run: Verb<Argument>['run']): Verb {
  return { schema, run: (pbx, argument) => run(pbx, schema.parse(argument)) };
}

/** The words of scripts and of the control API, with what each takes and does. */
export const VERBS = {
  /** Somebody outside changes what others see. */
  presence: verb(
    z.strictObject({ person: name, status: z.enum(BUDDY_STATUSES) }),
    (pbx, { person, status }) => {
      pbx.community.setPresence(person, status);
      return DONE;
    },
  ),
  /** Somebody writes to an account. */
  chat: verb(z.strictObject({ from: name, to: name, text: z.string() }), (pbx, { from, to, text }) =>
    outcome(pbx.community.writeTo(to, from, text)),
  ),
  /** Somebody calls an account. */
  call: verb(
    z.strictObject({
      from: name,
      to: name,
      topic: z.string().default(''),
      target_identity: z.string().default(''),
    }),
    (pbx, { from, to, topic, target_identity: targetIdentity }) => {
      const channel = pbx.calls.incomingCall({ from, to, topic, targetIdentity });
      return 'denied' in channel ? { result: causeText(channel.denied) } : DONE;
    },
  ),
  /** Somebody ends every call with an account. */
  hangup: verb(z.strictObject({ from: name, to: name }), (pbx, { from, to }) => {
    const resource = `${to}@${from}`.toLowerCase();
    const channels = pbx.calls.book.channels.filter(
      (channel) => channel.skype !== null && channel.resource.toLowerCase() === resource,
    );
    for (const channel of channels) pbx.calls.hangup(channel, CAUSES.normal);
    return channels.length > 0 ? DONE : { result: 'no-such-call' };
  }),
  /** Somebody asks to be authorised; the account's `auth_policy` decides. */
  authorise: verb(
    z.strictObject({ from: name, to: name, message: z.string().default('') }),
    (pbx, { from, to, message }) => ({ result: pbx.community.requestAuthorisation(to, from, message) }),
  ),
  /** The account's owner blocks a buddy in another client, or takes that back. */
  block: verb(
    z.strictObject({ user: name, buddy: name, blocked: yesOrNo.default(true) }),
    (pbx, { user, buddy, blocked }) => outcome(pbx.community.setBlocked(user, buddy, blocked)),
  ),
  /** Skype lets an account in again. */
  login: verb(z.strictObject({ user: name }), (pbx, { user }) => {
    const account = pbx.community.account(user);
    return outcome(account ? pbx.community.login(account) : 'user-unknown');
  }),
  /** Skype throws an account out. */
  logoff: verb(z.strictObject({ user: name }), (pbx, { user }) => {
    const account = pbx.community.account(user);
    return outcome(account ? pbx.community.logoff(account) : 'user-unknown');
  }),
  /** Something goes wrong to order. */
  fault: verb(FAULT, async (pbx, fault) => {
    await pbx.fault(fault);
    return DONE;
  }),
} as const satisfies Record<string, Verb>;

export type VerbName = keyof typeof VERBS;
export const VERB_NAMES = Object.keys(VERBS) as readonly VerbName[];

function outcome(refusal: string | null): Outcome {
  return refusal === null ? DONE : { result: refusal };
}
