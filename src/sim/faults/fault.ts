import { z } from 'zod';

// Scripts give text, the control API numbers.
const millis = z.coerce.number().int().nonnegative().max(3_600_000);
const where = z.enum(['ami', 'ari', 'both']).default('both');
/** Of which action or operation the next answers are spoilt; without it, of any. */
const answers = {
  where,
  action: z.string().optional(),
  times: z.coerce.number().int().positive().default(1),
};

/** What can be ordered to go wrong: the words of scripts, of the control API and of tests. */
export const FAULT = z.discriminatedUnion('kind', [
  /** Every connection is cut with a reset, as a crash or a firewall does. */
  z.strictObject({ kind: z.literal('drop'), where }),
  /** Nothing leaves any more until the time is over; then all of it at once. */
  z.strictObject({ kind: z.literal('stall'), where, millis }),
  /** This side ends its direction of every connection and goes on reading. */
  z.strictObject({ kind: z.literal('half-close'), where }),
  /** Nothing is read until the time is over: the client's writes pile up. */
  z.strictObject({ kind: z.literal('slow-reader'), where, millis }),
  /** New connections are refused until the time is over; those that are up stay. */
  z.strictObject({ kind: z.literal('refuse'), where, millis }),
  /** The next answers leave so much later than the action ran. */
  z.strictObject({ kind: z.literal('late'), millis, ...answers }),
  /** The next answers leave twice. */
  z.strictObject({ kind: z.literal('twice'), ...answers }),
  /** The next actions run and are never answered. */
  z.strictObject({ kind: z.literal('lost'), ...answers }),
  /** The next operations neither run nor are answered: their connections end (ARI). */
  z.strictObject({ kind: z.literal('swallow'), ...answers }),
  /** The next answers bear the ActionID of nobody (AMI). */
  z.strictObject({ kind: z.literal('wrong-action-id'), ...answers }),
  /** Bytes that are no protocol; by default a line that never ends and a truncated character. */
  z.strictObject({ kind: z.literal('garbage'), where, text: z.string().optional() }),
  /** The PBX goes down and is up again after the time: calls are gone, accounts log in anew. */
  z.strictObject({ kind: z.literal('restart'), millis: millis.default(0) }),
]);
export type Fault = z.infer<typeof FAULT>;
/** A fault as it is written, with defaults left out. */
export type FaultOrder = z.input<typeof FAULT>;

/** What happens to one answer. */
export type AnswerFault = Extract<Fault, { kind: 'late' | 'twice' | 'lost' | 'swallow' | 'wrong-action-id' }>;

/** A server whose connections can be made to fail. */
export interface FaultyServer {
  drop(): void;
  stall(millis: number): void;
  halfClose(): void;
  pauseReading(millis: number): void;
  /** Resolves when it listens no more; it begins again by itself. */
  refuse(millis: number): Promise<void>;
  garbage(text: string | undefined): void;
}
