import type { ConnectedUnit, UnitReader } from "../client/modbus-connection.ts"
import type { Request } from "../client/question.ts"
import { promised, type Waiter } from "../client/waiter.ts"
import type { RawBlock } from "../profiles/raw-block.ts"
import { BlockRead, planned, type BlockReadSettings, type PlannedBlock } from "./block-read.ts"
import { CarefulRead } from "./careful-read.ts"
import type { Block } from "./plan-blocks.ts"
import { Suspects } from "./suspects.ts"

/** A block of a metering point that is read in parts from now on, because the device gives no answer to the whole. */
export interface BlockSplit {
  readonly meteringPoint: string
  readonly block: Block
  /** None where the register is left out. */
  readonly parts: readonly Block[]
}

/** How a reader takes refusals. */
export interface BlockReaderSettings {
  /** Exception codes upon which a block is split; 2 unless said otherwise. */
  readonly splitOn?: readonly number[]
  /** Whether a single span that the device refuses is left out from then on, instead of failing the read. */
  readonly isTolerant?: boolean
  /** Hears of a block that the device gives no answer to, and the parts in which it is read from now on; none where it is left out. */
  readonly onSplit?: (block: Block, parts: readonly Block[]) => void
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
 * device that dislikes gaps is asked in vain only once. So is one to which it is silent, or hangs up, once it has
 * shown several times that it answers everything else.
 */
export class BlockReader {
  readonly #settings: BlockReadSettings
  #plan: readonly PlannedBlock[]

  constructor(unit: UnitReader | ConnectedUnit, blocks: readonly Block[], { splitOn = [2], isTolerant = false, onSplit = () => {} }: BlockReaderSettings = {}) {
    const asked = "ask" in unit ? unit : askedByPromise(unit)
    this.#settings = { unit: asked, splitOn, isTolerant, remember: (plan) => { this.#plan = plan }, suspects: new Suspects(), onSplit }
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
    if (!this.#settings.suspects.isAny) return new BlockRead(this.#settings, this.#plan, waiter).start()
    new CarefulRead(this.#settings, this.#plan).read().then((raw) => waiter.resolve(raw), (error: unknown) => waiter.reject(error))
  }
}
