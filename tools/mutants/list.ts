/** One way in which the simulated PBX could be wrong: a piece of its source, and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** Below `src/sim`. */
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly from: string;
  readonly to: string;
}

/** Typical mistakes of a manager interface and of a driver; the PBX contract has to see every one. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'everything is answered before login',
    file: 'ami/session.ts',
    from: 'if (!this.user && !action?.beforeLogin) {',
    to: 'if (!this.user && name === "") {',
  },
  {
    name: 'rights are not checked',
    file: 'ami/action.ts',
    from: 'action.rights.length === 0 ||',
    to: 'true ||',
  },
  {
    name: 'ListCommands shows what may not be run',
    file: 'ami/actions/core.ts',
    from: '.filter((action) => mayRun(context.session, action))',
    to: '',
  },
  {
    name: 'every session hears every event',
    file: 'ami/server.ts',
    from: 'if (event.rights & mask)',
    to: 'if (mask)',
  },
  {
    name: 'the ActionID is not echoed',
    file: 'ami/dialect.ts',
    from: "return actionId === '' ? '' : `ActionID: ${actionId}\\r\\n`;",
    to: "return actionId === '' ? '' : '';",
  },
  {
    name: 'a list has no end',
    file: 'ami/dialect.ts',
    from: 'return `${text}Event: ${complete}\\r\\n${id}${end}\\r\\n`;',
    to: 'return text + end.slice(0, 0);',
  },
  {
    name: 'a list counts one too many',
    file: 'ami/dialect.ts',
    from: 'EventList: Complete\\r\\nListItems: ${entries.length}',
    to: 'EventList: Complete\\r\\nListItems: ${entries.length + 1}',
  },
  {
    name: 'any secret will do',
    file: 'ami/actions/session.ts',
    from: 'if (!user || !secretFits(context, user)) return',
    to: 'if (!user) return',
  },
  {
    name: 'a refused login stays connected',
    file: 'ami/actions/session.ts',
    from: '  session.close();\n  return new Promise',
    to: '  return new Promise',
  },
  {
    name: 'Logoff says goodbye and stays',
    file: 'ami/actions/session.ts',
    from: 'context.session.close();',
    to: '',
  },
  {
    name: 'the event mask is ignored',
    file: 'ami/actions/session.ts',
    from: 'session.events = rightMask(session.user?.read ?? []) & mask;',
    to: '',
  },
  {
    name: 'the last of repeated headers counts',
    file: 'ami/request-reader.ts',
    from: 'return this.headers.find((header) => header.name === key)?.raw ?? NOTHING;',
    to: 'return this.headers.findLast((header) => header.name === key)?.raw ?? NOTHING;',
  },
  {
    name: 'names of actions have a case',
    file: 'ami/session.ts',
    from: 'candidate.name.toLowerCase() === name.toLowerCase()',
    to: 'candidate.name === name',
  },
  {
    name: 'a backslash is kept',
    file: 'ami/arguments.ts',
    from: '      at += 1;\n      current += text.charAt(at);',
    to: '      at += 1;\n      current += char + text.charAt(at);',
  },
  {
    name: 'the driver works for accounts that are logged out',
    file: 'ami/actions/skype.ts',
    from: "if (!account.loggedIn) return refused(context, 'user-logged-out', user);",
    to: 'account.loggedIn = true;',
  },
  {
    name: 'what can only be read is set',
    file: 'skype/community.ts',
    from: "    if (problem !== null) return problem;\n    if (name === 'status') {",
    to: "    if (name === 'status') {",
  },
  {
    name: 'nobody is told of a login',
    file: 'skype/community.ts',
    from: "this.#listeners.emit({ type: 'account-status', user: account.name, status: 'Logged In' });",
    to: '',
  },
  {
    name: 'a removed buddy stays on the list',
    file: 'skype/buddy-list.ts',
    from: 'return this.#entries.delete(nameKey(name));',
    to: 'return this.#entries.has(nameKey(name));',
  },
  {
    name: 'a buddy whom nobody knows is added',
    file: 'skype/community.ts',
    from: 'if (!isSkypeName(name) || isNobody(name)) return',
    to: 'if (!isSkypeName(name)) return',
  },
  {
    name: 'presence changes in silence',
    file: 'skype/community.ts',
    from: 'this.person(name).status = status;\n    this.#announceToWatchers(name);',
    to: 'this.person(name).status = status;',
  },
  {
    name: 'presence is told and not remembered',
    file: 'skype/community.ts',
    from: 'this.person(name).status = status;',
    to: '',
  },
  {
    name: 'hints do not move',
    file: 'calls/hints.ts',
    from: 'if (parts(hint).includes(device)) this.#listeners.emit(this.#stateOf(hint));',
    to: '',
  },
  {
    name: 'a list of buddies never ends',
    file: 'variables.ts',
    from: '?.shift()) ??',
    to: '?.at(0)) ??',
  },
  {
    name: 'a list of buddies belongs to nobody',
    file: 'variables.ts',
    from: 'if (!channel) return id;',
    to: "if (!channel) return '';",
  },
  {
    name: 'a chat is not echoed',
    file: 'skype/chats.ts',
    from: "this.#around.emit({ type: 'chat-sent', from: from.name, to, text });",
    to: '',
  },
  {
    name: 'an event shows the text in clear',
    file: 'ami/skype-events.ts',
    from: "return Buffer.from(text, 'utf8').toString('base64');",
    to: 'return text;',
  },
  {
    name: 'base64 is sent on as it is',
    file: 'ami/actions/skype.ts',
    from: "encoding === 'base64' ? decodeBase64(message) : decodeUtf8(message);",
    to: 'decodeUtf8(message);',
  },
  {
    name: 'chats overtake each other',
    file: 'ami/server.ts',
    from: '    this.#waiting.push({ rights, text: write() });',
    to: '    this.#waiting.unshift({ rights, text: write() });',
  },
  {
    name: 'a failed origination is a success',
    file: 'ami/actions/originate.ts',
    from: "['Response', reason === ANSWERED ? 'Success' : 'Failure'],",
    to: "['Response', 'Success'],",
  },
  {
    name: 'an extension need not exist',
    file: 'ami/actions/originate.ts',
    from: "    if (exten === '' || !world.calls.hasExtension(where, exten, priority))\n      return failure(context, 'Extension does not exist.');",
    to: '',
  },
  {
    name: 'Redirect moves nobody',
    file: 'ami/actions/calls.ts',
    from: "  redirectChannel(world.calls, channel, where, exten, priority);\n  return success(context, 'Redirect successful');",
    to: "  return success(context, 'Redirect successful');",
  },
  {
    name: 'an attended transfer pretends to work',
    file: 'ami/actions/calls.ts',
    from: "?? failure(context, 'No attended transfer feature code found')",
    to: "?? success(context, 'Atxfer successfully queued')",
  },
  {
    name: 'a hang-up is promised and not done',
    file: 'ami/actions/calls.ts',
    from: "  world.calls.hangup(channel, cause, 'request');\n  return success(context, 'Channel Hungup');",
    to: "  return success(context, 'Channel Hungup');",
  },
  {
    name: 'a channel that has ended is still listed',
    file: 'calls/channel-book.ts',
    from: 'this.#channels.delete(channel.id);',
    to: '',
  },
  {
    name: 'the cause is lost',
    file: 'calls/switchboard.ts',
    from: '    channel.cause = cause;\n',
    to: '',
  },
  {
    name: 'the end of a channel is told before its beginning is over',
    file: 'ami/call-events-22.ts',
    from: "return [['Newchannel', 'call', channelFields(notice.channel)]];",
    to: "return [['Hangup', 'call', channelFields(notice.channel)], ['Newchannel', 'call', channelFields(notice.channel)]];",
  },
  {
    name: 'a call property is forgotten',
    file: 'variables.ts',
    from: '(channel.skype ?? channel.carried)[property] = value;',
    to: '',
  },
  {
    name: 'a reload ends calls',
    file: 'modules.ts',
    from: '(!concernsDriver || (!this.#callIsUp() && this.#readAccounts()))',
    to: '(!concernsDriver || (this.#setup.calls.restart(), true))',
  },
  {
    name: 'ARI makes a call that the driver refuses',
    file: 'ari/resources/originate.ts',
    from: "if ('denied' in channel) throw allocationFailed();",
    to: "if ('denied' in channel) throw new AriError(200, 'ok');",
  },
  {
    name: 'ARI does not say that a channel has left',
    file: 'calls/switchboard.ts',
    from: "this.book.listeners.emit({ type: 'stasis-end', channel, app });",
    to: '',
  },
  {
    name: 'ARI redirects nobody',
    file: 'ari/resources/channels.ts',
    from: "transfer(calls, community, channel, resource, '');",
    to: '',
  },
  {
    name: 'a configuration file that there is not is empty',
    file: 'ami/actions/config.ts',
    from: "if (!conf) return failure(context, 'Config file not found');",
    to: 'if (!conf) return answer([]);',
  },
];
