import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { demoKeys } from "../../adapters/cli/world/demo-keys.ts"
import { loadWorld } from "../../adapters/cli/world/world.ts"
import type { Command } from "../../engine/core/command.ts"
import { sealEnvelope } from "../../engine/core/seal-envelope.ts"
import type { OrderView, RecordFate } from "../../engine/service/ports/driven/order-views.ts"
import type { BookView } from "../../engine/service/ports/driving/order-entry.ts"
import { removeDataFolder } from "./harness/data-folder.ts"
import { emptyFolder, runCommonwatt, settle, spawnCommonwatt, type MarketProcess } from "./harness/market-process.ts"
import { demoArguments, demoWorldFile } from "./harness/worlds.ts"

/** A whole market, live: orders that members' wallets signed go in by HTTP, and their fate comes from the journal. */
const data = emptyFolder("orders")
const world = loadWorld(demoWorldFile)
const keys = demoKeys(world.seed)
const placeOf = (direction: string, besides?: string) =>
  world.members.flatMap((member) => member.meteringPoints.map((point) => ({ ...point, member: member.member }))).find((point) => point.direction === direction && point.member !== besides)!
const seller = placeOf("injection")
const buyer = placeOf("withdrawal", seller.member)
let market: MarketProcess
let url: string
let period: number

beforeAll(async () => {
  await settle(data, 2, [...demoArguments, "--no-chain"])
  market = spawnCommonwatt(["start", "--data", data, ...demoArguments, "--no-chain", "--speed", "60", "--port", "0"])
  const [, found] = /console: (http:\/\/\S+)/.exec(await market.says(/console: http:\S+/))!
  url = found!.replace(/\/$/, "")
  await market.says("live from")
  const { marketTime } = (await ask("/api/status")) as { marketTime: number }
  period = (Math.floor(marketTime / 900) + 20) * 900
}, 120_000)

afterAll(async () => {
  market?.interrupt()
  await market?.ended
  await removeDataFolder(data)
})

const ask = async (path: string): Promise<unknown> => (await fetch(url + path)).json()

/** The demo's preferences used nonce 1. */
const nonces = new Map<string, number>()
const seal = (member: string, commands: ReadonlyArray<Command>, area: string = world.area): Uint8Array => {
  const nonce = (nonces.get(member) ?? 1) + 1
  nonces.set(member, nonce)
  return sealEnvelope(keys.walletOf(member), area, commands, nonce)
}
const post = async (path: string, bytes: Uint8Array): Promise<readonly [number, { readonly record?: string; readonly follow?: string; readonly cause?: string }]> => {
  const answer = await fetch(url + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ envelope: Buffer.from(bytes).toString("base64") }) })
  return [answer.status, (await answer.json()) as { record: string; follow: string }]
}
const fateOf = async (path: string, bytes: Uint8Array): Promise<RecordFate> => {
  const [status, { follow }] = await post(path, bytes)
  expect(status).toBe(202)
  await expect.poll(async () => (await fetch(url + follow!)).status, { timeout: 20_000, interval: 50 }).toBe(200)
  return (await ask(follow!)) as RecordFate
}
const place = ({ meteringPoint }: { readonly meteringPoint: string }, clientOrderId: bigint, price: number, quantity: number): Command => ({
  kind: "PlaceOrder",
  meteringPoint,
  clientOrderId,
  period,
  orderKind: "limit",
  price,
  quantity,
  goodTill: 0,
  named: [],
  selfTrade: "cancel-newest"
})
const books = async () => (await ask(`/api/periods/${period}/book`)) as ReadonlyArray<BookView>

