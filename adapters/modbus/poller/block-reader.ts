import type { ConnectedUnit, UnitReader } from "../client/modbus-connection.ts"
import type { Request } from "../client/question.ts"
import { promised, type Waiter } from "../client/waiter.ts"
import type { RawBlock } from "../profiles/raw-block.ts"
import { BlockRead, planned, type BlockReadSettings, type PlannedBlock } from "./block-read.ts"
import type { Block } from "./plan-blocks.ts"

/** How a reader takes refusals. */
export interface BlockReaderSettings {
  /** Exception codes upon which a block is split; 2 unless said otherwise. */
  readonly splitOn?: readonly number[]
  /** Whether a single span that the device refuses is left out from then on, instead of failing the read. */
  readonly isTolerant?: boolean
}

/** A unit that gives promises only, as one that calls back. */
const askedByPromise = (unit: UnitReader): Pick<ConnectedUnit, "unit" | "ask"> => ({
  unit: 0, // such a reader knows by itself which unit it reads
  ask: (request: Request) => {
    const { functionCode, address, words } = request.question
    unit.read(functionCode, address, words).then((answer) => request.resolve(answer), (error: unknown) => request.reject(error))
  }
})

/**
 * Reads a plan again and again. A block that the device refuses is split, and the split is remembered, so that a
 * device that dislikes gaps is asked in vain only once.
 */
export class BlockReader {
  readonly #settings: BlockReadSettings
  #plan: readonly PlannedBlock[]

  constructor(unit: UnitReader | ConnectedUnit, blocks: readonly Block[], { splitOn = [2], isTolerant = false }: BlockReaderSettings = {}) {
    const asked = "ask" in unit ? unit : askedByPromise(unit)
    this.#settings = { unit: asked, splitOn, isTolerant, remember: (plan) => { this.#plan = plan } }
    this.#plan = blocks.map((block) => planned(asked.unit, block))
  }

  /** The requests of the next read, as far as the device's refusals are known by now. */
  get blocks(): readonly Block[] {
    return this.#plan.map(({ block }) => block)
  }

  /** All blocks of the plan. Rejects with the ModbusError of the first block that has one; those behind it may only be its echo. */
  read(): Promise<readonly RawBlock[]> {
    return promised((waiter) => this.ask(waiter))
  }

  /** As `read`, without a promise. */
  ask(waiter: Waiter<readonly RawBlock[]>): void {
    new BlockRead(this.#settings, this.#plan, waiter).start()
  }
}
