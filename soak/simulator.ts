/**
 * The simulated PBX as a process of its own: people write to its accounts without pause, numbered in one
 * row, and every chat that is sent through it is noted. Any message stops the writing and asks for the count.
 */
import { startSimulatedPbx } from '../src/sim/pbx.ts';
import { ACCOUNTS, ARI, type Arrived, MANAGER, tell } from './setup.ts';

/** Chats in one tick, and milliseconds between two ticks. */
const BURST = 3;
const TICK_MS = 7;

const pbx = await startSimulatedPbx({
  accounts: ACCOUNTS.map((user) => ({ user, secret: 'x' })),
  managers: [{ ...MANAGER, read: ['all'], write: ['all'] }],
  ari: ARI,
});
const arrived: Arrived[] = [];
pbx.community.listen((notice) => {
  if (notice.type === 'chat-sent') {
    arrived.push({ user: notice.from, to: notice.to, text: notice.text });
  }
});
let written = 0;
const writing = setInterval(() => {
  for (let index = 0; index < BURST; index += 1) {
    written += 1;
    const user = ACCOUNTS[written % ACCOUNTS.length];
    if (user !== undefined) pbx.community.writeTo(user, 'somebody', `in-${written}`);
  }
}, TICK_MS);
process.on('message', () => {
  clearInterval(writing);
  tell({ kind: 'counted', written, arrived });
});
process.on('disconnect', () => process.exit());
tell({ kind: 'listening', port: pbx.ami.port });
