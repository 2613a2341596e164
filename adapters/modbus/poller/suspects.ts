import { AnswerTimeout, Closed } from "../client/errors.ts"
import type { PlannedBlock } from "./block-read.ts"
import type { Span } from "../profiles/raw-block.ts"

/** Silences in a row after which a block is read with care: one may be an accident. */
const FIRST_DOUBT = 2
/** Silences in a row, each right after another answer of the same device, after which the block itself is to blame. */
const ENOUGH = 3

/** True for an answer that never came: the device said nothing in time, or hung up while it was asked. */
export const isSilence = (error: unknown): boolean => error instanceof AnswerTimeout || (error instanceof Closed && error.isByDevice)

interface Doubt {
  /** Silences in a row. */
  silences: number
  /** Those of them that came right after another answer of the device. */
  proven: number
  /** Which of the block's spans is asked alone, to see whether the device is there. */
  probe: number
}

/**
 * Blocks that got silence in place of an answer, and what is known of them. A device that is away is silent to
 * everything, so only a silence right after another answer of the same device counts against the block.
 */
export class Suspects {
  readonly #doubts = new Map<PlannedBlock, Doubt>()

  /** True while a block is to be read with care. */
  get isAny(): boolean {
    for (const { silences } of this.#doubts.values()) if (silences >= FIRST_DOUBT) return true
    return false
  }

  has(block: PlannedBlock): boolean {
    return (this.#doubts.get(block)?.silences ?? 0) >= FIRST_DOUBT
  }

  /** The block got no answer. True where that has been seen often enough, each time with the device there just before. */
  silent(block: PlannedBlock, isProven: boolean): boolean {
    const doubt = this.#doubtOf(block)
    doubt.silences += 1
    if (isProven) doubt.proven += 1
    return doubt.proven >= ENOUGH
  }

  /** A part of a block that was split got no answer: it is read with care from the start. */
  suspect(block: PlannedBlock): void {
    this.#doubtOf(block).silences = FIRST_DOUBT
  }

  /** The block was answered, or is no longer asked. */
  clear(block: PlannedBlock): void {
    if (this.#doubts.size > 0) this.#doubts.delete(block)
  }

  /** What to ask in order to see whether the device is there: less than the block, or null where nothing is. */
  probeOf(planned: PlannedBlock): Span | null {
    const { block } = planned
    const span = block.spans[this.#doubtOf(planned).probe % block.spans.length]!
    return span.words < block.words ? span : null
  }

  /** The probe got no answer: it may be what the device does not have, so the next one is another. */
  probeFailed(block: PlannedBlock): void {
    this.#doubtOf(block).probe += 1
  }

  #doubtOf(block: PlannedBlock): Doubt {
    const known = this.#doubts.get(block)
    if (known) return known
    const doubt = { silences: 0, proven: 0, probe: 0 }
    this.#doubts.set(block, doubt)
    return doubt
  }
}
