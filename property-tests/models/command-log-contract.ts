import { Duration, Effect, Exit, Fiber, type Layer } from "effect"
import fc from "fast-check"
import { expect, test } from "vitest"
import { CommandLog, type LogReader, type LogRecord } from "../../engine/service/ports/driven/command-log.ts"

/** A log under test; `area` names one that nobody has written to. */
export interface LogUnderTest {
  readonly layer: () => Layer.Layer<CommandLog>
  readonly area: () => Promise<string> | string
  readonly runs: number
}

/** Runs a program against a log of its own connections. */
export const onLog = <A, E>(layer: Layer.Layer<CommandLog>, program: Effect.Effect<A, E, CommandLog>): Promise<A> =>
  Effect.runPromise(Effect.provide(program, layer))

/** Takes `count` records, at most `limit` at a time. */
export const takeAll = (reader: LogReader, count: number, limit = 64) =>
  Effect.gen(function* () {
    const records: LogRecord[] = []
    while (records.length < count) {
      const some = yield* reader.take(limit)
      expect(some.length).toBeGreaterThan(0)
      expect(some.length).toBeLessThanOrEqual(limit)
      records.push(...some)
    }
    return records
  })

/** Positions from..from+count-1. */
export const positionsFrom = (from: number, count: number): number[] => Array.from({ length: count }, (_, index) => from + index)

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex")

/** What every command log promises; each test is registered with vitest. */
export const commandLogContract = (name: string, { layer, area, runs }: LogUnderTest): void => {
  const record = fc.uint8Array({ maxLength: 40 })
  const appends = fc.array(fc.array(record, { maxLength: 30 }), { minLength: 1, maxLength: 8 })

  test(`${name}: gives what was appended, in order, with positions from 0, from every position on`, async () => {
    await fc.assert(
      fc.asyncProperty(appends, fc.nat(), fc.integer({ min: 1, max: 50 }), async (groups, seed, limit) => {
        const here = await area()
        const all = groups.flat()
        const from = all.length === 0 ? 0 : seed % all.length
        const program = Effect.gen(function* () {
          const log = yield* CommandLog
          for (const group of groups) yield* log.append(here, group)
          const read = (position: number) =>
            Effect.scoped(Effect.flatMap(log.read(here, position), (reader) => takeAll(reader, all.length - position, limit)))
          return [yield* read(0), yield* read(from)] as const
        })
        const [whole, tail] = await onLog(layer(), program)
        expect(whole.map(({ position }) => position)).toEqual(positionsFrom(0, all.length))
        expect(whole.map(({ bytes }) => hex(bytes))).toEqual(all.map(hex))
        expect(tail).toEqual(whole.slice(from))
      }),
      { numRuns: runs }
    )
  })

  test(`${name}: concurrent appends stay whole, and nothing is lost or doubled`, async () => {
    const here = await area()
    const groups = positionsFrom(0, 60).map((group) => positionsFrom(0, 1 + (group % 7)).map((index) => Buffer.from(`${group}:${index}`)))
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* Effect.forEach(groups, (group) => log.append(here, group), { concurrency: "unbounded" })
      return yield* takeAll(yield* log.read(here, 0), groups.flat().length)
    })
    const records = await onLog(layer(), Effect.scoped(program))
    const texts = records.map(({ bytes }) => Buffer.from(bytes).toString())
    expect([...texts].sort()).toEqual(groups.flat().map(String).sort())
    for (const group of groups) {
      const start = texts.indexOf(String(group[0]))
      expect(texts.slice(start, start + group.length)).toEqual(group.map(String))
    }
  })

  test(`${name}: a reader waits at the end, and an interrupted take loses nothing`, async () => {
    const here = await area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      yield* log.append(here, [Buffer.from("first")])
      const reader = yield* log.read(here, 1)
      const given = yield* Effect.forkChild(reader.take(10))
      yield* Effect.sleep(Duration.millis(700))
      yield* Fiber.interrupt(given)
      const waiting = yield* Effect.forkChild(reader.take(10))
      yield* Effect.sleep(Duration.millis(100))
      yield* log.append(here, [Buffer.from("second"), Buffer.from("third")])
      const some = yield* Fiber.join(waiting)
      return some.length === 2 ? some : [...some, ...(yield* reader.take(10))]
    })
    const records = await onLog(layer(), Effect.scoped(program))
    expect(records.map(({ position, bytes }) => [position, Buffer.from(bytes).toString()])).toEqual([[1, "second"], [2, "third"]])
  })

  test(`${name}: a reader beyond the end waits until the log comes there`, async () => {
    const here = await area()
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const waiting = yield* Effect.forkChild(Effect.scoped(Effect.flatMap(log.read(here, 5), (reader) => reader.take(10))))
      for (const index of positionsFrom(0, 6)) {
        yield* Effect.sleep(Duration.millis(50))
        yield* log.append(here, [Buffer.from([index])])
      }
      return yield* Fiber.join(waiting)
    })
    expect((await onLog(layer(), program))[0]).toMatchObject({ position: 5, bytes: Buffer.from([5]) })
  })

  test(`${name}: large records and large appends come through, and none is refused quietly`, async () => {
    const here = await area()
    const records = [Buffer.alloc(0), Buffer.alloc(2_500_000, 7), ...positionsFrom(0, 40).map((index) => Buffer.alloc(70_000, index))]
    const program = Effect.gen(function* () {
      const log = yield* CommandLog
      const appended = yield* Effect.exit(log.append(here, records))
      expect(Exit.isSuccess(appended)).toBe(true)
      return yield* takeAll(yield* log.read(here, 0), records.length)
    })
    const taken = await onLog(layer(), Effect.scoped(program))
    expect(taken.every(({ bytes, position }) => Buffer.from(bytes).equals(records[position]!))).toBe(true)
  })
}
