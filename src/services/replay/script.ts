import { type CapturedMessage, CaptureReader, timeOf } from '../../ami/capture/reader.ts';
import { type AmiHeader, type AmiMessage, header, headersNamed } from '../../ami/wire/message.ts';

/** An action of the captured session and everything that answered it. */
export interface Exchange {
  /** The action's name; null where the capture holds only the PBX's side and the reply does not tell. */
  readonly name: string | null;
  /** The action's headers without Action and ActionID; empty where the action was not captured. */
  readonly headers: readonly AmiHeader[];
  /** Response and list events, in their order. */
  readonly replies: AmiMessage[];
}

/** A message that nobody asked for, with its time in milliseconds since the epoch. */
export interface Unsolicited {
  readonly at: number | null;
  readonly message: AmiMessage;
}

/** A captured session taken apart, so that it can be played to another client. */
export interface SessionScript {
  readonly exchanges: readonly Exchange[];
  readonly unsolicited: readonly Unsolicited[];
}

/** Takes a captured session apart; it is kept in memory whole. */
export async function readScript(chunks: AsyncIterable<Buffer>, year: number): Promise<SessionScript> {
  const reader = new CaptureReader({ year });
  const builder = new ScriptBuilder();
  for await (const chunk of chunks) for (const captured of reader.push(chunk)) builder.add(captured);
  for (const captured of reader.end()) builder.add(captured);
  return builder;
}

class ScriptBuilder implements SessionScript {
  readonly exchanges: Exchange[] = [];
  readonly unsolicited: Unsolicited[] = [];
  readonly #byId = new Map<string, Exchange>();
  /** Actions without an ActionID are answered in their order. */
  readonly #anonymous: Exchange[] = [];

  add(captured: CapturedMessage): void {
    const { message, direction } = captured;
    const id = header(message, 'ActionID');
    if (direction === 'out') {
      this.#action(message, id);
      return;
    }
    if (header(message, 'Response') !== undefined) {
      const known = id === undefined ? this.#anonymous.shift() : this.#byId.get(id);
      if (known !== undefined) known.replies.push(message);
      else this.#unknownAction(message, id);
      return;
    }
    const exchange = id === undefined ? undefined : this.#byId.get(id);
    if (exchange !== undefined) exchange.replies.push(message);
    else this.unsolicited.push({ at: timeOf(captured), message });
  }

  #action(message: AmiMessage, id: string | undefined): void {
    const headers = message.headers.filter(([name]) => !/^action(?:id)?$/i.test(name));
    const exchange = { name: header(message, 'Action') ?? null, headers, replies: [] };
    this.exchanges.push(exchange);
    if (id === undefined) this.#anonymous.push(exchange);
    else this.#byId.set(id, exchange);
  }

  #unknownAction(message: AmiMessage, id: string | undefined): void {
    const replies = [message];
    const exchange: Exchange = {
      get name() {
        return guessAction(replies);
      },
      headers: [],
      replies,
    };
    this.exchanges.push(exchange);
    if (id !== undefined) this.#byId.set(id, exchange);
  }
}

/** What was asked, from how it was answered; null where many actions are answered so. */
function guessAction(replies: readonly AmiMessage[]): string | null {
  const [response] = replies;
  if (response === undefined) return null;
  const last = replies.at(-1);
  if (last !== undefined && header(last, 'Event')?.toLowerCase() === 'skypebuddylistcomplete')
    return 'SkypeBuddies';
  if (header(response, 'Challenge') !== undefined) return 'Challenge';
  if (header(response, 'Ping') !== undefined) return 'Ping';
  if (header(response, 'Variable') !== undefined && header(response, 'Value') !== undefined) return 'Getvar';
  if (headersNamed(response, 'Output').length > 0) return 'Command';
  if (header(response, 'Category-000000') !== undefined) return 'GetConfig';
  return null;
}

/**
 * Chooses recorded exchanges for the actions of a client: of those with the action's name the one whose
 * headers agree best, of equals the first that was not played yet, else the last one again.
 */
export class ExchangeBook {
  readonly #exchanges: readonly Exchange[];
  readonly #played = new Set<Exchange>();

  constructor(exchanges: readonly Exchange[]) {
    this.#exchanges = exchanges.filter(({ replies }) => replies.length > 0);
  }

  find(name: string, headers: readonly AmiHeader[]): Exchange | null {
    let best: Exchange | null = null;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (const exchange of this.#exchanges) {
      if (exchange.name?.toLowerCase() !== name.toLowerCase()) continue;
      const fresh = !this.#played.has(exchange);
      const score = 2 * agreement(exchange.headers, headers) + (fresh ? 1 : 0);
      if (score > bestScore || (score === bestScore && !fresh)) {
        best = exchange;
        bestScore = score;
      }
    }
    if (best !== null) this.#played.add(best);
    return best;
  }
}

/** Headers that agree, less those that contradict. */
function agreement(recorded: readonly AmiHeader[], asked: readonly AmiHeader[]): number {
  let score = 0;
  for (const [name, value] of asked) {
    const same = recorded.filter(([other]) => other.toLowerCase() === name.toLowerCase());
    if (same.some(([, other]) => other === value)) score += 1;
    else if (same.length > 0) score -= 1;
  }
  return score;
}
