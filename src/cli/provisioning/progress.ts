import type { AccountOutcome, Progress } from '../../services/reconcile/reconcile.ts';
import type { Terminal } from '../terminal.ts';

const STEP = 100;

/** Tells how far a long run over accounts is, on standard error, each time that so many are done. */
export function showProgress(terminal: Terminal): (outcome: AccountOutcome, progress: Progress) => void {
  return (_outcome, { done, total }) => {
    if (done % STEP === 0 && done < total) terminal.err(`${done} of ${total} accounts\n`);
  };
}
