import { connect, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import type { ManagerUser } from '../../src/sim/ami/action.ts';
import { type SimulatedPbx, type SimulatedPbxOptions, startSimulatedPbx } from '../../src/sim/pbx.ts';

export const LAB: ManagerUser = { username: 'lab', secret: 'pw', read: ['all'], write: ['all'] };
export const SYSTEM_ONLY: ManagerUser = {
  username: 'companion',
  secret: 'pw',
  read: ['system'],
  write: ['system'],
};
/** May run everything and hears the driver only. */
export const DRIVER_EVENTS: ManagerUser = {
  username: 'driver',
  secret: 'pw',
  read: ['system'],
  write: ['all'],
};
export const CALL_ONLY: ManagerUser = { username: 'desk', secret: 'pw', read: ['call'], write: ['call'] };

/** A PBX with three accounts and a few people; it ends with the test. */
export async function pbxForTest(options: Partial<SimulatedPbxOptions> = {}): Promise<SimulatedPbx> {
  const pbx = await startSimulatedPbx({
    accounts: [
      {
        user: 'james_bond',
        secret: 's007',
        fullname: 'James Bond',
        buddies: ['austin_powers', 'q_branch'],
      },
      { user: 'q_branch', secret: 'quartermaster' },
      { user: 'm_office' },
    ],
    people: [
      {
        name: 'austin_powers',
        fullname: 'Austin Powers',
        profile: { birthday: '19450328', phone_mobile: '+15555551212' },
      },
    ],
    managers: [LAB, SYSTEM_ONLY, DRIVER_EVENTS, CALL_ONLY],
    ari: { username: 'ari', password: 'secret' },
    ...options,
  });
  onTestFinished(() => pbx.stop());
  return pbx;
}

/** A bare TCP connection: bytes out, bytes in. */
export interface Wire {
  write(bytes: string | Uint8Array): void;
  /** Waits until the bytes not yet taken end the given way, and takes them. */
  until(end: string | RegExp): Promise<string>;
  /** Resolves with the bytes not yet taken when the other side has closed. */
  readonly closed: Promise<string>;
  readonly socket: Socket;
}

export async function openWire(port: number): Promise<Wire> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  let check = () => {};
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    received += text;
    check();
  });
  const closed = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
  socket.on('error', () => {});
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
  return {
    socket,
    closed,
    write: (bytes) => void socket.write(bytes),
    until: (end) =>
      new Promise<string>((resolve, reject) => {
        check = () => {
          const found = typeof end === 'string' ? end : end.exec(received)?.[0];
          const at = found === undefined ? -1 : received.indexOf(found);
          if (found === undefined || at === -1) return;
          const taken = received.slice(0, at + found.length);
          received = received.slice(at + found.length);
          check = () => {};
          resolve(taken);
        };
        void closed.then((rest) => reject(new Error(`closed while waiting for ${end}: ${rest.slice(-200)}`)));
        check();
      }),
  };
}

/** Opens a manager session and takes everything up to the end of its greeting. */
export async function logIn(pbx: SimulatedPbx, user: ManagerUser = LAB): Promise<Wire> {
  const wire = await openWire(pbx.ami.port);
  await wire.until('Asterisk Call Manager/11.0.0\r\n');
  wire.write(`Action: Login\r\nUsername: ${user.username}\r\nSecret: ${user.secret}\r\n\r\n`);
  const sees = (right: 'system' | 'security') => user.read.includes(right) || user.read.includes('all');
  await wire.until(sees('system') ? 'Status: Fully Booted\r\n\r\n' : 'Authentication accepted\r\n\r\n');
  if (sees('security')) await wire.until(/Event: SuccessfulAuth\r\n(?:.+\r\n)+\r\n/);
  return wire;
}

/** Sends one request, its lines joined by CR LF, and takes one block of answer. */
export async function ask(wire: Wire, ...lines: readonly string[]): Promise<string> {
  wire.write(`${lines.join('\r\n')}\r\n\r\n`);
  return wire.until('\r\n\r\n');
}

/** The bytes of a block. */
export function block(...lines: readonly string[]): string {
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export const base64 = (text: string) => Buffer.from(text, 'utf8').toString('base64');
