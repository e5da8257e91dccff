import { createHash } from 'node:crypto';
import { connect } from 'node:net';

/** What stood between two empty lines, or the output of a command. */
export interface RawBlock {
  /** Name in lower case and value, in order. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** What a console command printed, in either shape; empty for everything else. */
  readonly output: string;
  /** The first value of a header, '' when there is none. */
  get(name: string): string;
}

/** Where a manager interface is, and who may enter. */
export interface RawAmiAddress {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly secret: string;
}

/** A manager session for tests that reads and writes AMI by itself, with nothing of the project in between. */
export interface RawAmi {
  readonly greeting: string;
  /** Resolves when the other side has closed. */
  readonly closed: Promise<void>;
  /** Writes bytes as they are. */
  write(bytes: string): void;
  /** Sends an action with an ActionID of its own and waits for the answer. */
  ask(...lines: readonly string[]): Promise<RawBlock>;
  /** The same for an answer with a list: gives the answer, the entries and the end. */
  list(complete: string, ...lines: readonly string[]): Promise<readonly RawBlock[]>;
  /** Takes the first event that fits, of those not yet taken and those to come. */
  event(name: string, fits?: (block: RawBlock) => boolean): Promise<RawBlock>;
  /** Everything that came and that nobody took yet, in order. */
  waiting(): readonly RawBlock[];
  /** Events of a name that came and that nobody took yet. */
  untaken(name: string): readonly RawBlock[];
  /** Logs in by challenge; gives the answer, whatever it is. */
  login(username: string, secret: string): Promise<RawBlock>;
  close(): void;
}

const GREETING = /^Asterisk Call Manager\/[\d.]+\r\n/;

/** Opens a session and waits for its greeting; nobody is logged in yet. */
export async function openRawAmi({ host, port }: { host: string; port: number }): Promise<RawAmi> {
  const socket = connect(port, host);
  socket.setNoDelay(true);
  let pending = Buffer.alloc(0);
  let greeting: string | null = null;
  const blocks: RawBlock[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const look of [...waiting]) look();
  };
  let ended = false;
  const closed = new Promise<void>((resolve) =>
    socket.on('close', () => {
      ended = true;
      wake();
      resolve();
    }),
  );
  socket.on('error', () => {});
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    if (greeting === null) {
      const match = GREETING.exec(pending.toString('latin1'));
      if (!match) return;
      greeting = match[0];
      pending = pending.subarray(greeting.length);
    }
    for (let end = blockEnd(pending); end !== -1; end = blockEnd(pending)) {
      blocks.push(parseBlock(pending.toString('utf8', 0, end)));
      pending = pending.subarray(end);
    }
    wake();
  });

  /** Waits until `find` finds something, looking again whenever something came. */
  const when = <Found>(find: () => Found | undefined, what: string) =>
    new Promise<Found>((resolve, reject) => {
      const look = () => {
        const found = find();
        if (found === undefined && !ended) return;
        waiting.delete(look);
        if (found === undefined) reject(new Error(`closed while waiting for ${what}`));
        else resolve(found);
      };
      waiting.add(look);
      look();
    });
  const take = (fits: (block: RawBlock) => boolean) => () => {
    const at = blocks.findIndex(fits);
    return at === -1 ? undefined : blocks.splice(at, 1)[0];
  };

  let asked = 0;
  const send = (lines: readonly string[]) => {
    asked += 1;
    const id = `raw-${asked}`;
    socket.write(`${[...lines, `ActionID: ${id}`].join('\r\n')}\r\n\r\n`);
    return id;
  };
  const answerTo = (id: string) =>
    when(
      take((block) => block.get('response') !== '' && block.get('actionid') === id),
      `the answer to ${id}`,
    );

  await when(() => greeting ?? undefined, 'the greeting');
  const ami: RawAmi = {
    greeting: greeting ?? '',
    closed,
    write: (bytes) => void socket.write(bytes),
    ask: (...lines) => answerTo(send(lines)),
    async list(complete, ...lines) {
      const id = send(lines);
      const all = [await answerTo(id)];
      for (;;) {
        const entry = await when(
          take((block) => block.get('event') !== '' && block.get('actionid') === id),
          complete,
        );
        all.push(entry);
        if (entry.get('event').toLowerCase() === complete.toLowerCase()) return all;
      }
    },
    event: (name, fits = () => true) =>
      when(
        take((block) => block.get('event') === name && fits(block)),
        `event ${name}`,
      ),
    waiting: () => [...blocks],
    untaken: (name) => blocks.filter((block) => block.get('event') === name),
    async login(username, secret) {
      const challenge = await ami.ask('Action: Challenge', 'AuthType: MD5');
      const key = createHash('md5').update(challenge.get('challenge')).update(secret).digest('hex');
      return ami.ask('Action: Login', 'AuthType: MD5', `Username: ${username}`, `Key: ${key}`);
    },
    close: () => void socket.destroy(),
  };
  return ami;
}

/** Opens a session and logs in. */
export async function rawSession(address: RawAmiAddress): Promise<RawAmi> {
  const ami = await openRawAmi(address);
  const answer = await ami.login(address.username, address.secret);
  if (answer.get('response') !== 'Success') throw new Error(`login refused: ${answer.get('message')}`);
  return ami;
}

const END_OF_COMMAND = '--END COMMAND--\r\n\r\n';

/** Where the first block ends, or -1; the output of a 1.4 command may hold empty lines. */
function blockEnd(bytes: Buffer): number {
  const follows = bytes.toString('latin1', 0, 19).startsWith('Response: Follows\r\n');
  const end = follows ? END_OF_COMMAND : '\r\n\r\n';
  const at = bytes.indexOf(end);
  return at === -1 ? -1 : at + end.length;
}

function parseBlock(text: string): RawBlock {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  const headers: (readonly [string, string])[] = [];
  const printed: string[] = [];
  const follows = lines[0] === 'Response: Follows';
  for (const line of lines) {
    const match = /^([\w-]+):\s?(.*)$/s.exec(line);
    const isHeader = match && !(follows && headers.length >= 3);
    if (isHeader && match[1] !== undefined && match[2] !== undefined) {
      headers.push([match[1].toLowerCase(), match[2]]);
      if (match[1].toLowerCase() === 'output') printed.push(match[2]);
    } else if (line !== '--END COMMAND--') printed.push(line);
  }
  return {
    headers,
    output: printed.join('\n'),
    get: (name) => headers.find(([key]) => key === name.toLowerCase())?.[1] ?? '',
  };
}
