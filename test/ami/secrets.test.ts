import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import * as actions from '../../src/ami/skype/actions.ts';
import * as core from '../../src/ami/skype/core-actions.ts';
import * as properties from '../../src/ami/skype/properties.ts';
import { messageOf } from '../../src/model/errors.ts';
import { nameFromPbx } from '../../src/model/skype-name.ts';
import { cleaned, linkTo, pbx, readyLink, TRANSPORTS } from '../helpers/linked.ts';
import { until } from '../helpers/until.ts';

cleaned();

const SECRET = 'hunter2';
const bond = nameFromPbx('james_bond');

/** Everything that a log or a debugger could print of a thing. */
function shown(thing: unknown): string {
  return [
    inspect(thing, { depth: 20, showHidden: true, getters: true }),
    JSON.stringify(thing) ?? '',
    thing instanceof Error ? `${thing.stack}${thing.message}` : '',
  ].join('\n');
}

describe('a secret is not shown', () => {
  it.each([
    ['AuthMsg, which may be the password of accept.<password>', actions.skypeAddBuddy(bond, bond, SECRET)],
    ['a chat', actions.skypeChatSend({ user: bond, to: bond, text: SECRET })],
    ['a property', actions.skypeAccountProperty(bond, { about: SECRET })],
    ['a call property', properties.setCallProperty('c', 'token', SECRET)],
    ['a variable', core.originate({ channel: 'c', context: 'c', exten: 'e', variables: { PIN: SECRET } })],
  ])('in the action with %s', (_what, action) => {
    const text = shown(action);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
    expect(text).toContain(action.name);
    // What is sent is whole.
    expect(Buffer.from(action.headers.flat().join()).toString()).toMatch(/hunter2|aHVudGVyMg/);
  });

  it.each(TRANSPORTS)('by a link over $name, in any state', async ({ make }) => {
    const server = await pbx({ secret: SECRET });
    const { link, items } = await readyLink(server, { secret: SECRET }, make);
    const asked = link.request(actions.skypeAddBuddy(bond, bond, SECRET), { timeoutMs: 10 });
    await server.next();
    expect(shown(link)).not.toContain(SECRET);
    const timeout = await asked.catch((error: unknown) => error);
    const refused = link.request(actions.skypeAddBuddy(bond, bond, SECRET));
    const { id } = await server.next();
    server.write(`Response: Error\r\nActionID: ${id}\r\nMessage: no\r\n\r\n`);
    const refusal = await refused.catch((error: unknown) => error);
    server.drop();
    await until(() => link.state !== 'ready');
    const lost = await link.request(core.ping()).catch((error: unknown) => error);
    expect(shown([link, items, timeout, refusal, lost])).not.toContain(SECRET);
    for (const error of [timeout, refusal, lost]) expect(shown(error)).not.toContain(SECRET);
  });

  it.each(TRANSPORTS)('by a refused login over $name', async ({ make }) => {
    const server = await pbx({ secret: 'another' });
    const { link, items } = linkTo(server, { secret: SECRET }, make);
    await until(() => items.some((item) => item.kind === 'state' && item.code === 'AMI_AUTH_FAILED'));
    expect(shown([link, items])).not.toContain(SECRET);
  });

  it('by a transport or an open connection of it', async () => {
    const server = await pbx({ secret: SECRET });
    for (const { make } of TRANSPORTS) {
      const transport = make(server);
      const listener = { message() {}, skipped() {}, closed() {} };
      const credentials = { username: 'sfa', secret: SECRET, eventMask: 'system' };
      const connection = await transport.open(listener, new AbortController().signal, credentials);
      connection.send([
        ['Action', 'Login'],
        ['Secret', SECRET],
      ]);
      expect(shown([transport, connection])).not.toContain(SECRET);
      connection.close('done');
    }
  });

  it('by an error about a value', () => {
    for (const make of [
      () => actions.skypeAddBuddy(bond, bond, `${SECRET}\r\n`),
      () => actions.skypeAddBuddy(nameFromPbx(`${SECRET} `), bond),
      () => properties.setCallProperty('c', 'token', `${SECRET}\0`),
    ]) {
      let thrown: unknown = null;
      try {
        make();
      } catch (error) {
        thrown = error;
      }
      expect(messageOf(thrown)).toContain('allowed is');
      expect(shown(thrown)).not.toContain(SECRET);
    }
  });
});
