import { promised } from "../client/waiter.ts"
import type { RawBlock, Span } from "../profiles/raw-block.ts"
import { isRefusal, planned, type BlockReadSettings, type PlannedBlock } from "./block-read.ts"
import { splitBlock } from "./plan-blocks.ts"
import { isSilence } from "./suspects.ts"

/**
 * One read of a plan with a block in it that got silence before. Blocks are asked one by one, those under suspicion
 * last, so that it shows whether the device is there when one of them gets no answer; for a plan that is one block
 * only, a part of it is asked before. A block that the device is silent to again and again is split as one that it
 * refuses.
 */
export class CarefulRead {
  readonly #settings: BlockReadSettings
  readonly #answers = new Map<PlannedBlock, RawBlock>()
  #plan: readonly PlannedBlock[]
  /** Whether the device has answered since this read began. */
  #isThere = false

  constructor(settings: BlockReadSettings, plan: readonly PlannedBlock[]) {
    this.#settings = settings
    this.#plan = plan
  }

  /** The answers in the order of the plan. Rejects with the first ModbusError that is left. */
  async read(): Promise<readonly RawBlock[]> {
    const { suspects } = this.#settings
    const [doubted, trusted] = [this.#plan.filter((one) => suspects.has(one)), this.#plan.filter((one) => !suspects.has(one))]
    for (const one of trusted) await this.#readTrusted(one)
    for (const one of doubted) await this.#readDoubted(one)
    return this.#plan.flatMap((one) => this.#answers.get(one) ?? [])
  }

  async #readTrusted(one: PlannedBlock): Promise<void> {
    try {
      await this.#ask(one)
    } catch (error) {
      if (isSilence(error)) this.#settings.suspects.silent(one, false)
      await this.#replace(one, error)
    }
  }

  async #readDoubted(one: PlannedBlock): Promise<void> {
    const { suspects } = this.#settings
    if (!this.#isThere) await this.#probe(one)
    try {
      await this.#ask(one)
    } catch (error) {
      const isToBlame = isSilence(error) && suspects.silent(one, this.#isThere)
      await this.#replace(one, error, isToBlame)
    }
  }

  /** Asks for less than the block. What it says is not used: values come from whole answers of the plan only. */
  async #probe(one: PlannedBlock): Promise<void> {
    const { suspects, unit } = this.#settings
    const span = suspects.probeOf(one)
    if (!span) return
    try {
      await this.#words(unit.unit, span)
    } catch (error) {
      if (isSilence(error)) suspects.probeFailed(one)
      throw error
    }
  }

  /** Asks for the parts of a block that the device does not bear; throws the error of one that is not to be split. */
  async #replace(one: PlannedBlock, error: unknown, isToBlame = false): Promise<void> {
    const { isTolerant, unit, remember, suspects, onSplit } = this.#settings
    if (!isToBlame && !isRefusal(this.#settings, error)) throw error
    const parts = splitBlock(one.block)?.map((part) => planned(unit.unit, part)) ?? []
    if (parts.length === 0 && !isTolerant) throw error
    suspects.clear(one)
    this.#plan = this.#plan.flatMap((other) => (other === one ? parts : [other]))
    remember(this.#plan)
    if (isToBlame) onSplit(one.block, parts.map(({ block }) => block))
    for (const part of parts) await this.#readPart(part)
  }

  async #readPart(part: PlannedBlock): Promise<void> {
    try {
      await this.#ask(part)
    } catch (error) {
      if (isSilence(error)) this.#settings.suspects.suspect(part)
      await this.#replace(part, error)
    }
  }

  async #ask(one: PlannedBlock): Promise<void> {
    const { functionCode, address } = one.question
    const words = await this.#words(one.question.unit, one.block)
    this.#answers.set(one, { functionCode, address, words })
    this.#settings.suspects.clear(one)
  }

  async #words(unit: number, { functionCode, address, words }: Span): Promise<readonly number[]> {
    const answered = await promised<readonly number[]>((waiter) => this.#settings.unit.ask({ question: { unit, functionCode, address, words }, ...waiter }))
    this.#isThere = true
    return answered
  }
}
