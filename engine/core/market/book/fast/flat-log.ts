import { FIRST_LANES, hashText, type EventLog } from "../event-log.ts"
import type { Assembly } from "./assembly.ts"
import * as layout from "./layout.ts"

const { COMMAND, FOLDED, LANES, LOG, LOG_END, LOG_LIMIT } = layout

/** The events that the assembly writes. Where a batch outgrows the part of its memory that is meant for them, they go on in an array beside it. */
export class FlatLog implements EventLog {
  readonly lanes: Int32Array
  private readonly memory: Int32Array
  private readonly part: Int32Array
  private readonly assembly: Pick<Assembly, "fold">
  private spilled = new Int32Array(0)
  private spilledLength = 0
  /** What the last drain handed over. */
  private handedOver: Int32Array

  constructor(memory: Int32Array, assembly: Pick<Assembly, "fold">) {
    this.memory = memory
    this.assembly = assembly
    this.lanes = memory.subarray(LANES >> 2, (LANES >> 2) + 4)
    this.lanes.set(FIRST_LANES)
    this.part = memory.subarray(LOG >> 2, LOG_LIMIT >> 2)
    this.handedOver = this.part
    this.restart()
  }

  private restart(): void {
    this.memory[LOG_END >> 2] = LOG
    this.memory[FOLDED >> 2] = LOG
  }

  private get inPart(): number {
    return (this.memory[LOG_END >> 2]! - LOG) >> 2
  }

  /** Right before a drain as well as after it, so that nobody has to mind the order. */
  get words(): Int32Array {
    if (this.spilledLength > 0) return this.spilled
    return this.inPart > 0 ? this.part : this.handedOver
  }

  get command(): number {
    return this.memory[COMMAND >> 2]!
  }
  set command(value: number) {
    this.memory[COMMAND >> 2] = value
  }

  get length(): number {
    return this.spilledLength + this.inPart
  }

  fold(): void {
    this.assembly.fold()
  }

  /** Moves what was written to the array beside, which then still has room for as much again: a drain does not change arrays. One that is too small is replaced by one of twice what is needed. */
  spill(): void {
    const needed = this.length + this.part.length
    if (needed > this.spilled.length) {
      const larger = new Int32Array(needed * 2)
      larger.set(this.spilled.subarray(0, this.spilledLength))
      this.spilled = larger
    }
    this.moveOut()
  }

  private moveOut(): void {
    this.fold()
    const { length } = this
    this.spilled.set(this.part.subarray(0, this.inPart), this.spilledLength)
    this.spilledLength = length
    this.restart()
  }

  drain(): Int32Array {
    const length = this.drained()
    return this.handedOver.subarray(0, length)
  }

  drained(): number {
    const { length } = this
    if (this.spilledLength > 0) this.moveOut()
    else this.fold()
    this.handedOver = this.spilledLength > 0 ? this.spilled : this.part
    this.spilledLength = 0
    this.restart()
    return length
  }

  hash(): string {
    this.fold()
    return hashText(this.lanes)
  }
}
