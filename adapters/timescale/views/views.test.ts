import { Effect } from "effect"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import pg from "pg"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { localDayNamed } from "../../../engine/core/calendar/local-day.ts"
import { startEmbeddedPostgres } from "../../../infra/local/embedded-postgres.ts"
import { migrate } from "../migrate.ts"
import { makePool } from "../pool.ts"
import { fillFixture, hash, P0, P1, P2 } from "./fixture.ts"
import { makeViews } from "./make-views.ts"

const day = localDayNamed("Europe/Vienna", "2016-06-15")!
let folder: string
let server: Awaited<ReturnType<typeof startEmbeddedPostgres>>
let pool: pg.Pool
let views: ReturnType<typeof makeViews>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "commonwatt-views-"))
  server = await startEmbeddedPostgres({ dataDir: folder })
  pool = makePool(server.url, 4)
  // The server may end a connection that the pool is just giving up: nothing that a test waits for.
  pool.on("connect", (client) => client.on("error", () => {}))
  await migrate(pool)
  await fillFixture(pool)
  views = makeViews(pool)
})

afterAll(async () => {
  await pool?.end()
  await server?.stop()
  await rm(folder, { recursive: true, force: true })
})

const answer = Effect.runPromise

describe("views over the projections", () => {
  it("the overview sums the newest reading of each point and today's closed periods", async () => {
    expect(await answer(views.overview("hollow", day))).toEqual({
      area: "hollow",
      marketTime: P2,
      day: "2016-06-15",
      power: { injectedW: 4200, withdrawnW: 1550, time: P2, meteringPoints: 3 },
      today: { closedPeriods: 2, injectedWh: 1200, withdrawnWh: 1550, tradedWh: 450, sharedWh: 500, residualSupplyWh: 600, feedInWh: 250, trades: 3 },
      trades: 3
    })
  })

  it("an area that nobody has opened is empty, not an error", async () => {
    const empty = await answer(views.overview("nowhere", day))
    expect(empty).toMatchObject({ marketTime: 0, power: { injectedW: 0, time: null, meteringPoints: 0 }, trades: 0 })
  })

  it("trades come newest first, or in order after an id", async () => {
    expect((await answer(views.latestTrades("hollow", 2))).map(({ tradeId }) => tradeId)).toEqual([3, 2])
    const after = await answer(views.tradesAfter("hollow", 1, 10))
    expect(after.map(({ tradeId }) => tradeId)).toEqual([2, 3])
    expect(after[0]).toEqual({
      tradeId: 2, period: P1, community: "sunny-lane", seller: "m-1", sellPoint: "I-1", buyer: "m-3", buyPoint: "W-3",
      price: 115_000, quantity: 150, marketTime: P0, deliveredWh: 150, sellerShortfallWh: 0, buyerExcessWh: 0
    })
    expect(after[1]).toMatchObject({ deliveredWh: null, sellerShortfallWh: null })
  })

  it("members have their metering points, and other areas do not show", async () => {
    expect(await answer(views.members("hollow"))).toEqual([
      { member: "m-1", community: "sunny-lane", meteringPoints: [{ meteringPoint: "I-1", direction: "injection" }, { meteringPoint: "W-1", direction: "withdrawal" }] },
      { member: "m-2", community: "sunny-lane", meteringPoints: [{ meteringPoint: "W-2", direction: "withdrawal" }] },
      { member: "m-3", community: "sunny-lane", meteringPoints: [{ meteringPoint: "W-3", direction: "withdrawal" }] }
    ])
  })

  it("intervals take the newest version and split it as the run would", async () => {
    const base = { direction: "withdrawal", meteringPoint: "W-2" }
    expect(await answer(views.intervals("hollow", "m-2", day))).toEqual([
      { ...base, period: P0, energyWh: 400, quality: "measured", version: 2, contractedWh: 300, tradedWh: 300, sharedWh: 100, beyondWh: 0 },
      { ...base, period: P1, energyWh: 100, quality: "calculated", version: 1, contractedWh: 0, tradedWh: 0, sharedWh: 8, beyondWh: 92 },
      { ...base, period: P2, energyWh: null, quality: null, version: null, contractedWh: 80, tradedWh: null, sharedWh: null, beyondWh: null }
    ])
  })

  it("a producer's injection and withdrawal are never netted", async () => {
    const own = (await answer(views.intervals("hollow", "m-1", day)))!
    expect(own.map(({ meteringPoint, period, tradedWh, sharedWh, beyondWh }) => [meteringPoint, period, tradedWh, sharedWh, beyondWh])).toEqual([
      ["I-1", P0, 300, 450, 250],
      ["I-1", P1, 150, 50, 0],
      ["I-1", P2, null, null, null],
      ["W-1", P0, 0, 100, 0],
      ["W-1", P1, 0, 23, 277]
    ])
  })

  it("a member that is not there is undefined, and a day without data is empty", async () => {
    expect(await answer(views.intervals("hollow", "m-9", day))).toBeUndefined()
    expect(await answer(views.intervals("hollow", "m-2", localDayNamed("Europe/Vienna", "2016-06-20")!))).toEqual([])
  })

  it("delivery periods of the day carry what the supplier delivers and takes", async () => {
    expect(await answer(views.deliveryPeriods("hollow", day))).toEqual([
      { community: "sunny-lane", period: P0, injectedWh: 1000, withdrawnWh: 750, tradedWh: 300, sharedWh: 450, residualSupplyWh: 0, feedInWh: 250 },
      { community: "sunny-lane", period: P1, injectedWh: 200, withdrawnWh: 800, tradedWh: 150, sharedWh: 50, residualSupplyWh: 600, feedInWh: 0 }
    ])
  })

  it("batches come newest first with their place on chain", async () => {
    const batches = await answer(views.batches("hollow", 10))
    expect(batches.map(({ batchId, status, height }) => [batchId, status, height])).toEqual([
      ["sunny-lane/2016-06-14/1", "waiting", null],
      ["sunny-lane/2016-06-13/1", "anchored", 1234]
    ])
    expect(batches[1]).toMatchObject({
      transaction: hash(0xab).toString("hex"), runId: hash(0x10).toString("hex"), inputsHash: hash(0x1a).toString("hex"),
      resultHash: hash(0x2a).toString("hex"), logHeadHash: hash(0x3a).toString("hex"), logPosition: 10
    })
  })

  it("a batch opens with its public rows; the number of members is missing below five", async () => {
    const name = { community: "sunny-lane", settlementPeriod: "2016-06-13", version: 1 }
    const opened = await answer(views.batch("hollow", name))
    expect(opened?.publicRows).toEqual([
      { period: P0 - 86_400, injectedWh: 900, withdrawnWh: 900, sharedWh: 0, tradedWh: 900, lastPrice: 117_000, members: null },
      { period: P0 - 85_500, injectedWh: 10, withdrawnWh: 20, sharedWh: 10, tradedWh: 0, lastPrice: null, members: 6 }
    ])
    expect(await answer(views.batch("hollow", { ...name, version: 7 }))).toBeUndefined()
  })

  it("every batch shows its root, waiting or anchored", async () => {
    expect((await answer(views.batches("hollow", 10))).map(({ root }) => root)).toEqual([hash(0xee).toString("hex"), hash(0xee).toString("hex")])
  })

  it("a statement is exact beyond 2^53 and ignores a run that is not recorded", async () => {
    expect(await answer(views.statement("hollow", "m-2", "2016-06-14"))).toEqual({
      member: "m-2", community: "sunny-lane", settlementPeriod: "2016-06-14", version: 1, runId: hash(0x11).toString("hex"),
      lines: [
        { meteringPoint: "W-2", kind: "market", energyWh: 900, amount: "-105300000" },
        { meteringPoint: "W-2", kind: "residual-supply", energyWh: 400, amount: "-9007199254740993" }
      ],
      total: "-9007199360040993",
      versions: [{ version: 1, runId: hash(0x11).toString("hex"), total: "-9007199360040993", lines: expect.any(Array) }]
    })
    expect(await answer(views.statement("hollow", "m-2", "2016-06-30"))).toBeUndefined()
  })

  it("a database that is away is a typed error", async () => {
    const gone = new pg.Pool({ host: "127.0.0.1", port: 1, connectionTimeoutMillis: 500 })
    const error = await answer(Effect.flip(makeViews(gone).members("hollow")))
    expect(error).toMatchObject({ _tag: "ViewsUnavailable", question: "members" })
    await gone.end()
  })
})
