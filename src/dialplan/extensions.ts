import { USER_OPTIONS } from '../config/model/options.ts';
import {
  type IncomingRoute,
  incomingContext,
  type ModelUser,
  type OutgoingRoute,
  type ProvisioningModel,
} from '../config/model/schema.ts';
import {
  printHintAddress,
  printSkypeAddress,
  type SkypeAddress,
  type SkypeName,
} from '../model/skype-name.ts';
import type { ConfEntry, ConfSection } from './conf/printer.ts';
import { argument, device, setValue, steps } from './dialplan-text.ts';

/** A generated context, and how the operator's dialplan reaches it. */
export interface GeneratedContext extends ConfSection {
  /**
   * The operator's contexts that have to include it, null standing for those of his choice. Empty when
   * the driver itself sends calls here.
   */
  readonly includedBy: readonly (string | null)[];
}

/**
 * The contexts of `extensions_skype.conf`. All are our own, because steps of two files in one context
 * would mix by priority (Asterisk 22 seen); the operator's contexts include them. The driver sends a
 * call to `context` and `exten` of the account (manual 3.2.2), and an included context answers for that
 * extension like the context itself.
 */
export function extensionContexts(model: ProvisioningModel): GeneratedContext[] {
  const contexts = new Contexts();
  const users = new Map<string, ModelUser>(model.users.map((user) => [user.name, user]));
  for (const { context, entry } of hintsOf(model)) contexts.add(context, HINTS_COMMENT, [entry], null);
  for (const route of model.routes.incoming) {
    const user = users.get(route.user);
    if (user !== undefined) addIncoming(contexts, route, user);
  }
  for (const route of model.routes.outgoing) {
    contexts.add(route.context, OUTGOING_COMMENT, outgoingSteps(route), null);
  }
  if (model.routes.transfer !== null) contexts.add(model.routes.transfer, TRANSFER_COMMENT, TRANSFER_STEPS);
  return contexts.list();
}

const HINTS_COMMENT = 'Presence of Skype users, for phones that subscribe to these extensions.';
const OUTGOING_COMMENT = 'Calls to Skype.';

const TRANSFER_COMMENT = [
  'Blind transfer of an incoming Skype call: set SKYPE_TRANSFER_TO (a Skype name or +number) on its',
  'channel, and SKYPE_TRANSFER_TOPIC if wanted, and send it to s,1 of this context.',
].join('\n');

/** The channel variables that the context for transfers reads. */
export const TRANSFER_VARIABLES = { to: 'SKYPE_TRANSFER_TO', topic: 'SKYPE_TRANSFER_TOPIC' } as const;

// What the variables hold is expanded before the application splits its arguments: the name keeps only
// what a name may hold, and the topic is the last argument, which takes commas as they are.
export const TRANSFER_STEPS: readonly ConfEntry[] = steps('s', [
  'Answer()',
  `SkypeTransfer(\${FILTER(-0-9A-Za-z+_.:@,\${${TRANSFER_VARIABLES.to}})},\${${TRANSFER_VARIABLES.topic}})`,
  'Hangup()',
]);

interface PlacedHint {
  readonly context: string;
  readonly entry: ConfEntry;
}

function hintsOf({ users, hints }: ProvisioningModel): PlacedHint[] {
  const ofBuddies = users.flatMap((user) =>
    (user.buddies ?? []).flatMap((buddy) => {
      if (buddy.hint === undefined) return [];
      const entry = hintEntry(buddy.hint, { user: user.name, buddy: buddy.name });
      return [{ context: hints.context, entry }];
    }),
  );
  const extra = hints.extra.map(({ exten, user, buddy, context }) => ({
    context: context ?? hints.context,
    entry: hintEntry(exten, address(user, buddy)),
  }));
  return [...ofBuddies, ...extra];
}

// With `:` Asterisk asks the driver for the state; `/` would show the use of channels (manual 3.4).
function hintEntry(exten: string, of: SkypeAddress): ConfEntry {
  return { key: 'exten', value: `${exten},hint,${printHintAddress(of)}`, object: true };
}

function addIncoming(contexts: Contexts, route: IncomingRoute, user: ModelUser): void {
  const own = user.context ?? USER_OPTIONS.context.default;
  const name = incomingContext(user.context, route.context);
  const entries = steps(user.exten ?? user.name, incomingSteps(route, user));
  const comment = `Calls from Skype that the driver sends to context ${own}.`;
  contexts.add(name, comment, entries, own === name ? undefined : own);
}

/** First the Stasis application, then the devices, then the operator's dialplan: each when the one before let go. */
function incomingSteps({ app, dial, timeout, continue: next }: IncomingRoute, user: ModelUser): string[] {
  const applications: string[] = [];
  if (app !== undefined) applications.push(`Stasis(${argument(app)},incoming,${argument(user.name)})`);
  if (dial !== undefined) {
    const devices = dial.map(device).join('&');
    applications.push(`Dial(${devices}${timeout === undefined ? '' : `,${timeout}`})`);
  }
  // The dialled extension, not EXTEN: a Stasis application may have moved the channel.
  if (next === undefined) applications.push('Hangup()');
  else applications.push(`Goto(${next.context},${argument(next.exten ?? user.exten ?? user.name)},1)`);
  return applications;
}

function outgoingSteps(route: OutgoingRoute): ConfEntry[] {
  const properties = [
    ...(route.topic === undefined ? [] : [`Set(SKYPE_CALL_PROPERTY(topic)=${setValue(route.topic)})`]),
    ...(route.token === undefined ? [] : [`Set(SKYPE_CALL_PROPERTY(token)=${setValue(route.token)})`]),
  ];
  return steps(route.exten, [...properties, `Dial(${destination(route)})`, 'Hangup()']);
}

function destination(route: OutgoingRoute): string {
  if (route.to !== undefined) return device(printSkypeAddress(address(route.originator, route.to)));
  // Digits only: what was dialled may hold `&`, which `.` in a pattern matches and Dial takes for a
  // second device (Asterisk 22 seen).
  return `${device(`Skype/${route.originator}@+`)}\${FILTER(0-9,\${EXTEN:${route.strip ?? 0}})}`;
}

function address(user: string, buddy: string): SkypeAddress {
  // The schema has checked both.
  return { user: user as SkypeName, buddy: buddy as SkypeName };
}

interface Collected {
  readonly comments: Set<string>;
  readonly includedBy: Set<string | null>;
  readonly entries: ConfEntry[];
}

/** Collects contexts by name, in the order in which they come first. */
class Contexts {
  readonly #contexts = new Map<string, Collected>();

  add(name: string, comment: string, entries: readonly ConfEntry[], includedBy?: string | null): void {
    const context = this.#contexts.get(name) ?? { comments: new Set(), includedBy: new Set(), entries: [] };
    this.#contexts.set(name, context);
    context.comments.add(comment);
    if (includedBy !== undefined) context.includedBy.add(includedBy);
    context.entries.push(...entries);
  }

  list(): GeneratedContext[] {
    return [...this.#contexts].map(([name, { comments, includedBy, entries }]) => ({
      name,
      comments: [...comments].flatMap((comment) => comment.split('\n')),
      includedBy: [...includedBy],
      entries,
    }));
  }
}
