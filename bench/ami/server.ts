/**
 * A manager interface of literal bytes, in a process of its own: accepts every login, echoes actions, and
 * sends a flood of events when asked. Prints its port.
 */
import { type AddressInfo, createServer, type Socket } from 'node:net';
import process from 'node:process';
import { traffic } from '../replay/traffic.ts';

/** About 10 MB of events, written over and over. */
const EVENTS: Buffer[] = [];
const EVENTS_PER_PIECE = 200;
const source = traffic({ seed: 1, skype: 0.3 });
for (let piece = 0; piece < 150; piece += 1) {
  const messages: string[] = [];
  while (messages.length < EVENTS_PER_PIECE) {
    const { value } = source.next();
    if (value.startsWith('Event: ')) messages.push(value);
  }
  EVENTS.push(Buffer.from(messages.join('')));
}

const fieldOf = (action: string, name: string): string => {
  const at = action.toLowerCase().indexOf(`\n${name}: `);
  if (at === -1) return '';
  const start = at + name.length + 3;
  const end = action.indexOf('\r', start);
  return action.slice(start, end === -1 ? undefined : end);
};

async function flood(socket: Socket, count: number): Promise<void> {
  for (let sent = 0, piece = 0; sent < count; sent += EVENTS_PER_PIECE, piece += 1) {
    const bytes = EVENTS[piece % EVENTS.length];
    if (bytes !== undefined && !socket.write(bytes)) {
      await new Promise((resolve) => socket.once('drain', resolve));
    }
  }
  socket.write('Event: FloodDone\r\n\r\n');
}

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('error', () => {});
  socket.setEncoding('latin1');
  socket.write('Asterisk Call Manager/11.0.0\r\n');
  let held = '';
  socket.on('data', (chunk: string) => {
    const text = held + chunk;
    let start = 0;
    let answers = '';
    for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n', start)) {
      const action = `\n${text.slice(start, end)}\r`;
      start = end + 4;
      answers += `Response: Success\r\nActionID: ${fieldOf(action, 'actionid')}\r\n`;
      switch (fieldOf(action, 'action').toLowerCase()) {
        case 'challenge':
          answers += 'Challenge: 4711\r\n\r\n';
          break;
        case 'getvar':
          answers += `Variable: x\r\nValue: ${fieldOf(action, 'channel')}\r\n\r\n`;
          break;
        case 'flood':
          answers += 'Message: here it comes\r\n\r\n';
          void flood(socket, Number(fieldOf(action, 'count')));
          break;
        default:
          answers += 'Message: as you like\r\n\r\n';
      }
    }
    held = text.slice(start);
    if (answers !== '') socket.write(answers, 'latin1');
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
