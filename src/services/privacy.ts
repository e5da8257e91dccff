import type { ChatMessage } from '../model/chat.ts';
import type { RecordedEvent } from '../model/events.ts';
import type { Erased, Page, Store } from '../store/port.ts';
import { PERSONAL_EVENTS } from '../store/port.ts';
import type { Directory } from './directory.ts';
import type { Recorder } from './recorder.ts';

const PAGE = 500;

export interface PersonExport {
  readonly person: string;
  readonly chats: readonly ChatMessage[];
  readonly events: readonly RecordedEvent[];
}

/** What people may ask for about themselves: a copy, and to be forgotten. */
export class PrivacyService {
  readonly #directory: Directory;
  readonly #store: Store;
  readonly #recorder: Recorder;

  constructor(deps: { directory: Directory; store: Store; recorder: Recorder }) {
    this.#directory = deps.directory;
    this.#store = deps.store;
    this.#recorder = deps.recorder;
  }

  /** Everything kept about somebody outside, newest first. */
  async exportPerson(person: string): Promise<PersonExport> {
    const chats: ChatMessage[] = [];
    for (const { user } of this.#directory.all()) {
      chats.push(...(await all((cursor) => this.#store.chats({ user, peer: person, limit: PAGE, cursor }))));
    }
    const events = await all((cursor) =>
      this.#store.events({ types: PERSONAL_EVENTS, person, limit: PAGE, cursor }),
    );
    return { person, chats, events };
  }

  /** Removes everything kept about somebody outside; what is being sent goes with it. */
  async erasePerson(person: string): Promise<Erased> {
    const { result } = await this.#recorder.change((tx) => tx.erasePerson(person));
    return result;
  }
}

async function all<Item>(page: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const { items: more, next } = await page(cursor);
    items.push(...more);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
