/** A list of callbacks; what one of them throws is the defect of its owner and goes to the emitter. */
export class Listeners<Notice> {
  readonly #callbacks = new Set<(notice: Notice) => void>();

  /** @returns a function that takes the callback off again. */
  add(callback: (notice: Notice) => void): () => void {
    this.#callbacks.add(callback);
    return () => this.#callbacks.delete(callback);
  }

  emit(notice: Notice): void {
    for (const callback of this.#callbacks) callback(notice);
  }
}
