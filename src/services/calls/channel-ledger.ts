import { CompanionError } from '../../model/errors.ts';
import type { CallControl } from './control.ts';

/** Licensed Skype channels of a PBX. */
export interface ChannelUsage {
  readonly pbx: string;
  /** In use by our calls and, as far as is known, by others. */
  readonly used: number;
  /** Null when nobody said how many there are. */
  readonly limit: number | null;
}

interface PbxLedger {
  readonly control: CallControl;
  /** What the settings allow; null when they do not say. */
  readonly allowed: number | null;
  /** What the licences say; null when nobody listed them. */
  licensed: number | null;
  /** Channels of each of our calls: two when account and peer are both on this PBX (manual 2). */
  readonly own: Map<string, number>;
  foreign: number;
  countedAt: number;
}

/** How long a count of others' channels is believed: many calls at once share one listing. */
const FRESH_MS = 1_000;

/**
 * Counts licensed channels, so that a call beyond the limit is refused here, with its reason, before the PBX
 * refuses it without one.
 */
export class ChannelLedger {
  readonly #pbxs = new Map<string, PbxLedger>();

  /** @param allowed what the settings say; null when they do not. */
  add(control: CallControl, allowed: number | null): void {
    const entry = { control, allowed, licensed: null, own: new Map(), foreign: 0, countedAt: -Infinity };
    this.#pbxs.set(control.pbx, entry);
  }

  /** What a licence listing says; the lower of it and of the settings holds. */
  setLicensed(pbx: string, channels: number | null): void {
    const ledger = this.#pbxs.get(pbx);
    if (ledger !== undefined) ledger.licensed = channels;
  }

  /**
   * Takes channels for a call. The others' channels are counted first where a limit is known.
   *
   * @throws CompanionError `NO_FREE_CHANNEL` with `limit` and `used`.
   */
  async take(pbx: string, call: string, channels: number): Promise<void> {
    const ledger = this.#pbxs.get(pbx);
    if (ledger === undefined) return;
    const limit = limitOf(ledger);
    if (limit !== null) {
      // Our own are certain: no need to ask the PBX then.
      this.#refuseBeyond(ledger, limit, channels, 0);
      await this.#count(ledger);
      this.#refuseBeyond(ledger, limit, channels, ledger.foreign);
    }
    ledger.own.set(call, channels);
  }

  /** A call that is there already: it cannot be refused any more. */
  note(pbx: string, call: string, channels: number): void {
    this.#pbxs.get(pbx)?.own.set(call, channels);
  }

  free(pbx: string, call: string): void {
    this.#pbxs.get(pbx)?.own.delete(call);
  }

  /** Whether all channels are taken, looked at anew; false without a known limit. */
  async isFull(pbx: string): Promise<boolean> {
    const ledger = this.#pbxs.get(pbx);
    const limit = ledger === undefined ? null : limitOf(ledger);
    if (ledger === undefined || limit === null) return false;
    ledger.countedAt = -Infinity;
    await this.#count(ledger);
    // The refused call itself is in our count.
    return sum(ledger.own) + ledger.foreign > limit;
  }

  usage(): readonly ChannelUsage[] {
    return [...this.#pbxs].map(([pbx, ledger]) => ({
      pbx,
      used: sum(ledger.own) + ledger.foreign,
      limit: limitOf(ledger),
    }));
  }

  async #count(ledger: PbxLedger): Promise<void> {
    const now = performance.now();
    if (now - ledger.countedAt < FRESH_MS) return;
    ledger.countedAt = now;
    ledger.foreign = (await ledger.control.foreignSkypeChannels().catch(() => null)) ?? ledger.foreign;
  }

  #refuseBeyond({ own, control }: PbxLedger, limit: number, wanted: number, foreign: number): void {
    const used = sum(own) + foreign;
    if (used + wanted <= limit) return;
    throw new CompanionError(
      'NO_FREE_CHANNEL',
      `${used} of ${limit} licensed Skype channels of the PBX "${control.pbx}" are in use`,
      { pbx: control.pbx, used, limit },
    );
  }
}

function limitOf({ allowed, licensed }: PbxLedger): number | null {
  if (allowed === null || licensed === null) return allowed ?? licensed;
  return Math.min(allowed, licensed);
}

function sum(own: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const channels of own.values()) total += channels;
  return total;
}
