import { describe, expect, it } from "vitest"
import { eventsOf, newPlay, open, send } from "../../property-tests/arbitraries/play.ts"
import { fromOperator, OPERATOR, programKey, walletKey, type Sent } from "../../property-tests/arbitraries/record.ts"
import { smallWorld } from "../../property-tests/arbitraries/world.ts"
import type { Command } from "./command.ts"
import { stateHash } from "./state.ts"

const world = smallWorld()
const refusals = (sent: Sent, play = open(world)): Array<string> => eventsOf(send(play, sent), "CommandRefused").map(({ status }) => status)
const byOperator = (...commands: ReadonlyArray<Command>): Array<string> => refusals(fromOperator(...commands))
const prefer = (meteringPoint: string, limitPrice = 100_000): Command => ({ kind: "SetPreference", meteringPoint, limitPrice, neighbours: [], keepPercent: 0 })
const tariff = { residualSupplyPrice: 2, feedInPrice: 0, sharingPrice: 1 }

describe("an area opens once, by the operator it names", () => {
  const openArea: Command = { kind: "OpenArea", area: "area", timeZone: "Europe/Vienna", operatorKey: OPERATOR }
  const first = (sent: Sent) => refusals(sent, newPlay())
  it("and not by anybody else, nowhere, or with half a key", () => {
    expect(first(fromOperator(openArea))).toEqual([])
    expect(first({ ...fromOperator(openArea), signer: programKey("stranger") })).toEqual(["NotAuthorized"])
    expect(first(fromOperator({ ...openArea, timeZone: "Mars/Olympus" }))).toEqual(["UnknownTimeZone"])
    expect(first(fromOperator({ ...openArea, area: "" }))).toEqual(["OutOfBounds"])
    expect(first(fromOperator({ ...openArea, operatorKey: new Uint8Array(31) }))).toEqual(["OutOfBounds"])
    expect(byOperator(openArea)).toEqual(["AlreadyDone"])
  })
  it("before that, nothing is possible", () => {
    expect(first(fromOperator({ kind: "OpenCommunity", community: "sun", tariff }, prefer("ada-roof")))).toEqual(["AreaNotOpen", "AreaNotOpen"])
  })
})

it("what is the operator's is refused to members, gateways and strangers", () => {
  const commands: ReadonlyArray<Command> = [
    { kind: "Tick", area: "area", time: world.start },
    { kind: "OpenCommunity", community: "mine", tariff },
    { kind: "AdmitMember", member: "me", community: "sun", walletKey: walletKey("me") },
    { kind: "RecordDeposit", member: "ada", reference: "mine", amount: 1 },
    { kind: "RegisterMeteringPoint", meteringPoint: "mine", member: "ada", direction: "injection", gatewayKey: programKey("ada"), capacityWh: 1 },
    { kind: "SetMarketRules", rules: world.rules }
  ]
  for (const signer of [programKey("ada"), walletKey("ada"), programKey("stranger"), new Uint8Array()]) {
    expect(refusals({ signer, nonce: 1, commands })).toEqual(commands.map(() => "NotAuthorized"))
  }
})

it("what is done is done once", () => {
  expect(
    byOperator(
      { kind: "OpenCommunity", community: "sun", tariff },
      { kind: "AdmitMember", member: "ada", community: "sun", walletKey: walletKey("new") },
      { kind: "RecordDeposit", member: "ben", reference: "bank-ada", amount: 1 },
      { kind: "RegisterMeteringPoint", meteringPoint: "ada-roof", member: "ben", direction: "injection", gatewayKey: programKey("ben"), capacityWh: 1 },
      { kind: "SetMarketRules", rules: world.rules }
    )
  ).toEqual(Array.from({ length: 5 }, () => "AlreadyDone"))
})

it("what names nobody is refused by name", () => {
  expect(
    byOperator(
      { kind: "AdmitMember", member: "dan", community: "mars", walletKey: walletKey("dan") },
      { kind: "RecordDeposit", member: "nobody", reference: "r", amount: 1 },
      { kind: "RegisterMeteringPoint", meteringPoint: "p", member: "nobody", direction: "injection", gatewayKey: programKey("ada"), capacityWh: 1 },
      { kind: "Tick", area: "another", time: world.start },
      { kind: "RecordBatchReceipt", community: "sun", settlementPeriod: "2016-03-25", version: 1, transaction: new Uint8Array(), height: 1 },
      { kind: "RecordRun", community: "sun", settlementPeriod: "2016-03-25", version: 1, runId: new Uint8Array(), inputsHash: new Uint8Array(), resultHash: new Uint8Array(), positions: [] }
    )
  ).toEqual(["UnknownCommunity", "UnknownMember", "UnknownMember", "NotAuthorized", "UnknownBatch", "RunNotDue"])
})

