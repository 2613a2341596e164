import { DeviceException } from "../client/errors.ts"
import type { ConnectedUnit } from "../client/modbus-connection.ts"
import type { Question, Request } from "../client/question.ts"
import type { Waiter } from "../client/waiter.ts"
import type { RawBlock } from "../profiles/raw-block.ts"
import { splitBlock, type Block } from "./plan-blocks.ts"
import { isSilence, type Suspects } from "./suspects.ts"

/** What a read asks of a unit, and how it takes refusals. */
export interface BlockReadSettings {
  readonly unit: Pick<ConnectedUnit, "unit" | "ask">
  readonly splitOn: readonly number[]
  readonly isTolerant: boolean
  /** Gets the plan as it stands after what the device refused, once a read of it has come to its answers. */
  readonly remember: (plan: readonly PlannedBlock[]) => void
  /** What is known of blocks that got silence in place of an answer. */
  readonly suspects: Suspects
  /** Hears of a block that is read in parts from now on, or no more, because the device gives it no answer. */
  readonly onSplit: (block: Block, parts: readonly Block[]) => void
}

/** True for a refusal that says that the block covers what the device does not have: it is to be split. */
export const isRefusal = ({ splitOn }: BlockReadSettings, error: unknown): boolean => error instanceof DeviceException && splitOn.includes(error.code)

/** A block, and the question that is asked for it in every read. */
export interface PlannedBlock {
  readonly block: Block
  readonly question: Question
}

/** The question for a block. */
export const planned = (unit: number, block: Block): PlannedBlock =>
  ({ block, question: { unit, functionCode: block.functionCode, address: block.address, words: block.words } })

/** One block of one read. */
class BlockRequest implements Request {
  readonly plannedBlock: PlannedBlock
  readonly question: Question
  readonly #read: BlockRead
  raw: RawBlock | null = null
  error: unknown = null

  constructor(read: BlockRead, plannedBlock: PlannedBlock) {
    this.#read = read
    this.plannedBlock = plannedBlock
    this.question = plannedBlock.question
  }

  resolve(words: readonly number[]): void {
    const { functionCode, address } = this.question
    this.raw = { functionCode, address, words }
    this.#read.answered(this)
  }

  reject(error: unknown): void {
    this.#read.refused(this, error)
  }
}

/** One read of a plan: asks for all blocks, splits what is refused, and tells its waiter when everything is settled. */
export class BlockRead {
  readonly #settings: BlockReadSettings
  readonly #waiter: Waiter<readonly RawBlock[]>
  /** In the order of the plan; a block that was split stands there as its parts. */
  #requests: readonly BlockRequest[]
  #left: number
  #hasLearned = false

  constructor(settings: BlockReadSettings, plan: readonly PlannedBlock[], waiter: Waiter<readonly RawBlock[]>) {
    this.#settings = settings
    this.#waiter = waiter
    this.#requests = plan.map((one) => new BlockRequest(this, one))
    this.#left = plan.length
  }

  /** Asks; to be called once. */
  start(): void {
    if (this.#left === 0) return this.#finish()
    for (const request of this.#requests) this.#settings.unit.ask(request)
  }

  /** For the requests of this read: one has its words. */
  answered(request: BlockRequest): void {
    this.#settings.suspects.clear(request.plannedBlock)
    this.#settled()
  }

  /** For the requests of this read: one got no words. */
  refused(request: BlockRequest, error: unknown): void {
    const { unit, isTolerant, suspects } = this.#settings
    if (isSilence(error)) suspects.silent(request.plannedBlock, false)
    const isRefused = isRefusal(this.#settings, error)
    const parts = isRefused ? splitBlock(request.plannedBlock.block) : null
    this.#hasLearned ||= isRefused
    if (!parts) {
      if (!isRefused || !isTolerant) request.error = error
      return this.#settled()
    }
    suspects.clear(request.plannedBlock)
    const requests = parts.map((part) => new BlockRequest(this, planned(unit.unit, part)))
    this.#requests = this.#requests.flatMap((one) => (one === request ? requests : [one]))
    this.#left += 1
    for (const part of requests) unit.ask(part)
  }

  #settled(): void {
    this.#left -= 1
    if (this.#left === 0) this.#finish()
  }

  #finish(): void {
    const raw: RawBlock[] = []
    for (const request of this.#requests) {
      if (request.error !== null) return this.#waiter.reject(request.error)
      if (request.raw !== null) raw.push(request.raw)
    }
    if (this.#hasLearned) this.#settings.remember(this.#requests.filter((one) => one.raw !== null).map((one) => one.plannedBlock))
    this.#waiter.resolve(raw)
  }
}
