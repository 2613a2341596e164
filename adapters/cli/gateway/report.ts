import type { GatewayStatus } from "../../modbus/gateway/gateway.ts"
import type { FlushError } from "../../modbus/gateway/hand-over.ts"
import type { ClockOffset, PollSummary } from "../../modbus/gateway/poll-meters.ts"
import { LARGEST_OFFSET } from "../../modbus/gateway/own-clock.ts"
import type { BlockSplit } from "../../modbus/poller/block-reader.ts"
import type { TimeServer } from "../../modbus/gateway/time-server.ts"
import { say } from "../start/terminal.ts"
import { explainMeterOffset, explainOwnOffset, isDrift } from "./explain-clock.ts"

/** What a failure to hand over means, in a sentence. */
export const explainFlush = (error: FlushError): string => {
  switch (error._tag) {
    case "UplinkUnavailable":
      return `the engine is not reached (${error.cause instanceof Error ? error.cause.message : String(error.cause)}); batches wait in the store`
    case "UplinkRefused":
      return `the engine refuses a batch, ${error.name}: ${error.reason}. To mend it: ${error.mend}`
    case "ReceiptRefused":
      return `a receipt is not the engine's: ${error.reason}; batches wait. To mend it: see that engine.publicKey is the operator's`
    case "StoreError":
      return `${error.message}. To mend it: ${error.mend}`
  }
}

/** What a status line says of the gateway's clock. */
export interface ClockFacts {
  readonly offset: number | undefined
  readonly timeServer: TimeServer
}

const rangeOf = ({ address, words }: BlockSplit["block"]): string => `${address} to ${address + words - 1}`

/** Seconds by which this machine's clock has to move before its offset is told anew. */
const WORTH_TELLING = 2
/** Seconds between two lines about the same trouble. */
const REMIND_EVERY = 300

/** Tells people how a gateway does: a trouble when it begins and now and then, its end once, and a line of figures. */
export class Reporter {
  private readonly meters: number
  private readonly troubles = new Map<string, { readonly text: string; readonly at: number }>()
  private readonly failing = new Map<string, string>()
  private batches = 0
  private withheld = 0
  private lastReceipt: number | undefined
  private toldOffset = 0

  constructor(meters: number) {
    this.meters = meters
  }

  trouble(part: string, text: string): void {
    const before = this.troubles.get(part)
    const now = Date.now() / 1_000
    if (before?.text === text && now - before.at < REMIND_EVERY) return
    this.troubles.set(part, { text, at: now })
    say(`  ${part}: ${text}`)
  }

  well(part: string): void {
    if (this.troubles.delete(part)) say(`  ${part}: well again`)
  }

  /** Metering points whose readings wait because the engine does not take them yet. */
  unregistered(meteringPoints: ReadonlyArray<string>): void {
    if (meteringPoints.length === 0) return this.well("registration")
    const names = meteringPoints.toSorted()
    const some = names.length <= 5 ? names.join(", ") : `${names.slice(0, 5).join(", ")} and ${names.length - 5} more`
    this.trouble("registration", `UnknownGateway: not registered for this gateway's key: ${some}; their readings wait in the store. To mend it: ask the operator to register them with this gateway's public key`)
  }

  /** Registers that a device gives no answer to in one question, and that are asked for in parts from now on. */
  split({ meteringPoint, block, parts }: BlockSplit): void {
    say(`  ${meteringPoint}: the device gives no answer to registers ${rangeOf(block)} (function ${block.functionCode}) in one question, though it answers others; from now on they are asked in ${parts.length}: ${parts.map(rangeOf).join(", ")}`)
  }

  clockJumped(seconds: number): void {
    if (seconds !== 0) say(`  the clock of this machine was set ${seconds > 0 ? "forward" : "back"} by ${Math.abs(seconds)} s`)
  }

  delivered(batches: number): void {
    this.batches += batches
    this.lastReceipt = Date.now()
  }

  /** This machine's clock, where nothing stands against reading: seconds ahead of the engine's. */
  ownClock(offset: number | undefined): void {
    if (offset === undefined || Math.abs(offset) <= LARGEST_OFFSET) return this.well("clock")
    if (Math.abs(offset - this.toldOffset) >= WORTH_TELLING) this.toldOffset = offset
    this.trouble("clock", explainOwnOffset(this.toldOffset))
  }

  private meterClock({ meteringPoint, seconds }: ClockOffset): void {
    const part = `clock of ${meteringPoint}`
    if (!isDrift(seconds)) return this.well(part)
    this.trouble(part, explainMeterOffset(seconds))
  }

  polled({ failures, withheld, clocks, notStored }: PollSummary): void {
    this.withheld += withheld
    for (const clock of clocks) this.meterClock(clock)
    if (notStored === undefined) this.well("store")
    else this.trouble("store", `${notStored.message}. To mend it: ${notStored.mend}`)
    const now = new Map(failures.map(({ meteringPoint, message }) => [meteringPoint, message]))
    for (const [meteringPoint, message] of now) if (!this.failing.has(meteringPoint)) say(`  no reading of ${meteringPoint}: ${message}`)
    for (const meteringPoint of this.failing.keys()) if (!now.has(meteringPoint)) say(`  ${meteringPoint} is read again`)
    this.failing.clear()
    for (const [meteringPoint, message] of now) this.failing.set(meteringPoint, message)
  }

  /** The status line. */
  line({ waiting, unsealed, refused, held, thinned, clock, unregistered }: GatewayStatus, facts?: ClockFacts): string {
    const receipt = this.lastReceipt === undefined ? "none yet" : `${Math.round((Date.now() - this.lastReceipt) / 1_000)} s ago`
    const parts = [
      `${this.meters - this.failing.size} of ${this.meters} metering points read`,
      `${this.batches} batches handed over, ${waiting} wait, last receipt ${receipt}`,
      `${unsealed} readings not sealed yet`,
      ...(this.withheld > 0 ? [`${this.withheld} readings withheld as implausible`] : []),
      ...(refused > 0 ? [`${refused} batches refused whole`] : []),
      ...(held > 0 ? [`${held} readings only in memory, ${thinned} given up`] : []),
      ...(unregistered.length > 0 ? [`${unregistered.length} metering points not registered yet`] : []),
      `clock ${clock}${facts === undefined ? "" : ` (time server ${facts.timeServer}${facts.offset === undefined ? "" : `, ${facts.offset} s from the engine's`})`}`
    ]
    return `  ${parts.join("; ")}`
  }
}
