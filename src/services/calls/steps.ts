/** Runs the steps of one thing one after the other, whatever comes of each. */
export class Steps {
  #tail: Promise<unknown> = Promise.resolve();

  /** Runs a step behind all that were asked for before; its failure is the caller's alone. */
  run<Result>(step: () => Promise<Result>): Promise<Result> {
    const done = this.#tail.then(step, step);
    this.#tail = done.catch(() => undefined);
    return done;
  }
}
