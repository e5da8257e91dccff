import { createHash } from 'node:crypto';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** One action as it arrived: its lines without line ends. */
export type ReceivedAction = readonly string[];

/** A manager interface that a test plays by hand, byte by byte. */
export interface ScriptedPbx {
  readonly host: string;
  readonly port: number;
  /** How many connections there have been. */
  readonly connections: () => number;
  /** The next action that arrives; login actions are answered by the server unless told otherwise. */
  next(): Promise<{ lines: ReceivedAction; id: string; name: string }>;
  /** Writes bytes to the newest connection. */
  write(bytes: string): void;
  /** Cuts the newest connection. */
  drop(): void;
  /** Ends this side of the newest connection only. */
  halfClose(): void;
  /** Reads nothing more of the newest connection. */
  stall(): void;
  stop(): Promise<void>;
}

export async function scriptedPbx(
  options: {
    secret?: string;
    login?: 'accept' | 'manual';
    /** What it says to a new connection. */
    greeting?: string;
    /** Whether it keeps its side open when the other side ends. */
    keepsOpen?: boolean;
  } = {},
): Promise<ScriptedPbx> {
  const { secret = 'secret', login = 'accept', greeting = 'Asterisk Call Manager/11.0.0\r\n' } = options;
  const queue: { lines: ReceivedAction; id: string; name: string }[] = [];
  const waiting: ((action: { lines: ReceivedAction; id: string; name: string }) => void)[] = [];
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: options.keepsOpen === true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    socket.write(greeting);
    let held = '';
    socket.on('data', (chunk) => {
      held += chunk.toString('utf8');
      for (let end = held.indexOf('\r\n\r\n'); end !== -1; end = held.indexOf('\r\n\r\n')) {
        const lines = held.slice(0, end).split('\r\n');
        held = held.slice(end + 4);
        const value = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
        // asterisk-manager writes its own action's name in lower case.
        const name = value('Action') === 'login' ? 'Login' : value('Action');
        const action = { lines, id: value('ActionID'), name };
        if (login === 'accept' && action.name === 'Challenge') {
          socket.write(`Response: Success\r\nActionID: ${action.id}\r\nChallenge: 4711\r\n\r\n`);
        } else if (login === 'accept' && action.name === 'Login') {
          const key = createHash('md5').update(`4711${secret}`).digest('hex');
          // asterisk-manager knows the clear login only.
          const good = value('Key') === key || value('Secret') === secret;
          socket.write(
            good
              ? `Response: Success\r\nActionID: ${action.id}\r\nMessage: Authentication accepted\r\n\r\n`
              : `Response: Error\r\nActionID: ${action.id}\r\nMessage: Authentication failed\r\n\r\n`,
          );
        } else if (login === 'accept' && action.name === 'Events') {
          socket.write(`Response: Success\r\nActionID: ${action.id}\r\nEvents: On\r\n\r\n`);
        } else {
          const next = waiting.shift();
          if (next) next(action);
          else queue.push(action);
        }
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const newest = () => {
    const socket = sockets.at(-1);
    if (!socket) throw new Error('nobody has connected yet');
    return socket;
  };
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.length,
    next: () => {
      const action = queue.shift();
      return action ? Promise.resolve(action) : new Promise((resolve) => waiting.push(resolve));
    },
    write: (bytes) => void newest().write(bytes),
    drop: () => void newest().destroy(),
    halfClose: () => void newest().end(),
    stall: () => void newest().pause(),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
