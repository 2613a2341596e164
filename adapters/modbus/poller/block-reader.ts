import { DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import type { RawBlock } from "../profiles/raw-block.ts"
import { splitBlock, type Block } from "./plan-blocks.ts"

/** How a reader takes refusals. */
export interface BlockReaderSettings {
  /** Exception codes upon which a block is split; 2 unless said otherwise. */
  readonly splitOn?: readonly number[]
  /** Whether a single span that the device refuses is left out from then on, instead of failing the read. */
  readonly isTolerant?: boolean
}

interface Answered {
  readonly blocks: readonly Block[]
  readonly raw: readonly RawBlock[]
}

const answered = (result: PromiseSettledResult<Answered>): Answered => {
  if (result.status === "rejected") throw result.reason
  return result.value
}

/**
 * Reads a plan again and again. A block that the device refuses is split, and the split is remembered, so that a
 * device that dislikes gaps is asked in vain only once.
 */
export class BlockReader {
  readonly #unit: UnitReader
  readonly #settings: Required<BlockReaderSettings>
  #blocks: readonly Block[]

  constructor(unit: UnitReader, blocks: readonly Block[], settings: BlockReaderSettings = {}) {
    this.#unit = unit
    this.#blocks = blocks
    this.#settings = { splitOn: [2], isTolerant: false, ...settings }
  }

  /** The requests of the next read, as far as the device's refusals are known by now. */
  get blocks(): readonly Block[] {
    return this.#blocks
  }

  /** All blocks of the plan. Rejects with the ModbusError of the first block that has one; those behind it may only be its echo. */
  async read(): Promise<readonly RawBlock[]> {
    // Most meters show what is wanted in one block; their polls are spared the bookkeeping of several.
    const answers = this.#blocks.length === 1
      ? [await this.#readOrSplit(this.#blocks[0]!)]
      : (await Promise.allSettled(this.#blocks.map((block) => this.#readOrSplit(block)))).map(answered)
    if (answers.length === 1 && answers[0]!.blocks.length === 1) return answers[0]!.raw
    this.#blocks = answers.flatMap((answer) => answer.blocks)
    return answers.flatMap((answer) => answer.raw)
  }

  #readOrSplit(block: Block): Promise<Answered> {
    const { functionCode, address } = block
    return this.#unit.read(functionCode, address, block.words).then(
      (words) => ({ blocks: [block], raw: [{ functionCode, address, words }] }),
      (error: unknown) => {
        if (!(error instanceof DeviceException) || !this.#settings.splitOn.includes(error.code)) throw error
        return this.#readParts(block, error)
      }
    )
  }

  async #readParts(block: Block, refusal: DeviceException): Promise<Answered> {
    const parts = splitBlock(block)
    if (!parts) {
      if (this.#settings.isTolerant) return { blocks: [], raw: [] }
      throw refusal
    }
    const answers = (await Promise.allSettled(parts.map((part) => this.#readOrSplit(part)))).map(answered)
    return { blocks: answers.flatMap((answer) => answer.blocks), raw: answers.flatMap((answer) => answer.raw) }
  }
}
