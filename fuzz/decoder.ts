import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decode } from '../src/ami/skype/decoder.ts';
import { buddyListOf, buddyProfileOf, commandsOf, licencesOf } from '../src/ami/skype/replies.ts';
import { AmiFramer } from '../src/ami/wire/framer.ts';
import { type AmiMessage, header, parseMessage } from '../src/ami/wire/message.ts';
import { chunksOf, cuts, stream } from './bytes.ts';

/** Nothing throws; what is decoded has all its fields, and a text that its base64 gives back. */
export const decoder = fc.property(
  stream,
  cuts,
  fc.constantFrom(null, 'a', 'b', 'c'),
  (bytes, places, account) => {
    const messages: AmiMessage[] = [];
    const framer = new AmiFramer();
    for (const chunk of chunksOf(bytes, places)) {
      for (const frame of framer.push(chunk))
        if (frame.kind === 'block') messages.push(parseMessage(frame.bytes));
    }
    for (const message of messages) {
      const decoded = decode(message, account === null ? null : (name) => name === account);
      if (decoded.kind === 'bad') assert.ok(decoded.reason.length > 0);
      if (decoded.kind !== 'skype') continue;
      const { event } = decoded;
      assert.ok(event.user.length > 0);
      if (event.type === 'chat') {
        const bare = (text: string) => text.replace(/=+$/, '');
        assert.equal(
          bare(Buffer.from(event.text).toString('base64')),
          bare(header(message, 'Message') ?? ''),
        );
      } else {
        assert.ok(event.status.length > 0);
      }
    }
    for (const response of messages) {
      const reply = { response, events: messages };
      buddyProfileOf(reply);
      buddyListOf(reply);
      licencesOf(reply);
      commandsOf(reply);
    }
  },
);
