import { isSkypeName, type SkypeName } from '../src/model/skype-name.ts';

/** What the three processes agree on. */
export const ACCOUNTS = ['james_bond', 'q_branch', 'moneypenny'].map(name);
export const MANAGER = { username: 'sfa', secret: 'soak' };
export const ARI = { username: 'sfa', password: 'soak' };

export function name(text: string): SkypeName {
  if (!isSkypeName(text)) throw new Error(`${text} is no Skype name`);
  return text;
}

/** What the orchestrator tells a process, and what it hears from it. */
export type Told =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'counted'; readonly written: number; readonly arrived: readonly Arrived[] }
  | { readonly kind: 'received'; readonly events: readonly Received[] };

/** A chat that reached the simulated PBX. */
export interface Arrived {
  readonly user: string;
  readonly to: string;
  readonly text: string;
}

/** An event as a subscriber got it. */
export interface Received {
  readonly seq: number;
  readonly data: string;
}

export function tell(told: Told): void {
  if (process.send === undefined) throw new Error('this runs as a child of the soak test');
  process.send(told);
}
