import { once } from 'node:events';
import { createWriteStream } from 'node:fs';

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface TrafficOptions {
  readonly seed: number;
  /** Share of the messages that are Skype events, from 0 to 1. */
  readonly skype: number;
}

const TEXTS = [
  'ok',
  'Are you coming to the meeting at four?',
  'Grüße aus Köln, bis später\nViele Grüße',
  'Привет, как дела?',
  'こんにちは、お元気ですか',
  '🎸 see you there 👍',
  'line one\r\nline two\r\nline three',
  'A somewhat longer text about the delivery that was promised for last week and never came. '.repeat(6),
];
const BUDDY_STATUSES = ['Online', 'Offline', 'Away', 'Do Not Disturb', 'Not Available'];

/** Endless AMI messages as an Asterisk 22 with Skype for Asterisk sends them, about 360 bytes each. */
export function* traffic({ seed, skype }: TrafficOptions): Generator<string, never, void> {
  const random = seeded(seed);
  const below = (bound: number) => Math.floor(random() * bound);
  const pick = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;
  const kinds = coreMessages(below, pick);
  // The steps of the dialplan, its variables and RTCP are most of the traffic of a busy PBX.
  const others = [...kinds, ...kinds.slice(1, 3), ...kinds.slice(1, 3), ...kinds.slice(4, 7)];
  for (let number = 0; ; number += 1) {
    const user = `agent_${below(50)}`;
    const buddy = `customer.${below(2000)}`;
    const roll = random();
    if (roll < 0.006) yield commandReply(number, 5 + below(60));
    else if (roll < 0.009) yield oldCommandReply(number, 5 + below(30));
    else if (random() < skype) yield skypeEvent(pick, random(), user, buddy);
    else yield pick(others)(number);
  }
}

function skypeEvent(
  pick: <Item>(items: readonly Item[]) => Item,
  roll: number,
  user: string,
  buddy: string,
): string {
  if (roll < 0.6) {
    const message = Buffer.from(pick(TEXTS)).toString('base64');
    const head = roll < 0.3 ? `Username: ${user}\r\nFrom: ${buddy}` : `To: ${buddy}\r\nFrom: ${user}`;
    return `Event: SkypeChatMessage\r\nPrivilege: system,all\r\n${head}\r\nMessage: ${message}\r\n\r\n`;
  }
  if (roll < 0.95) {
    return `Event: SkypeBuddyStatus\r\nPrivilege: system,all\r\nBuddy: Skype/${user}@${buddy}\r\nBuddyStatus: ${pick(BUDDY_STATUSES)}\r\n\r\n`;
  }
  return `Event: SkypeAccountStatus\r\nPrivilege: system,all\r\nUsername: ${user}\r\nStatus: Logged In\r\n\r\n`;
}

