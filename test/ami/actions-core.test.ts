import { describe, expect, it } from 'vitest';
import type { AmiAction } from '../../src/ami/skype/action.ts';
import * as skype from '../../src/ami/skype/actions.ts';
import * as cli from '../../src/ami/skype/cli.ts';
import * as core from '../../src/ami/skype/core-actions.ts';
import * as properties from '../../src/ami/skype/properties.ts';
import { encodeAction } from '../../src/ami/wire/encoder.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { variablesOf } from '../helpers/argument-parser.ts';

const bond = nameFromPbx('james_bond');
const bytes = ({ name, headers }: AmiAction) => encodeAction([['Action', name], ...headers]);

describe('actions of Asterisk print literal bytes', () => {
  it.each([
    ['ListCommands', core.listCommands(), 'Action: ListCommands\r\n\r\n'],
    [
      'ModuleCheck',
      core.moduleCheck('chan_skype.so'),
      'Action: ModuleCheck\r\nModule: chan_skype.so\r\n\r\n',
    ],
    [
      'ModuleLoad',
      core.moduleLoad('chan_skype.so', 'reload'),
      'Action: ModuleLoad\r\nModule: chan_skype.so\r\nLoadType: reload\r\n\r\n',
    ],
    ['Reload', core.reload('chan_skype'), 'Action: Reload\r\nModule: chan_skype\r\n\r\n'],
    [
      'Redirect',
      core.redirect('Skype/james_bond-1', { context: 'default', exten: '100' }),
      'Action: Redirect\r\nChannel: Skype/james_bond-1\r\nContext: default\r\nExten: 100\r\nPriority: 1\r\n\r\n',
    ],
    [
      'Bridge',
      core.bridge('Skype/a-1', 'PJSIP/b-2'),
      'Action: Bridge\r\nChannel1: Skype/a-1\r\nChannel2: PJSIP/b-2\r\n\r\n',
    ],
    [
      'Atxfer',
      core.atxfer('Skype/a-1', { context: 'default', exten: '100' }),
      'Action: Atxfer\r\nChannel: Skype/a-1\r\nExten: 100\r\nContext: default\r\n\r\n',
    ],
    [
      'ExtensionState',
      core.extensionState({ context: 'skype-hints', exten: '6001' }),
      'Action: ExtensionState\r\nExten: 6001\r\nContext: skype-hints\r\n\r\n',
    ],
    ['ShowDialPlan', core.showDialplan('skype-out'), 'Action: ShowDialPlan\r\nContext: skype-out\r\n\r\n'],
    ['Hangup', core.hangup('Skype/a-1'), 'Action: Hangup\r\nChannel: Skype/a-1\r\n\r\n'],
    [
      'Originate',
      core.originate({
        channel: 'Skype/james_bond@echo123',
        context: 'default',
        exten: 's',
        timeoutMs: 30_000,
        callerId: 'Bond, James <007>',
        variables: { 'SKYPE_CALL_PROPERTY(topic)': 'a=1,b=2' },
      }),
      'Action: Originate\r\nChannel: Skype/james_bond@echo123\r\nContext: default\r\nExten: s\r\nPriority: 1\r\nAsync: true\r\nTimeout: 30000\r\nCallerID: Bond, James <007>\r\nVariable: SKYPE_CALL_PROPERTY(topic)=a=1\\,b=2\r\n\r\n',
    ],
    [
      'call property, raw',
      properties.setCallProperty('Local/1@x-0001;2', 'topic', 'Secret, "Plans" \\o/'),
      'Action: Setvar\r\nChannel: Local/1@x-0001;2\r\nVariable: SKYPE_CALL_PROPERTY(topic)\r\nValue: Secret, "Plans" \\o/\r\n\r\n',
    ],
    [
      'call property read',
      properties.getCallProperty('Skype/a-1', 'target_identity'),
      'Action: Getvar\r\nChannel: Skype/a-1\r\nVariable: SKYPE_CALL_PROPERTY(target_identity)\r\n\r\n',
    ],
    [
      'channel property',
      properties.getChannelProperty('Skype/a-1', 'language'),
      'Action: Getvar\r\nChannel: Skype/a-1\r\nVariable: CHANNEL(skype_language)\r\n\r\n',
    ],
    ['licences', skype.skypeLicenseList(), 'Action: SkypeLicenseList\r\n\r\n'],
    ['licensed calls', skype.skypeLicenseStatus(), 'Action: SkypeLicenseStatus\r\n\r\n'],
  ])('%s', (_name, action, expected) => {
    expect(bytes(action)).toBe(expected);
  });

  it.each([
    ['skype show buddies', bond, 'skype show buddies james_bond'],
    ['skype set debug on', undefined, 'skype set debug on'],
    ['skype set debug off', bond, 'skype set debug off user james_bond'],
    ['skype set vedebug on', bond, 'skype set vedebug on james_bond'],
    ['skype show hostid', undefined, 'skype show hostid'],
    ['skype show user', bond, 'skype show user james_bond'],
  ] as const)('%s (manual 4.2)', (name, user, line) => {
    expect(bytes(cli.cliCommand(name, user))).toBe(`Action: Command\r\nCommand: ${line}\r\n\r\n`);
  });

  it('refuses a CLI command with a name too many or too few', () => {
    expect(() => cli.cliCommand('skype show users', bond)).toThrow(
      'user: a name where the command takes one',
    );
    expect(() => cli.cliCommand('skype show user')).toThrow('user: a name where the command takes one');
  });

  it('sets one property whatever its value', () => {
    const [, variable] = skype.skypeAccountProperty(bond, { mood_text: 'a=1,b=2' }).headers;
    expect(variablesOf(variable?.[1] ?? '')).toEqual({ mood_text: 'a=1,b=2' });
  });
});

