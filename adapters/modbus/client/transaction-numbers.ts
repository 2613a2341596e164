const count = 65_536

/**
 * The transaction numbers of one connection, over all its lines. They go on from line to line and begin anywhere: a
 * gateway whose bus was late may send the answer to a question of an earlier line, or of an earlier process, and
 * under a number that is in use again it would pass for another's.
 */
export class TransactionNumbers {
  #last: number

  /** `random` in [0, 1) says where the numbers begin. */
  constructor(random: number) {
    this.#last = Math.floor(random * count)
  }

  /** The next number that is not in use: an old answer would have to be 65,536 questions late. */
  next(isUsed: (transaction: number) => boolean): number {
    do this.#last = (this.#last + 1) % count
    while (isUsed(this.#last))
    return this.#last
  }
}
