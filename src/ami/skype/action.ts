import { inspect } from 'node:util';
import type { z } from 'zod';
import { CompanionError } from '../../model/errors.ts';
import type { AmiHeader } from '../wire/message.ts';

/**
 * How an action is answered: by one response, or by a response and a list of events with its ActionID, up
 * to the complete event (or one that says `EventList: Complete`).
 */
export type ReplyShape =
  | 'response'
  | {
      /** The entries; any event with the ActionID where it is absent. */
      readonly entryEvent?: string;
      readonly completeEvent: string;
    };

/** An action to send; the link adds the ActionID. */
export interface AmiAction {
  readonly name: string;
  readonly headers: readonly AmiHeader[];
  readonly reply: ReplyShape;
}

/** What is known of an action without sending it; `docs/ami.md` is held against these. */
export interface ActionFacts {
  readonly name: string;
  /** Where its form is written down: a section of the manual, or what else is known of it. */
  readonly source: string;
  readonly reply: ReplyShape;
}

/** Makes an action; throws CompanionError `VALUE_FORBIDDEN`, which names the field and never its value. */
export type ActionMaker<Input extends readonly unknown[]> = ((...input: Input) => AmiAction) & {
  readonly facts: ActionFacts;
};

/**
 * Declares an action: where it is written down, how it is answered, what it takes, and its headers.
 *
 * @param input a tuple of what the maker takes, checked before a header is made.
 */
export function defineAction<Schema extends z.ZodType<readonly unknown[]>>(
  definition: ActionFacts & {
    readonly input: Schema;
    readonly headers: (...input: z.infer<Schema>) => readonly AmiHeader[];
  },
): ActionMaker<z.infer<Schema>> {
  const { name, source, reply } = definition;
  const make = (...input: z.infer<Schema>): AmiAction => {
    const parsed = definition.input.safeParse(input);
    if (!parsed.success) {
      const rules = parsed.error.issues.map((issue) => issue.message).join('; ');
      throw new CompanionError('VALUE_FORBIDDEN', `${name}: allowed is ${rules}`, { action: name });
    }
    return amiAction(name, definition.headers(...input), reply);
  };
  return Object.assign(make, { facts: { name, source, reply } });
}

/** An action of any name, printed as safely as the declared ones; what it holds is checked by the encoder. */
export function amiAction(
  name: string,
  headers: readonly AmiHeader[],
  reply: ReplyShape = 'response',
): AmiAction {
  return new PreparedAction(name, headers, reply);
}

/** Headers whose values may be shown; whatever else an action holds may be a secret or a private text. */
const SHOWN: ReadonlySet<string> = new Set([
  'user',
  'buddy',
  'skypename',
  'encoding',
  'channel',
  'channel1',
  'channel2',
  'context',
  'exten',
  'priority',
  'module',
  'loadtype',
  'command',
]);

/** An action that logs and debuggers show without passwords (`AuthMsg`), chat texts and variables. */
class PreparedAction implements AmiAction {
  readonly name: string;
  readonly headers: readonly AmiHeader[];
  readonly reply: ReplyShape;

  constructor(name: string, headers: readonly AmiHeader[], reply: ReplyShape) {
    this.name = name;
    this.headers = headers;
    this.reply = reply;
  }

  toJSON(): AmiAction {
    return { name: this.name, headers: this.headers.map(redacted), reply: this.reply };
  }

  [inspect.custom](): AmiAction {
    return this.toJSON();
  }
}

function redacted([name, value]: AmiHeader): AmiHeader {
  const key = name.toLowerCase();
  if (SHOWN.has(key)) return [name, value];
  const divided = value.indexOf('=');
  // Of a variable the name is worth showing; `Getvar` has nothing else.
  if (key === 'variable') return [name, divided === -1 ? value : `${value.slice(0, divided)}=[redacted]`];
  return [name, '[redacted]'];
}