describe('input', () => {
  const evil = ['x\r\nAction: Originate', 'x\nAction: Originate', 'x\0', 'x\r'];
  const name = (text: string) => nameFromPbx(text);

  /** Every maker, with the hostile text in each of its places. */
  const places: [string, (text: string) => unknown][] = [
    ['SkypeChatSend user', (x) => skype.skypeChatSend({ user: name(x), to: bond, text: 'x' })],
    ['SkypeChatSend to', (x) => skype.skypeChatSend({ user: bond, to: name(x), text: 'x' })],
    ['SkypeAccountProperty user', (x) => skype.skypeAccountProperty(name(x), {})],
    ['SkypeAccountProperty name', (x) => skype.skypeAccountProperty(bond, { [x]: 'x' })],
    ['SkypeAccountProperty value', (x) => skype.skypeAccountProperty(bond, { about: x })],
    ['SkypeAddBuddy user', (x) => skype.skypeAddBuddy(name(x), bond)],
    ['SkypeAddBuddy buddy', (x) => skype.skypeAddBuddy(bond, name(x))],
    ['SkypeAddBuddy authMessage', (x) => skype.skypeAddBuddy(bond, bond, x)],
    ['SkypeRemoveBuddy user', (x) => skype.skypeRemoveBuddy(name(x), bond)],
    ['SkypeRemoveBuddy buddy', (x) => skype.skypeRemoveBuddy(bond, name(x))],
    ['SkypeBuddies', (x) => skype.skypeBuddies(name(x))],
    ['SkypeBuddy user', (x) => skype.skypeBuddy(name(x), bond)],
    ['SkypeBuddy buddy', (x) => skype.skypeBuddy(bond, name(x))],
    ['Command', (x) => cli.command(x)],
    ['CLI user', (x) => cli.cliCommand('skype show user', name(x))],
    ['CLI command', (x) => cli.cliCommand(x as cli.CliCommand)],
    ['login', (x) => cli.loginUser(name(x))],
    ['logoff', (x) => cli.logoffUser(name(x))],
    ['account property user', (x) => properties.getAccountProperty(name(x), 'status')],
    ['account property', (x) => properties.getAccountProperty(bond, x as 'status')],
    ['call property channel', (x) => properties.getCallProperty(x, 'topic')],
    ['call property', (x) => properties.getCallProperty('c', x as 'topic')],
    ['call property value', (x) => properties.setCallProperty('c', 'topic', x)],
    ['call property set on', (x) => properties.setCallProperty(x, 'topic', 'x')],
    ['channel property', (x) => properties.getChannelProperty('c', x as 'topic')],
    ['channel property channel', (x) => properties.getChannelProperty(x, 'topic')],
    ['variable', (x) => properties.getVariable('c', x)],
    ['variable set', (x) => properties.setVariable('c', 'x', x)],
    ['ModuleCheck', (x) => core.moduleCheck(x)],
    ['ModuleLoad', (x) => core.moduleLoad(x, 'load')],
    ['ModuleLoad type', (x) => core.moduleLoad('a', x as 'load')],
    ['Reload', (x) => core.reload(x)],
    ['Redirect channel', (x) => core.redirect(x, { context: 'c', exten: 'e' })],
    ['Redirect context', (x) => core.redirect('c', { context: x, exten: 'e' })],
    ['Redirect exten', (x) => core.redirect('c', { context: 'c', exten: x })],
    ['Bridge', (x) => core.bridge('c', x)],
    ['Atxfer', (x) => core.atxfer('c', { context: 'c', exten: x })],
    ['Hangup', (x) => core.hangup(x)],
    ['ExtensionState', (x) => core.extensionState({ context: 'c', exten: x })],
    ['ExtensionState context', (x) => core.extensionState({ context: x, exten: 'e' })],
    ['ShowDialPlan', (x) => core.showDialplan(x)],
    ['Originate channel', (x) => core.originate({ channel: x, context: 'c', exten: 'e' })],
    ['Originate callerId', (x) => core.originate({ channel: 'c', context: 'c', exten: 'e', callerId: x })],
    [
      'Originate name',
      (x) => core.originate({ channel: 'c', context: 'c', exten: 'e', variables: { [x]: 'x' } }),
    ],
    ['Originate value', (x) => core.originate({ channel: 'c', context: 'c', exten: 'e', variables: { x } })],
  ];

  it.each(places)('%s takes nothing that ends a line, and does not repeat it', (_place, make) => {
    for (const text of evil) {
      expect(() => make(text)).toThrow(expect.objectContaining({ code: 'VALUE_FORBIDDEN' }));
      expect(() => make(`hunter2${text}`)).not.toThrow('hunter2');
    }
  });

  it('takes a chat over many lines, but no NUL and no half characters', () => {
    const chat = (text: string) => () => skype.skypeChatSend({ user: bond, to: bond, text });
    expect(chat('a\r\nAction: Originate\r\n\r\n')).not.toThrow();
    for (const text of ['a\0b', '\ud83d', '']) expect(chat(text)).toThrow('text that is not empty');
  });

  it.each(['dr,evil', 'x)', 'a b'])('asks no dialplan function for the account %j', (user) => {
    expect(() => properties.getAccountProperty(nameFromPbx(user), 'status')).toThrow('user: an account name');
  });

  it.each(['a,b', 'a=b', 'SHELL(id),x', 'f(a,b)', 'a b', ''])('is no variable: %j', (variable) => {
    expect(() => properties.setVariable('c', variable, 'x')).toThrow('the name of a variable');
  });
});
