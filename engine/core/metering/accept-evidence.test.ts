import { expect, test } from "vitest"
import { acceptEvidence } from "./accept-evidence.ts"
import { emptyMetering } from "./metering-point.ts"
import { registerPoint } from "./register-point.ts"
import type { SubmitEvidence } from "./evidence.ts"

const gateway = new Uint8Array(32).fill(1)
const raw = Uint8Array.of(1, 2)

const take = (command: SubmitEvidence, signer = gateway): Array<object> => {
  const metering = emptyMetering()
  registerPoint(metering, { kind: "RegisterMeteringPoint", meteringPoint: "roof", member: "ada", direction: "injection", gatewayKey: gateway, capacityWh: 1_000 })
  const before = structuredClone(metering)
  const events: Array<object> = []
  acceptEvidence(metering, signer, command, (event) => events.push(event))
  expect(metering).toEqual(before)
  return events
}
const evidenceOf = (change: Partial<SubmitEvidence["evidence"][number]>, clock: SubmitEvidence["clock"] = "synchronised"): SubmitEvidence => ({
  kind: "SubmitEvidence",
  clock,
  evidence: [{ meteringPoint: "roof", sequence: 3, time: 900, flags: [], raw, ...change }]
})

test("a reading without flags causes no event", () => {
  expect(take(evidenceOf({}))).toEqual([])
})

test("flags come out as an event that says whether the reading was withheld", () => {
  expect(take(evidenceOf({ flags: ["TornWords"] }))).toEqual([{ kind: "ReadingFlagged", meteringPoint: "roof", time: 900, flags: ["TornWords"], withheld: false }])
  expect(take(evidenceOf({ sequence: 0, flags: ["MomentaryZero"] }))).toMatchObject([{ flags: ["MomentaryZero"], withheld: true }])
})

test("a clock that is not to be trusted is named once", () => {
  expect(take(evidenceOf({}, "informative"))).toEqual([])
  expect(take(evidenceOf({}, "unsynchronised"))).toEqual([{ kind: "ClockDoubted", gateway: "01".repeat(32), clock: "unsynchronised" }])
})

test("nobody speaks about another's metering point", () => {
  expect(take(evidenceOf({ flags: ["ImpossibleJump"] }), new Uint8Array(32).fill(2))).toEqual([])
  expect(take(evidenceOf({ flags: ["ImpossibleJump"], meteringPoint: "elsewhere" }))).toEqual([])
})