describe("preferences", () => {
  const from = (member: string, nonce: number, ...commands: ReadonlyArray<Command>): Sent => ({ signer: walletKey(member), nonce, commands })
  it("are the member's own: not for another's point, not by a gateway, not by the operator", () => {
    expect(refusals(from("ada", 1, prefer("ada-roof")))).toEqual([])
    expect(refusals(from("ada", 1, prefer("ben-home"), prefer("nowhere")))).toEqual(["NotAuthorized", "UnknownMeteringPoint"])
    expect(refusals({ ...from("ada", 1, prefer("ada-roof")), signer: programKey("ada") })).toEqual(["NotAuthorized"])
    expect(refusals(fromOperator(prefer("ada-roof")))).toEqual(["NotAuthorized"])
    expect(refusals(from("ada", 1, prefer("ada-roof", 10_000_001)))).toEqual(["PriceOutOfBounds"])
  })
  it("name up to eight other members of the community, each once, and keep no more than all", () => {
    const set = (neighbours: Array<string>, keepPercent = 0): Command => ({ kind: "SetPreference", meteringPoint: "ada-roof", limitPrice: 0, neighbours, keepPercent })
    const commands = [set(["ben", "cleo"], 100), set(["ada"]), set(["ben", "ben"]), set(["nobody"]), set(Array.from({ length: 9 }, (_, index) => `m${index}`)), set([], 101)]
    expect(refusals(from("ada", 1, ...commands))).toEqual(["OutOfBounds", "OutOfBounds", "UnknownMember", "OutOfBounds", "OutOfBounds"])
  })
  it("a wallet's nonce counts once, and only upwards; nonce 0 is none", () => {
    const play = open(world)
    expect(refusals(from("ada", 5, prefer("ada-roof")), play)).toEqual([])
    for (const nonce of [5, 4, 0]) expect(refusals(from("ada", nonce, prefer("ada-roof")), play)).toEqual(["NonceUsed"])
    expect(refusals(from("ben", 5, prefer("ben-home")), play)).toEqual([])
    expect(refusals(from("ada", 6, prefer("ada-roof")), play)).toEqual([])
  })
  it("carry the hash of the record that set them", () => {
    const play = open(world)
    send(play, from("ada", 1, prefer("ada-roof")))
    expect(play.state.preferences.get("ada-roof")).toEqual({ limitPrice: 100_000, neighbours: [], keepPercent: 0, hash: play.records.at(-1)!.hash })
  })
})

it("a reading batch of two members is refused whole: erasing one must not touch the other's signature", () => {
  const reading = (meteringPoint: string) => ({ meteringPoint, sequence: 1, time: world.start, registerWh: 0, powerW: 0 })
  const batch: Command = { kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading("ada-roof"), reading("ben-home")] }
  expect(refusals({ signer: programKey("ada"), nonce: 0, commands: [batch] })).toEqual(["MoreThanOneMember"])
})

it("two batches of two members in one record are refused too, evidence counts", () => {
  const reading = (meteringPoint: string) => ({ meteringPoint, sequence: 1, time: world.start, registerWh: 0, powerW: 0 })
  const commands: Array<Command> = [
    { kind: "SubmitReadings", previousBatch: new Uint8Array(), readings: [reading("ada-roof")] },
    { kind: "SubmitEvidence", clock: "synchronised", evidence: [{ meteringPoint: "ben-home", sequence: 0, time: world.start, flags: ["MomentaryZero"], raw: new Uint8Array() }] }
  ]
  expect(refusals({ signer: programKey("ada"), nonce: 0, commands })).toEqual(["MoreThanOneMember", "MoreThanOneMember"])
})

it("a record that failed its check leaves one event with the verdict's name, and still moves the hash", () => {
  const play = open(world)
  const before = stateHash(play.state)
  expect(send(play, { ...fromOperator(), verdict: "Expired" })).toEqual([{ kind: "CommandRefused", command: "", status: "Expired" }])
  expect(stateHash(play.state)).not.toBe(before)
  expect(play.state.nextPosition).toBe(play.records.length)
})
