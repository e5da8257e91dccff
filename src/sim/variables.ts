import type { Channel } from './calls/channel.ts';
import type { Switchboard } from './calls/switchboard.ts';
import type { Community } from './skype/community.ts';

/** The dialplan functions and variables of the PBX, as AMI and ARI read and write them. */
export class Variables {
  readonly #community: Community;
  readonly #calls: Switchboard;
  readonly #globals = new Map<string, string>();

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
    if (!call) return channel?.variables.get(expression) ?? this.#globals.get(expression) ?? null;
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
      case 'CALLERID':
        return channel ? callerProperty(channel, call.args[0] ?? '') : null;
      default:
        return null;
    }
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
