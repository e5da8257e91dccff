import { describe, expect, it } from 'vitest';
import * as actions from '../../src/ami/skype/actions.ts';
import { encodeAction } from '../../src/ami/wire/encoder.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';

const bond = nameFromPbx('james_bond');
const austin = nameFromPbx('austin_powers');
const bytes = ({ name, headers }: actions.AmiAction) =>
  encodeAction([['Action', name], ['ActionID', 'abc123'], ...headers]);

describe('actions print the literal bytes of the manual', () => {
  it.each([
    [
      '3.5.1 SkypeAccountProperty',
      actions.skypeAccountProperty(bond, { fullname: 'James Bond', mood_text: 'Shaken, not stirred' }),
      'Action: SkypeAccountProperty\r\nActionID: abc123\r\nUser: james_bond\r\nVariable: fullname=James Bond\r\nVariable: mood_text=Shaken\\, not stirred\r\n\r\n',
    ],
    [
      '3.5.2 SkypeAddBuddy',
      actions.skypeAddBuddy(bond, austin, 'Please authorize me!'),
      'Action: SkypeAddBuddy\r\nActionID: abc123\r\nUser: james_bond\r\nBuddy: austin_powers\r\nAuthMsg: Please authorize me!\r\n\r\n',
    ],
    [
      '3.5.3 SkypeRemoveBuddy',
      actions.skypeRemoveBuddy(bond, austin),
      'Action: SkypeRemoveBuddy\r\nActionID: abc123\r\nUser: james_bond\r\nBuddy: austin_powers\r\n\r\n',
    ],
    [
      '3.5.4 SkypeBuddies',
      actions.skypeBuddies(bond),
      'Action: SkypeBuddies\r\nActionID: abc123\r\nUser: james_bond\r\n\r\n',
    ],
    [
      '3.5.5 SkypeBuddy',
      actions.skypeBuddy(bond, austin),
      'Action: SkypeBuddy\r\nActionID: abc123\r\nUser: james_bond\r\nBuddy: austin_powers\r\n\r\n',
    ],
    [
      '3.5.6 SkypeChatSend',
      actions.skypeChatSend({ user: bond, to: austin, text: "Don't\r\nRead\r\nThis" }),
      'Action: SkypeChatSend\r\nActionID: abc123\r\nUser: james_bond\r\nSkypename: austin_powers\r\nEncoding: base64\r\nMessage: RG9uJ3QNClJlYWQNClRoaXM=\r\n\r\n',
    ],
    [
      '4.2.1 login',
      actions.loginUser(bond),
      'Action: Command\r\nActionID: abc123\r\nCommand: skype login user james_bond\r\n\r\n',
    ],
    [
      '4.2.2 logoff',
      actions.logoffUser(bond),
      'Action: Command\r\nActionID: abc123\r\nCommand: skype logoff user james_bond\r\n\r\n',
    ],
    [
      '3.3.4 property',
      actions.getAccountProperty(bond, 'status'),
      'Action: Getvar\r\nActionID: abc123\r\nVariable: SKYPE_ACCOUNT_PROPERTY(james_bond,status)\r\n\r\n',
    ],
  ])('%s', (_name, action, expected) => {
    expect(bytes(action)).toBe(expected);
  });

  it('holds 759 bytes of text, and says so when there are more', () => {
    const fits = `${'ü'.repeat(379)}x`;
    expect(Buffer.byteLength(fits)).toBe(759);
    expect(bytes(actions.skypeChatSend({ user: bond, to: austin, text: fits }))).toContain('Message: ');
    expect(() => actions.skypeChatSend({ user: bond, to: austin, text: `${fits}x` })).toThrow(
      expect.objectContaining({ code: 'CHAT_TOO_LONG', details: { bytes: 760, limitBytes: 759 } }),
    );
  });

  it('cannot be made to send a second action', () => {
    const evil = nameFromPbx('x\r\nAction: Originate');
    for (const make of [
      () => actions.skypeBuddies(evil),
      () => actions.skypeChatSend({ user: evil, to: austin, text: 'x' }),
      () => actions.skypeChatSend({ user: bond, to: evil, text: 'x' }),
      () => actions.skypeAddBuddy(bond, austin, 'x\nAction: Originate'),
      () => actions.skypeAccountProperty(bond, { about: 'x\0' }),
      () => actions.loginUser(evil),
    ]) {
      expect(make).toThrow(expect.objectContaining({ code: 'VALUE_FORBIDDEN' }));
    }
  });
});
