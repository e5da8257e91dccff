import { fileURLToPath } from 'node:url';
import { openCaptureFile } from '../ami/capture/open.ts';
import type { CaptureReport } from '../ami/capture/report.ts';
import type { ChatMessage } from '../model/chat.ts';
import type { RecordedEvent } from '../model/events.ts';
import { type PublicEvent, publicEvent } from '../model/public-event.ts';
import { nameKey } from '../model/skype-name.ts';
import { NO_TIME, replayIntoStore } from '../services/replay/into-store.ts';
import type { AccountRow, BuddyRow, Store, StoreReader } from '../store/port.ts';
import { IN_MEMORY, openSqliteStore } from '../store/sqlite/open.ts';

export interface ReplayFileOptions {
  /** The name that events and state carry as their PBX; `pbx` when absent. */
  readonly pbx?: string;
  /** Accounts of the captured PBX: they tell sent chats from received ones. */
  readonly accounts?: readonly string[];
  /** The year of times that name none (syslog); that of the file's last change when absent. */
  readonly year?: number;
}

/** What a service would hold that had listened to the captured session. */
export interface ReplayState {
  readonly accounts: readonly AccountRow[];
  readonly buddies: readonly BuddyRow[];
  /** In the order in which they were stored. Their ids are `chat-1`, `chat-2` and so on. */
  readonly chats: readonly ChatMessage[];
}

export interface ReplayedFile {
  /** In the one public shape of events: that of `sfa replay --json`, of the event stream and of webhooks. */
  readonly events: readonly PublicEvent[];
  readonly state: ReplayState;
  /** What the reading of the file found: bytes, messages, unknown bytes. */
  readonly report: CaptureReport;
}

/**
 * Plays a captured AMI session (a path or a file URL; any layout and compression that `sfa replay` reads)
 * through the intake of the service into a store in memory, by the capture's own clock.
 *
 * @throws CompanionError `NOT_FOUND` with the system's reason when the file cannot be read.
 */
export async function replay(file: string | URL, options: ReplayFileOptions = {}): Promise<ReplayedFile> {
  const source = await openCaptureFile(typeof file === 'string' ? file : fileURLToPath(file));
  const accounts = options.accounts && new Set(options.accounts.map(nameKey));
  const store = await openSqliteStore(IN_MEMORY);
  let ids = 0;
  try {
    const report = await replayIntoStore(source.chunks, store, {
      pbx: options.pbx ?? 'pbx',
      isAccount: accounts ? (name) => accounts.has(nameKey(name)) : null,
      year: options.year ?? source.year,
      newId: () => {
        ids += 1;
        return `chat-${ids}`;
      },
    });
    const recorded = await allEvents(store);
    return { events: recorded.map(toPublic), state: await stateOf(store, ids), report };
  } finally {
    await store.close();
  }
}

/** State needs times where a capture holds none; events say so. */
function toPublic(event: RecordedEvent): PublicEvent {
  return publicEvent(event.receivedAt === NO_TIME ? { ...event, receivedAt: null } : event);
}

const PAGE = 1000;

async function allEvents(store: StoreReader): Promise<RecordedEvent[]> {
  const all: RecordedEvent[] = [];
  for (let page = await store.eventsAfter(0, PAGE); page.length > 0; ) {
    all.push(...page);
    page = await store.eventsAfter(page.at(-1)?.seq ?? 0, PAGE);
  }
  return all;
}

async function stateOf(store: Store, chats: number): Promise<ReplayState> {
  const accounts = await store.accounts();
  const users = new Map<string, { pbx: string; user: string }>();
  for (const { pbx, event } of await allEvents(store)) {
    // Also accounts of which no status was seen have buddies.
    if (event.type === 'buddy.status') users.set(`${pbx}/${nameKey(event.user)}`, { pbx, user: event.user });
  }
  const buddies = await Promise.all([...users.values()].map(({ pbx, user }) => store.buddies(pbx, user)));
  const ids = Array.from({ length: chats }, (_, index) => `chat-${index + 1}`);
  const found = await Promise.all(ids.map((id) => store.chat(id)));
  return { accounts, buddies: buddies.flat(), chats: found.filter((chat) => chat !== null) };
}
