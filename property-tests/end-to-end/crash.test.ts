import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { livingParts, killAt, postmasters, removeVillages, village } from "./harness/village.ts"
import { findingsAfterCrash } from "./harness/after-crash.ts"

/**
 * kill -9 of the whole process group exactly at a durable boundary, then the same command line: the market comes to the
 * outcome of an undisturbed run, and its journal is sound.
 */
let undisturbed = ""

beforeAll(async () => {
  const one = village("undisturbed")
  const figures = await one.finish()
  expect(figures).toMatchObject({ energyErrorWh: 0, moneyError: 0, batches: 1 })
  expect(figures.trades).toBeGreaterThan(100)
  undisturbed = figures.outcomeHash
})
afterAll(removeVillages)

/** Passings of each boundary: within the founding, around the settlement run, the first snapshot and a late one. */
const boundaries = [
  ["before-commit", 1],
  ["before-commit", 197],
  ["after-commit", 2],
  ["after-commit", 198],
  ["during-snapshot", 1],
  ["during-snapshot", 5]
] as const

describe("kill -9 at a durable boundary", () => {
  it.each(boundaries)("%s, passing %i", async (boundary, n) => {
    const one = village(`crash-${boundary}-${n}`)
    await killAt(one, boundary, n)
    const [database] = livingParts(one.data)
    expect(postmasters(one.data)).toEqual([database!.pid])
    expect(await findingsAfterCrash(one, undisturbed)).toEqual([])
  })

  it("again and again on one folder, whose one database server is adopted every time", async () => {
    const one = village("crash-chain-of-boundaries")
    await killAt(one, "before-commit", 40)
    const [server] = postmasters(one.data)
    for (const [boundary, n] of [["after-commit", 30], ["during-snapshot", 1], ["before-commit", 1], ["after-commit", 1], ["before-commit", 60]] as const) {
      await killAt(one, boundary, n)
      expect(postmasters(one.data)).toEqual([server])
    }
    expect(await findingsAfterCrash(one, undisturbed)).toEqual([])
  })
})

describe("the offset check", () => {
  /** Crashes between the log and the journal, and restarts over a transport that is not faithful. */
  const restartWith = async (...faults: ReadonlyArray<string>) => {
    const one = village(`offset-${faults.join("-")}`)
    await killAt(one, "before-commit", 90)
    return { one, findings: await findingsAfterCrash(one, undisturbed, { COMMONWATT_FAULTS: faults.join(",") }) }
  }

  it("makes a repeated delivery harmless", async () => {
    expect((await restartWith("redeliver")).findings).toEqual([])
  })

  it("halts the area at a lost delivery, and loses nothing", async () => {
    const { one, findings } = await restartWith("lose-delivered")
    expect(findings[0]).toMatch(/ended with 1: [^]*the command log of area semiurb4 has a gap \(position \d+ expected, \d+ found\), so the area halts\n {2}To mend it: /)
    expect(findings.slice(1)).toEqual([])
    expect(await findingsAfterCrash(one, undisturbed)).toEqual([])
  })

  it("skipped, a repeated delivery makes this check red", async () => {
    const { findings } = await restartWith("skip-offset-check", "redeliver")
    // The journal's primary key is the last wall: the market stops there instead of applying anything twice.
    expect(findings.join("\n")).toMatch(/the restart ended with 1: [^]*the journal of area semiurb4 does not hold together: the journal stands at \d+, not at \d+/)
  })

  it("skipped, a lost delivery makes this check red", async () => {
    const { findings } = await restartWith("skip-offset-check", "lose-delivered")
    expect(findings.join("\n")).toMatch(/the audit says: [^]*position \d+ is missing/)
  })
})
