import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { PollSchedule } from "./scheduler.ts"

beforeEach(() => { vi.useFakeTimers() })
afterEach(() => { vi.useRealTimers() })

describe("a schedule", () => {
  it("gives every meter its own moment, and the same number of polls", async () => {
    const polls: [meter: number, at: number][] = []
    const start = performance.now()
    const schedule = new PollSchedule({ meters: 4, intervalMs: 1_000, poll: async (meter) => void polls.push([meter, performance.now() - start]) })
    await vi.advanceTimersByTimeAsync(2_999)
    await schedule.stop()
    expect(polls).toEqual([0, 1_000, 2_000].flatMap((round) => [0, 1, 2, 3].map((meter) => [meter, round + meter * 250])))
  })

  it("never polls a meter twice at once, and holds the others to their times", async () => {
    const polled: number[] = []
    const missed: number[] = []
    const schedule = new PollSchedule({
      meters: 2, intervalMs: 100, missed: (meter) => void missed.push(meter),
      poll: (meter) => { polled.push(meter); return new Promise((resolve) => { setTimeout(resolve, meter === 0 ? 250 : 10) }) }
    })
    await vi.advanceTimersByTimeAsync(599)
    const stopped = schedule.stop()
    await vi.advanceTimersByTimeAsync(300)
    await stopped
    expect(polled.filter((meter) => meter === 0)).toHaveLength(2) // at 0 and at 300
    expect(missed).toEqual([0, 0, 0, 0]) // at 100, 200, 400, 500
    expect(polled.filter((meter) => meter === 1)).toHaveLength(6)
  })

  it("does not make up for the rounds of a pause, and counts them", async () => {
    const polled: number[] = []
    const missed: number[] = []
    const schedule = new PollSchedule({ meters: 2, intervalMs: 100, poll: async (meter) => void polled.push(meter), missed: (meter) => void missed.push(meter) })
    await vi.advanceTimersByTimeAsync(60)
    expect(polled).toEqual([0, 1]) // at 0 and 50
    const sleep = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 300)
    await vi.advanceTimersByTimeAsync(40)
    // Due from 100 to 360: meter 0 at 100, 200, 300 and meter 1 at 150, 250, 350; only the last of each is not gone.
    expect(missed).toEqual([0, 1, 0, 1])
    expect(polled).toEqual([0, 1, 0, 1])
    sleep.mockRestore()
    await schedule.stop()
  })

  it("waits at its stop for what runs, and starts nothing more", async () => {
    let ended = 0
    const schedule = new PollSchedule({ meters: 1, intervalMs: 100, poll: () => new Promise((resolve) => { setTimeout(() => { ended++; resolve() }, 50) }) })
    await vi.advanceTimersByTimeAsync(10)
    const stopped = schedule.stop()
    await vi.advanceTimersByTimeAsync(1_000)
    await stopped
    expect(ended).toBe(1)
  })
})
