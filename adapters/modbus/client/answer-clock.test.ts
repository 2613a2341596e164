import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { AnswerClock } from "./answer-clock.ts"
import { InFlight, type Asked } from "./in-flight.ts"
import { LibraryCodec } from "./library-codec.ts"

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

const question = { unit: 1, functionCode: 3, address: 0, words: 1 } as const
const encoded = new LibraryCodec().encode(question)

/** A line with an answer timeout of 100 ms, and the transaction numbers that timed out. */
const line = () => {
  const inFlight = new InFlight()
  const timedOut: number[] = []
  const clock = new AnswerClock(inFlight, 100, ({ transaction }) => {
    timedOut.push(transaction)
    inFlight.takeAll()
  })
  const ask = (transaction: number): Asked => {
    const asked = { transaction, question, request: { question, resolve: () => {}, reject: () => {} }, encoded, askedAt: performance.now() }
    inFlight.add(asked)
    clock.asked()
    return asked
  }
  return { inFlight, timedOut, clock, ask }
}

describe("the clock of a line", () => {
  it("gives each question its whole time, though it sets its timer once", async () => {
    const { inFlight, timedOut, ask } = line()
    for (let transaction = 0; transaction < 10; transaction++) {
      const asked = ask(transaction)
      expect(vi.getTimerCount()).toBe(1)
      await vi.advanceTimersByTimeAsync(30)
      inFlight.remove(asked)
    }
    ask(10)
    await vi.advanceTimersByTimeAsync(99)
    expect(timedOut).toEqual([])
    await vi.advanceTimersByTimeAsync(10)
    expect(timedOut).toEqual([10])
    expect(vi.getTimerCount()).toBe(0)
  })

  it("looks at the one that has waited longest, whichever that is after others were answered", async () => {
    const { inFlight, timedOut, ask } = line()
    const [first, second] = [ask(1), ask(2)]
    await vi.advanceTimersByTimeAsync(40)
    ask(3)
    inFlight.remove(first)
    await vi.advanceTimersByTimeAsync(40)
    inFlight.remove(second)
    await vi.advanceTimersByTimeAsync(59)
    expect(timedOut).toEqual([])
    await vi.advanceTimersByTimeAsync(10)
    expect(timedOut).toEqual([3])
  })

  it("is quiet when nothing is asked and after its stop", async () => {
    const { inFlight, timedOut, clock, ask } = line()
    inFlight.remove(ask(1))
    await vi.advanceTimersByTimeAsync(150)
    expect(vi.getTimerCount()).toBe(0)
    ask(2)
    clock.stop()
    await vi.advanceTimersByTimeAsync(500)
    expect(timedOut).toEqual([])
  })
})
