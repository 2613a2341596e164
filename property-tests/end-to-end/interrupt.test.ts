import { setTimeout as sleep } from "node:timers/promises"
import { createServer } from "node:net"
import { afterAll, beforeAll, expect, it } from "vitest"
import { spawnCommonwatt, type MarketProcess } from "./harness/market-process.ts"
import { livingParts, postmasters, removeVillages, village, watch } from "./harness/village.ts"

let undisturbed = ""

beforeAll(async () => {
  undisturbed = (await village("undisturbed").finish()).outcomeHash
})
afterAll(removeVillages)

/** Whether anybody of the process group lives: engine, or the simulator that it forked. */
const groupLives = (market: MarketProcess): boolean => {
  try {
    process.kill(-market.child.pid!, 0)
    return true
  } catch {
    return false
  }
}

/** The simulator ends with the channel to its parent, in its own time; the test's own limit is the patience. */
const groupEnds = async (market: MarketProcess): Promise<void> => {
  while (groupLives(market)) await sleep(20)
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

it("Ctrl-C drains, stops the parts in order and leaves nobody; the next start goes on to the same outcome", async () => {
  const one = village("interrupt", { chain: true })
  const market = one.spawn()
  await market.says("chain: running")
  await market.says(/lockstep: market time 2016-03-26T/)
  market.interrupt()
  const { code, stdout, stderr } = await market.ended
  expect(stderr).toMatch(/Stopping in order; Ctrl-C again ends at once\.\n[^]*stopping chain\n[^]*stopping embedded PostgreSQL\n$/)
  expect(stderr).not.toMatch(/not all handed over|defect/)
  expect({ code, stdout }).toEqual({ code: 0, stdout: "" })
  expect(livingParts(one.data)).toEqual([])
  expect(postmasters(one.data)).toEqual([])
  expect(groupLives(market)).toBe(false)
  expect(await one.finish()).toMatchObject({ outcomeHash: undisturbed, chain: "running", batches: 1, anchored: 1 })
  expect(livingParts(one.data)).toEqual([])
})

it("Ctrl-C while the database is being made leaves nobody either", async () => {
  const one = village("interrupt-early")
  const market = one.spawn()
  await market.says("making a new database cluster")
  market.interrupt()
  expect((await market.ended).code).toBe(0)
  expect(livingParts(one.data)).toEqual([])
  expect(groupLives(market)).toBe(false)
  expect((await one.finish()).outcomeHash).toBe(undisturbed)
})

it("a second Ctrl-C ends at once; the parts live on, and the next start adopts them", async () => {
  const one = village("interrupt-twice")
  // The drain stands still where it saves its snapshot, so that the second one comes in the middle of it.
  const market = one.spawn({ COMMONWATT_SNAPSHOT_EVERY: "1000000", COMMONWATT_HOLD_AT: "during-snapshot:1" })
  await market.says(/lockstep: market time 2016-03-26T0[1-9]/)
  market.interrupt()
  await market.says("@boundary during-snapshot 1")
  market.interrupt()
  expect((await market.ended).code).toBe(130)
  await groupEnds(market)
  const [server] = postmasters(one.data)
  expect(livingParts(one.data)).toEqual([{ part: "postgres", pid: server }])
  const next = one.spawn()
  await next.says("lockstep: market time")
  expect(postmasters(one.data)).toEqual([server])
  const { code, stdout } = await next.ended
  expect(code).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({ outcomeHash: undisturbed })
  expect(livingParts(one.data)).toEqual([])
})

it("a live market with an open console ends on SIGTERM to the engine alone, as a service manager sends it", async () => {
  const one = village("interrupt-live")
  const port = await freePort()
  const args = ["start", "--world", one.worldFile, "--data", one.data, "--from", "2016-03-26", "--no-chain", "--port", String(port)]
  const market = watch(spawnCommonwatt(args))
  await market.says("live from")
  const answer = await fetch(`http://127.0.0.1:${port}/openapi.json`)
  expect(answer.status).toBe(200)
  await answer.arrayBuffer()
  market.child.kill("SIGTERM")
  expect((await market.ended).code).toBe(0)
  await groupEnds(market)
  expect(livingParts(one.data)).toEqual([])
})