describe("an order's way", () => {
  it("from the wallet into the book, to a trade with another, and out again", async () => {
    const id = 2n ** 64n - 1n
    const placed = await fateOf("/api/orders", seal(seller.member, [place(seller, id, 150_000, 50)]))
    expect(placed).toMatchObject({ verdict: "Accepted", refused: 0, outcomes: [{ event: "OrderPlaced", clientOrderId: String(id), price: 150_000, quantity: 50 }] })
    expect(await books()).toEqual([{ period, community: world.community, collects: false, bestBid: null, bestAsk: 150_000, bids: [], asks: [{ price: 150_000, quantity: 50 }] }])

    const bought = await fateOf("/api/orders", seal(buyer.member, [place(buyer, 1n, 160_000, 20)]))
    expect(bought.outcomes.map(({ event, status }) => [event, status])).toEqual([["OrderPlaced", null], ["TradeMade", null], ["OrderClosed", "Filled"]])
    const { orderId } = placed.outcomes[0]!
    const { tradeId } = bought.outcomes[1]!
    const [trade] = (await ask(`/api/trades?after=${tradeId! - 1}&limit=1`)) as ReadonlyArray<{ readonly tradeId: number; readonly marketTime: number }>
    // Market time of a trade that no tick made: the last tick before it.
    expect(trade).toMatchObject({ tradeId, period, seller: seller.member, buyer: buyer.member, quantity: 20, price: 150_000 })
    expect(period - trade!.marketTime).toBeLessThan(6 * 3_600)
    expect((await ask(`/api/orders/${orderId}`)) as OrderView).toMatchObject({ clientOrderId: String(id), side: "sell", quantity: 50, tradedWh: 20, closed: null })

    const moved = await fateOf("/api/orders", seal(seller.member, [{ kind: "MoveOrder", meteringPoint: seller.meteringPoint, clientOrderId: id, price: 140_000 }, { kind: "ReduceOrder", meteringPoint: seller.meteringPoint, clientOrderId: id, quantity: 10 }]))
    expect(moved.outcomes.map(({ event, remaining }) => [event, remaining])).toEqual([["OrderMoved", null], ["OrderReduced", 20]])
    expect((await books())[0]!.asks).toEqual([{ price: 140_000, quantity: 20 }])
    await fateOf("/api/orders", seal(seller.member, [{ kind: "CancelAllOrders" }]))
    expect(await ask(`/api/orders/${orderId}`)).toMatchObject({ tradedWh: 20, remaining: 20, closed: "Cancelled" })
    expect((await books())[0]!.asks).toEqual([])
  })

  it("is refused by name: a used id, another's point, an unknown order", async () => {
    const again = await fateOf("/api/orders", seal(buyer.member, [place(buyer, 1n, 160_000, 20), place(seller, 2n, 160_000, 20), { kind: "CancelOrder", meteringPoint: buyer.meteringPoint, clientOrderId: 9n }]))
    expect(again.outcomes.map(({ event, status }) => [event, status])).toEqual([["OrderRefused", "DuplicateId"], ["CommandRefused", "NotAuthorized"], ["OrderChangeRefused", "UnknownOrder"]])
    expect(again.refused).toBe(3)
  })

  it("from the command line, and a refusal ends with an error", async () => {
    const at = ["--url", url, "--point", buyer.meteringPoint, "--id", "77"]
    const said = await runCommonwatt(["order", "place", ...at, "--price", "100000", "--wh", "30", "--period", String(period)])
    expect(JSON.parse(said.stdout)).toMatchObject({ refused: 0, outcomes: [{ event: "OrderPlaced", clientOrderId: "77", quantity: 30 }] })
    expect((await books())[0]!.bestBid).toBe(100_000)
    const again = await runCommonwatt(["order", "place", ...at, "--price", "100000", "--wh", "30", "--period", String(period)])
    expect([again.code, JSON.parse(again.stdout).outcomes[0].status]).toEqual([1, "DuplicateId"])
    expect(again.stderr).toMatch(/the market refused it: the metering point has used this client order id.*\n {2}To mend it: take another number/)
    expect((await runCommonwatt(["order", "cancel", ...at])).code).toBe(0)
    expect((await books())[0]!.bestBid).toBeNull()
    const [nowhere, nobody] = await Promise.all([
      runCommonwatt(["order", "cancel-all", "--url", url, "--point", "nowhere"]),
      runCommonwatt(["order", "cancel", "--url", "http://127.0.0.1:1", "--point", buyer.meteringPoint, "--id", "1"])
    ])
    expect(nowhere.stderr).toMatch(/has no metering point nowhere/)
    expect(nobody.stderr).toMatch(/no market answers at http:\/\/127\.0\.0\.1:1/)
    // The command line's nonces are the clock's milliseconds.
    nonces.set(buyer.member, Date.now())
  })

  it("a preference goes by its own door", async () => {
    const set: Command = { kind: "SetPreference", meteringPoint: buyer.meteringPoint, limitPrice: 200_000, neighbours: [seller.member], keepPercent: 10 }
    expect((await fateOf("/api/preferences", seal(buyer.member, [set]))).outcomes).toMatchObject([{ event: "PreferenceSet", price: 200_000 }])
  })
})

describe("what never reaches the log", () => {
  it("is named: another area, a used nonce, a broken signature, a stranger, a command that is no order, an algorithm of later", async () => {
    const good = seal(seller.member, [{ kind: "CancelAllOrders" }])
    const broken = good.with(good.length - 1, good.at(-1)! ^ 1)
    const wallet = keys.walletOf(seller.member)
    const passkey = sealEnvelope({ ...wallet, algorithm: "p256-passkey" }, world.area, [{ kind: "CancelAllOrders" }], 99)
    const cases: ReadonlyArray<readonly [Uint8Array, string]> = [
      [seal(seller.member, [{ kind: "CancelAllOrders" }], "elsewhere"), "WrongDomain"],
      [sealEnvelope(wallet, world.area, [{ kind: "CancelAllOrders" }], 1), "NonceUsed"],
      [broken, "BadSignature"],
      [sealEnvelope(keys.walletOf("nobody"), world.area, [{ kind: "CancelAllOrders" }], 1), "UnknownWallet"],
      [seal(seller.member, [{ kind: "Tick", area: world.area, time: period }]), "NotOrders"],
      [passkey, "AlgorithmUnsupported"],
      [new Uint8Array(70_000), "TooLarge"],
      [new Uint8Array([1, 2, 3]), "Malformed"]
    ]
    for (const [bytes, reason] of cases) {
      const [status, { cause }] = await post("/api/orders", bytes)
      expect([status, cause]).toEqual([400, `the envelope is refused: ${reason}`])
    }
  })

  it("the same bytes twice are the same record", async () => {
    const bytes = seal(seller.member, [{ kind: "CancelAllOrders" }])
    const first = await fateOf("/api/orders", bytes)
    expect(await fateOf("/api/orders", bytes)).toEqual(first)
  })
})