/** The header sets that a real Asterisk 22 was seen to send. */
function coreMessages(
  below: (bound: number) => number,
  pick: <Item>(items: readonly Item[]) => Item,
): ((number: number) => string)[] {
  const channel = (number: number, prefix = '') => {
    const id = number.toString(16).padStart(8, '0');
    return (
      `${prefix}Channel: PJSIP/60${10 + below(80)}-${id}\r\n${prefix}ChannelState: 6\r\n` +
      `${prefix}ChannelStateDesc: Up\r\n${prefix}CallerIDNum: 60${10 + below(80)}\r\n` +
      `${prefix}CallerIDName: ${pick(['Zoë Müller', 'Front desk', '<unknown>'])}\r\n` +
      `${prefix}ConnectedLineNum: <unknown>\r\n${prefix}ConnectedLineName: <unknown>\r\n` +
      `${prefix}Language: en\r\n${prefix}AccountCode: \r\n${prefix}Context: internal\r\n` +
      `${prefix}Exten: ${1000 + below(9000)}\r\n${prefix}Priority: 1\r\n` +
      `${prefix}Uniqueid: 1795228754.${number}\r\n${prefix}Linkedid: 1795228754.${number}\r\n`
    );
  };
  return [
    (n) => `Event: Newchannel\r\nPrivilege: call,all\r\n${channel(n)}\r\n`,
    (n) =>
      `Event: Newexten\r\nPrivilege: dialplan,all\r\n${channel(n)}Extension: ${1000 + below(9000)}\r\n` +
      'Application: Dial\r\nAppData: PJSIP/6001,20,tT\r\n\r\n',
    (n) =>
      `Event: VarSet\r\nPrivilege: dialplan,all\r\n${channel(n)}Variable: DIALSTATUS\r\nValue: ANSWER\r\n\r\n`,
    (n) => `Event: DialBegin\r\nPrivilege: call,all\r\n${channel(n, 'Dest')}DialString: 6001\r\n\r\n`,
    (n) =>
      'Event: BridgeEnter\r\nPrivilege: call,all\r\nBridgeUniqueid: fabc3570-1ea9-439e-98aa-65ee9a6e23f9\r\n' +
      'BridgeType: basic\r\nBridgeTechnology: simple_bridge\r\nBridgeCreator: <unknown>\r\n' +
      `BridgeName: <unknown>\r\nBridgeNumChannels: 1\r\nBridgeVideoSourceMode: none\r\n${channel(n)}\r\n`,
    (n) =>
      `Event: Hangup\r\nPrivilege: call,all\r\n${channel(n)}Cause: 16\r\nCause-txt: Normal Clearing\r\n\r\n`,
    (n) =>
      `Event: RTCPSent\r\nPrivilege: reporting,all\r\n${channel(n)}SSRC: 0x1f2e3d4c\r\nPT: 200(SR)\r\n` +
      'To: 198.51.100.7:4001\r\nFrom: 198.51.100.1:18431\r\nSentNTP: 1795228754.104857\r\nSentRTP: 160\r\n' +
      'SentPackets: 50\r\nSentOctets: 8000\r\nReportCount: 0\r\n\r\n',
    () =>
      'Event: PeerStatus\r\nPrivilege: system,all\r\nChannelType: PJSIP\r\n' +
      `Peer: PJSIP/60${10 + below(80)}\r\nPeerStatus: Reachable\r\n\r\n`,
    () =>
      `Event: DeviceStateChange\r\nPrivilege: call,all\r\nDevice: PJSIP/60${10 + below(80)}\r\nState: ${pick(['INUSE', 'NOT_INUSE'])}\r\n\r\n`,
  ];
}

function commandReply(number: number, lines: number): string {
  let text = `Response: Success\r\nActionID: ${number}\r\nMessage: Command output follows\r\n`;
  for (let line = 0; line < lines; line += 1) {
    text += `Output: 60${10 + line}/60${10 + line}  198.51.100.${line}  Yes  A  5060  OK (${line} ms)\r\n`;
  }
  return `${text}\r\n`;
}

function oldCommandReply(number: number, lines: number): string {
  let text = `Response: Follows\r\nPrivilege: Command\r\nActionID: ${number}\r\n`;
  for (let line = 0; line < lines; line += 1) text += `buddy_${line}  Online\n`;
  return `${text}--END COMMAND--\r\n\r\n`;
}

/** Writes whole messages to a file until it holds at least that many bytes; tells how many of each. */
export async function writeTraffic(
  path: string,
  bytes: number,
  options: TrafficOptions,
): Promise<{ bytes: number; messages: number; skype: number }> {
  const out = createWriteStream(path);
  const written = { bytes: 0, messages: 0, skype: 0 };
  let batch: string[] = [];
  let batched = 0;
  for (const message of traffic(options)) {
    batch.push(message);
    batched += message.length;
    written.messages += 1;
    if (message.startsWith('Event: Skype')) written.skype += 1;
    const full = written.bytes + batched >= bytes;
    if (batched < 1 << 18 && !full) continue;
    const chunk = Buffer.from(batch.join(''));
    written.bytes += chunk.length;
    if (!out.write(chunk)) await once(out, 'drain');
    batch = [];
    batched = 0;
    if (written.bytes >= bytes) break;
  }
  out.end();
  await once(out, 'finish');
  return written;
}
