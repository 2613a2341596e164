import { exception, exceptionCode, type Asked } from "./answer.ts"
import type { Stretch } from "./device-memory.ts"
import type { Fault, FaultKind } from "./fault.ts"
import { filled, swapped, torn, withoutValues } from "./fault-words.ts"
import type { Unit } from "./unit.ts"

/** How an answer leaves the device. */
export interface Delivery {
  readonly body: Buffer
  /** Bytes that stand before the answer. */
  readonly stray: number
  readonly delayMs: number
  readonly fate: "sent" | "dropped" | "closed"
  /** What is added to the unit id and to the transaction number of the answer. */
  readonly unitShift: number
  readonly transactionShift: number
}

/** Faults of an answer's words; a refusal has none. */
const changesWords: ReadonlySet<FaultKind> = new Set(["short", "crossed", "torn", "nan", "ones", "zero", "swap"])

/** Faults that befall only a refusal of registers that are not there. */
const changesAbsence: ReadonlySet<FaultKind> = new Set(["drop-absent", "close-absent"])

/** An answer that a fault befalls, and what it was drawn from. */
interface Befallen {
  readonly body: Buffer
  readonly asked: Asked
  readonly registers: Unit["registers"]
  readonly stretches: readonly Stretch[]
  readonly value: number
}

/** The faults of one device. Which answers they befall follows from the seed and the order of requests alone. */
export class FaultPlayer {
  readonly #faults: readonly Fault[]
  readonly #random: () => number
  readonly #startMs: number
  #frozenMs = -Infinity
  #frozenUntilMs = -Infinity
  #hasReset = false
  #before: Buffer | null = null

  constructor(faults: readonly Fault[], random: () => number, startMs: number) {
    this.#faults = faults
    this.#random = random
    this.#startMs = startMs
  }

  /** The moment whose registers are shown now: now itself, unless they stand still. */
  shownTime(nowMs: number, unit: Unit): number {
    for (const { kind, value, share } of this.#faults) {
      if (kind === "reset" && !this.#hasReset && nowMs - this.#startMs >= value * 1_000) {
        this.#hasReset = true
        unit.reset(nowMs)
      }
      if (kind === "stale" && nowMs >= this.#frozenUntilMs && this.#random() < share) {
        this.#frozenMs = nowMs
        this.#frozenUntilMs = nowMs + value * 1_000
      }
    }
    return nowMs < this.#frozenUntilMs ? this.#frozenMs : nowMs
  }

  /** What becomes of a right answer. */
  deliver(body: Buffer, asked: Asked, unit: Unit, stretches: readonly Stretch[]): Delivery {
    const delivery: Delivery = { body, stray: 0, delayMs: 0, fate: "sent", unitShift: 0, transactionShift: 0 }
    const isRefusal = ((body[0] ?? 0) & 0x80) !== 0
    for (const fault of this.#faults) {
      if (fault.kind === "stale" || fault.kind === "reset") continue
      if (isRefusal && changesWords.has(fault.kind)) continue
      if (changesAbsence.has(fault.kind) && !(isRefusal && body[1] === exceptionCode.illegalAddress)) continue
      if (this.#random() < fault.share) Object.assign(delivery, this.#changes[fault.kind]({ body: delivery.body, asked, registers: unit.registers, stretches, value: fault.value }))
    }
    this.#before = body
    return delivery
  }

  readonly #changes: Readonly<Record<Exclude<FaultKind, "stale" | "reset">, (befallen: Befallen) => Partial<Delivery>>> = {
    delay: ({ value }) => ({ delayMs: value }),
    drop: () => ({ fate: "dropped" }),
    close: () => ({ fate: "closed" }),
    "drop-absent": () => ({ fate: "dropped" }),
    "close-absent": () => ({ fate: "closed" }),
    exception: ({ asked, value }) => ({ body: exception(asked.functionCode, value) }),
    stray: ({ value }) => ({ stray: value }),
    short: ({ body, value }) => ({ body: shortened(body, value) }),
    "wrong-unit": () => ({ unitShift: 1 }),
    "wrong-transaction": () => ({ transactionShift: 1 }),
    crossed: ({ body }) => ({ body: this.#before?.length === body.length ? this.#before : body }),
    torn: ({ body, asked, registers }) => ({ body: torn(body, asked, registers) }),
    nan: ({ body, asked, registers }) => ({ body: withoutValues(body, asked, registers) }),
    ones: ({ body }) => ({ body: filled(body, 0xff) }),
    zero: ({ body }) => ({ body: filled(body, 0) }),
    swap: ({ body, asked, registers, stretches }) => ({ body: swapped(body, asked, registers, stretches) })
  }
}

/** A frame that is right in itself, but holds fewer words than were asked for. */
const shortened = (body: Buffer, words: number): Buffer => {
  const copy = Buffer.from(body.subarray(0, Math.max(2, body.length - words * 2)))
  copy[1] = copy.length - 2
  return copy
}
