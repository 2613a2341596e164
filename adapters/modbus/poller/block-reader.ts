import { DeviceException } from "../client/errors.ts"
import type { UnitReader } from "../client/modbus-connection.ts"
import { splitBlock, type Block, type Span } from "./plan-blocks.ts"

/** One answer of a device as it came, kept as evidence beside the decoded value. */
export interface RawBlock {
  readonly functionCode: 3 | 4
  readonly address: number
  readonly words: readonly number[]
}

const illegalDataAddress = 2

/**
 * Reads a plan again and again. A block that the device refuses with exception 2 is split, and the split is
 * remembered, so that a device that dislikes gaps is asked in vain only once.
 */
export class BlockReader {
  readonly #unit: UnitReader
  #blocks: readonly Block[]

  constructor(unit: UnitReader, blocks: readonly Block[]) {
    this.#unit = unit
    this.#blocks = blocks
  }

  /** All blocks of the plan. Rejects with the first ModbusError. */
  async read(): Promise<readonly RawBlock[]> {
    const answers = await Promise.all(this.#blocks.map((block) => this.#readOrSplit(block)))
    this.#blocks = answers.flatMap((answer) => answer.blocks)
    return answers.flatMap((answer) => answer.raw)
  }

  async #readOrSplit(block: Block): Promise<{ blocks: readonly Block[]; raw: readonly RawBlock[] }> {
    const { functionCode, address } = block
    try {
      const words = await this.#unit.read(functionCode, address, block.words)
      return { blocks: [block], raw: [{ functionCode, address, words }] }
    } catch (error) {
      const parts = error instanceof DeviceException && error.code === illegalDataAddress ? splitBlock(block) : null
      if (!parts) throw error
      const answers = await Promise.all(parts.map((part) => this.#readOrSplit(part)))
      return { blocks: answers.flatMap((answer) => answer.blocks), raw: answers.flatMap((answer) => answer.raw) }
    }
  }
}

/** The words of one span, from the answer that holds all of it. */
export const wordsOf = (raw: readonly RawBlock[], span: Span): readonly number[] => {
  for (const block of raw) {
    const start = span.address - block.address
    if (block.functionCode !== span.functionCode || start < 0) continue
    if (start + span.words <= block.words.length) return block.words.slice(start, start + span.words)
  }
  throw new RangeError(`no answer holds ${span.words} words at ${span.address}`)
}
