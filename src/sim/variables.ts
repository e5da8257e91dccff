import type { Channel } from './calls/channel.ts';
import type { Switchboard } from './calls/switchboard.ts';
import type { Community } from './skype/community.ts';

/** The dialplan functions and variables of the PBX, as AMI and ARI read and write them. */
export class Variables {
  readonly #community: Community;
  readonly #calls: Switchboard;
  readonly #globals = new Map<string, string>();
  /** Enumerations of SKYPE_BUDDIES: what each id has still to give. */
  readonly #enumerations = new Map<string, string[]>();
  #enumerated = 0;

  constructor(community: Community, calls: Switchboard) {
    this.#community = community;
    this.#calls = calls;
  }

  /**
   * Reads a variable or a function such as `SKYPE_ACCOUNT_PROPERTY(james_bond,fullname)`.
   *
   * @returns null for a variable that is not set and for a function that fails.
   */
  read(expression: string, channel: Channel | null): string | null {
    const call = parseFunction(expression);
    if (!call) return this.#variable(expression, channel);
    switch (call.name) {
      case 'SKYPE_ACCOUNT_PROPERTY': {
        const [user = '', property = ''] = call.args;
        const account = this.#community.account(user);
        return account ? this.#community.property(account, property) : null;
      }
      case 'SKYPE_CALL_PROPERTY':
        return channel ? this.#callProperty(channel, call.args[0] ?? '') : null;
      case 'CHANNEL':
        return channel ? this.#channelProperty(channel, call.args[0] ?? '') : null;
      case 'SKYPE_BUDDIES':
        return this.#enumerate(call.args[0] ?? '');
      case 'SKYPE_BUDDY_FETCH':
        return this.#enumerations.get(call.args[0] ?? '')?.shift() ?? '';
      case 'CALLERID':
        return channel ? callerProperty(channel, call.args[0] ?? '') : null;
      default:
        return null;
    }
  }

  /**
   * Reads as {@link read} does; `SKYPE_CHAT_RECEIVE(to,from,seconds)` waits for a chat and is empty when none
   * comes (manual 3.3.6), and whoever asked waits with it.
   */
  readLater(expression: string, channel: Channel | null): string | null | Promise<string> {
    const call = parseFunction(expression);
    if (call?.name !== 'SKYPE_CHAT_RECEIVE') return this.read(expression, channel);
    const [to = '', from = '', seconds = ''] = call.args.map((arg) => arg.trim());
    return this.#community.receiveChat(to, from, Number(seconds) * 1000 || 0);
  }

  /**
   * Writes a variable or a function; without a channel it is global.
   *
   * @returns false when a function does not exist, cannot be written, or refuses the value.
   */
  write(expression: string, value: string, channel: Channel | null): boolean {
    const call = parseFunction(expression);
    if (!call) {
      if (channel) this.#calls.setVariable(channel, expression, value);
      else this.#globals.set(expression, value);
      return true;
    }
    if (call.name === 'SKYPE_ACCOUNT_PROPERTY') {
      const account = this.#community.account(call.args[0] ?? '');
      return (
        account !== undefined && this.#community.setProperty(account, call.args[1] ?? '', value) === null
      );
    }
    const property = call.args[0];
    if (call.name !== 'SKYPE_CALL_PROPERTY' || !channel?.skype) return false;
    if (property !== 'topic' && property !== 'token') return false;
    channel.skype[property] = value;
    return true;
  }

  /** A variable by its name, with a part of it behind a colon: `${EXTEN:1}`, `${EXTEN:-4:2}`. */
  #variable(expression: string, channel: Channel | null): string | null {
    const [name = '', offset, length] = expression.split(':');
    const built = channel && builtIn(channel, name);
    const value = built ?? channel?.variables.get(name) ?? this.#globals.get(name) ?? null;
    if (value === null || offset === undefined) return value;
    const from = value.slice(Number(offset) || 0);
    return length === undefined ? from : from.slice(0, Number(length));
  }

  /** Begins an enumeration of an account's list (manual 3.3.5); null for an account that there is not. */
  #enumerate(user: string): string | null {
    const account = this.#community.account(user);
    if (!account) return null;
    this.#enumerated += 1;
    const id = String(this.#enumerated);
    const entries = [...account.buddies].map(
      (buddy) => `${buddy.name},${this.#community.buddyStatus(buddy)}`,
    );
    this.#enumerations.set(id, entries);
    // Nobody says when an enumeration is given up: only the latest are kept.
    if (this.#enumerations.size > MOST_ENUMERATIONS) {
      const [oldest] = this.#enumerations.keys();
      if (oldest !== undefined) this.#enumerations.delete(oldest);
    }
    return id;
  }

  /** Call properties of manual 3.3.3: of the call itself, else of whoever is at the other end. */
  #callProperty(channel: Channel, property: string): string | null {
    const { skype } = channel;
    if (!skype) return null;
    switch (property) {
      case 'topic':
      case 'token':
        return skype[property];
      case 'forwarded_by':
        return skype.forwardedBy;
      case 'target_identity':
        return skype.targetIdentity;
      case 'skypename':
        return skype.peer;
      default:
        return CALLER_PROPERTIES.has(property)
          ? (this.#community.member(skype.peer).profile.get(property) ?? '')
          : null;
    }
  }

  /** `CHANNEL(skype_topic)` and its like (manual 3.3.1), whose names differ a little from 3.3.3. */
  #channelProperty(channel: Channel, item: string): string | null {
    if (item === 'name') return channel.name;
    if (item === 'language' || item === 'skype_language') return 'en';
    if (!item.startsWith('skype_')) return null;
    const phone = /^(home|office|mobile)phone$/.exec(item.slice('skype_'.length));
    return this.#callProperty(channel, phone ? `phone_${phone[1]}` : item.slice('skype_'.length));
  }
}

const MOST_ENUMERATIONS = 100;

const CALLER_PROPERTIES: ReadonlySet<string> = new Set([
  'fullname',
  'country',
  'province',
  'city',
  'phone_home',
  'phone_office',
  'phone_mobile',
  'email',
  'homepage',
  'about',
  'birthday',
  'gender',
]);

/** What the PBX itself knows of a channel. */
function builtIn(channel: Channel, name: string): string | null {
  switch (name) {
    case 'EXTEN':
      return channel.exten;
    case 'CONTEXT':
      return channel.context;
    case 'PRIORITY':
      return String(channel.priority);
    case 'CHANNEL':
      return channel.name;
    case 'UNIQUEID':
      return channel.id;
    default:
      return null;
  }
}

function callerProperty(channel: Channel, item: string): string | null {
  if (item === 'num' || item === 'number') return channel.caller.number;
  return item === 'name' ? channel.caller.name : null;
}

/** Reads `NAME(a,b)`; a text without closing parenthesis is a variable. */
function parseFunction(expression: string): { name: string; args: readonly string[] } | null {
  const match = /^([^()]+)\((.*)\)$/s.exec(expression);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { name: match[1], args: match[2].split(',') };
}
