import { type Channel, joinedTo, type SkypeLeg } from './calls/channel.ts';
import type { Switchboard } from './calls/switchboard.ts';
import type { Community } from './skype/community.ts';

/** The dialplan functions and variables of the PBX, as AMI and ARI read and write them. */
export class Variables {
  readonly #community: Community;
  readonly #calls: Switchboard;
  readonly #globals = new Map<string, string>();
  /** Enumerations of SKYPE_BUDDIES, each of the channel that asked: what an id has still to give. */
  readonly #enumerations = new WeakMap<Channel, Map<string, string[]>>();
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
        return this.#enumerate(call.args[0] ?? '', channel);
      case 'SKYPE_BUDDY_FETCH':
        return (
          (channel &&
            this.#enumerations
              .get(channel)
              ?.get(call.args[0] ?? '')
              ?.shift()) ??
          ''
        );
      case 'FILTER':
        return filtered(call.args[0] ?? '', call.args.slice(1).join(','));
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
    if (call.name !== 'SKYPE_CALL_PROPERTY' || !channel) return false;
    if (property !== 'topic' && property !== 'token') return false;
    (channel.skype ?? channel.carried)[property] = value;
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

  /**
   * Begins an enumeration of an account's list (manual 3.3.5), which lives as long as its channel: without one there
   * is an id and nothing to fetch (seen in the laboratory). Null for an account that there is not.
   */
  #enumerate(user: string, channel: Channel | null): string | null {
    const account = this.#community.account(user);
    if (!account) return null;
    this.#enumerated += 1;
    const id = String(this.#enumerated);
    if (!channel) return id;
    const buddies = account.loggedIn ? [...account.buddies] : [];
    const entries = buddies.map((buddy) => `${buddy.name},${this.#community.buddyStatus(buddy)}`);
    const lists = this.#enumerations.get(channel) ?? new Map<string, string[]>();
    this.#enumerations.set(channel, lists.set(id, entries));
    return id;
  }

  /** Call properties of manual 3.3.3: of the call itself, else of whoever calls. */
  #callProperty(channel: Channel, property: string): string | null {
    if (property === 'topic' || property === 'token') return (channel.skype ?? channel.carried)[property];
    // A phone tells of the Skype call that it is joined to.
    const skype = channel.skype ?? joinedTo(channel).find((mate) => mate.skype !== null)?.skype;
    if (!skype) return null;
    switch (property) {
      case 'forwarded_by':
        return skype.forwardedBy;
      case 'target_identity':
        return skype.targetIdentity;
      case 'skypename':
        return callerOf(skype);
      default:
        return CALLER_PROPERTIES.has(property)
          ? (this.#community.member(callerOf(skype)).profile.get(property) ?? '')
          : null;
    }
  }

  /** `CHANNEL(skype_topic)` and its like (manual 3.3.1), whose names differ a little from 3.3.3. */
  #channelProperty(channel: Channel, item: string): string | null {
    if (item === 'name') return channel.name;
    if (item === 'state') return channel.state;
    if (item === 'language' || item === 'skype_language') return 'en';
    if (!item.startsWith('skype_')) return null;
    const phone = /^(home|office|mobile)phone$/.exec(item.slice('skype_'.length));
    return this.#callProperty(channel, phone ? `phone_${phone[1]}` : item.slice('skype_'.length));
  }
}

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

/** "The caller" of manual 3.3.3: in a call that goes out it is the account itself (seen in the laboratory). */
function callerOf({ user, peer, direction }: SkypeLeg): string {
  return direction === 'in' ? peer : user;
}

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

/** `FILTER(allowed,text)`: the characters of the text that are allowed; `a-z` is a range (func_strings.c). */
function filtered(allowed: string, text: string): string {
  const set = new Set<string>();
  for (let at = 0; at < allowed.length; at += 1) {
    const isRange = allowed.charAt(at + 1) === '-' && at + 2 < allowed.length;
    const last = isRange ? allowed.charCodeAt(at + 2) : allowed.charCodeAt(at);
    for (let code = allowed.charCodeAt(at); code <= last; code += 1) set.add(String.fromCharCode(code));
    if (isRange) at += 2;
  }
  return [...text].filter((char) => set.has(char)).join('');
}

/** Reads `NAME(a,b)`; a text without closing parenthesis is a variable. */
function parseFunction(expression: string): { name: string; args: readonly string[] } | null {
  const match = /^([^()]+)\((.*)\)$/s.exec(expression);
  if (match?.[1] === undefined || match[2] === undefined) return null;
  return { name: match[1], args: match[2].split(',') };
}
