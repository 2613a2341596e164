import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, it } from "vitest"
import { runPlain } from "./floor.ts"
import { generateFlow, HOT, shapeFor } from "./generate.ts"
import { readFlow } from "./read-flow.ts"

const folder = mkdtempSync(join(tmpdir(), "commonwatt-flow-"))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, "some.bin")

const written = (...commands: ReadonlyArray<ReadonlyArray<number>>): string => {
  writeFileSync(file, Buffer.from(Uint32Array.from(commands.flat()).buffer))
  return file
}
const sell = [0 | (1 << 8) | (2 << 16), 1, 100, 500, 7, 0]

it("counts books and participants, and what the flow ends with", () => {
  const flow = readFlow(written(sell, [3 | (2 << 16), 2, 120, 300, 4, 1], [1 | (1 << 8) | (2 << 16), 1, 0, 0, 7, 2]))
  expect([flow.commands, flow.books, flow.participants]).toEqual([3, 3, 8])
  expect(runPlain(flow)).toEqual({ totals: { trades: 1, quantity: 300, notional: 30_000, resting: 0, restingQuantity: 0 }, mostResting: 1, touches: 3 })
})

it.each<[string, ReadonlyArray<ReadonlyArray<number>>]>([
  ["command 1: operation 4", [[4, 1, 100, 500, 7, 0]]],
  ["command 1: side 2", [[2 << 8, 1, 100, 500, 7, 0]]],
  ["command 1: id 0", [[0, 0, 100, 500, 7, 0]]],
  ["command 1: id 4294967295", [[0, -1, 100, 500, 7, 0]]],
  ["command 1: price tick 4096", [[0, 1, 4_096, 500, 7, 0]]],
  ["command 1: quantity 0 Wh", [[0, 1, 100, 0, 7, 0]]],
  ["command 1: participant 1048576", [[0, 1, 100, 500, 1 << 20, 0]]],
  ["command 2: id 1 is placed a second time", [sell, sell]],
  ["command 1: id 1 is cancelled or moved before it is placed", [[1, 1, 0, 0, 7, 0], sell]],
  ["command 2: id 1 names another book, side or participant", [sell, [2 | (2 << 16), 1, 90, 0, 7, 1]]]
])("refuses what is no flow, and says where: %s", (message, commands) => {
  expect(() => readFlow(written(...commands))).toThrow(message)
})

it("refuses a file that is not there, is empty or was cut off", () => {
  expect(() => readFlow(join(folder, "none.bin"))).toThrow("cannot be read")
  expect(() => readFlow(written())).toThrow("0 bytes are not a whole number of commands")
  writeFileSync(file, new Uint8Array(25))
  expect(() => readFlow(file)).toThrow("25 bytes are not a whole number of commands")
})

it("reads what the generator writes, over one book and over many", () => {
  for (const [shape, books] of [[HOT, 1], [shapeFor(50), 50]] as const) {
    generateFlow(shape, file, 5_000)
    const flow = readFlow(file)
    expect([flow.commands, flow.books]).toEqual([5_000, books])
    expect(runPlain(flow).totals.trades).toBeGreaterThan(100)
  }
})
