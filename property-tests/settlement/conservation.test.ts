import fc from "fast-check"
import { expect, it } from "vitest"
import { localDayOf } from "../../engine/core/calendar/local-day.ts"
import { toHex } from "../../engine/core/quantity/bytes.ts"
import { splitByLargestRemainder } from "../../engine/core/quantity/largest-remainder.ts"
import { bookingsOf } from "../../engine/core/settlement/community/booking.ts"
import { hashCommunityResult } from "../../engine/core/settlement/community/community-run.ts"
import type { CommunityInputs } from "../../engine/core/settlement/community/community-inputs.ts"
import { isMember } from "../../engine/core/settlement/community/ledger.ts"
import { checkRules } from "../../engine/core/settlement/community/check-rules.ts"
import { settleCommunity } from "../../engine/core/settlement/community/settle-community.ts"
import { centsOf, statementsOf } from "../../engine/core/settlement/community/statement.ts"
import { checkTariffs } from "../../engine/core/tariff/check-tariffs.ts"
import { communityRuns, runs } from "../arbitraries/runs.ts"
import { anyCommunity } from "./any-community.ts"

const on = "2017-01-01"
/** Milliseconds for all communities: they take long where other work shares the machine. */
const communityTime = Math.min(86_400_000, 60 * communityRuns(10_000).numRuns)
const sum = (amounts: Iterable<bigint>): bigint => [...amounts].reduce((left, right) => left + right, 0n)

/** Days of the periods, by row. */
const dayNames = ({ intervals, rules }: CommunityInputs): Array<string> => intervals.periods.map((time) => localDayOf(rules.timeZone, time).name)

/** Wh of a metering point that this community settles, straight from the values: on the days of its entries, and of each value the own factor's part and, where it is the first by id, the rest. */
const settledWh = ({ intervals, rules }: CommunityInputs, days: ReadonlyArray<string>, meteringPoint: string): number => {
  const column = intervals.meteringPoints.indexOf(meteringPoint)
  const entries = rules.members.flatMap(({ points }) => points.filter((point) => point.meteringPoint === meteringPoint))
  return days.reduce((total, day, row) => {
    const entry = entries.find(({ from, until }) => (from ?? "") <= day && day <= (until ?? "9999"))
    const value = Math.max(0, intervals.values[row * intervals.meteringPoints.length + column]!)
    if (entry === undefined) return total
    const factors = entry.participation?.[0]!.factors.toSorted((left, right) => (left.community < right.community ? -1 : 1))
    if (factors === undefined) return total + value
    const percents = factors.map(({ percent }) => percent)
    const parts = splitByLargestRemainder(value, [...percents, 100 - percents.reduce((sum, percent) => sum + percent, 0)])
    return total + parts[factors.findIndex(({ community }) => community === rules.community)]! + (factors[0]!.community === rules.community ? parts.at(-1)! : 0)
  }, 0)
}

it("Wh and money error are exactly zero in any community", () => {
  fc.assert(
    fc.property(anyCommunity, (inputs) => {
      const result = settleCommunity(inputs, on)
      const days = dayNames(inputs)
      expect(sum(result.balances.values())).toBe(0n)
      for (const point of result.points) {
        if (point.energyWh !== point.tradedWh + point.ownWh + point.sharedWh + point.beyondWh) throw new Error("Wh lost")
        if (Math.min(point.tradedWh, point.ownWh, point.sharedWh, point.beyondWh) < 0) throw new Error("negative Wh")
        if (point.energyWh !== settledWh(inputs, days, point.meteringPoint)) throw new Error("Wh of nobody, or of two")
      }
      const shared = (direction: string) => result.points.reduce((total, point) => (point.direction === direction ? total + point.sharedWh + point.ownWh : total), 0)
      if (shared("injection") !== shared("withdrawal")) throw new Error("what was given was not received")
    }),
    communityRuns(10_000)
  )
}, communityTime)

it("statements carry the same cents on both sides, and every booking balances", () => {
  fc.assert(
    fc.property(anyCommunity, (inputs) => {
      const result = settleCommunity(inputs, on)
      const statements = statementsOf(result)
      const others = result.entries.reduce((total, entry) => total + (isMember(entry.payee) ? 0n : centsOf(entry)) - (isMember(entry.payer) ? 0n : centsOf(entry)), 0n)
      expect(sum(statements.map(({ netCents }) => netCents)) + others).toBe(0n)
      const balances = new Map<string, bigint>()
      for (const { payer, payee, amount } of bookingsOf(result.entries, statements)) {
        balances.set(payer, (balances.get(payer) ?? 0n) - amount)
        balances.set(payee, (balances.get(payee) ?? 0n) + amount)
      }
      expect(balances.get("@rounding") ?? 0n).toBe(0n)
      for (const { member, totalCents } of statements) expect(balances.get(member) ?? 0n).toBe(totalCents * 10_000_000n)
      for (const { lines, netCents, totalCents, vat } of statements) {
        expect(sum(lines.map(({ cents }) => cents))).toBe(netCents)
        expect(netCents + sum(vat.map(({ vatCents }) => vatCents))).toBe(totalCents)
      }
    }),
    runs(500)
  )
})

it("the order of members, metering points, contracts and tariff components changes nothing", () => {
  fc.assert(
    fc.property(anyCommunity, (inputs) => {
      const { rules, tariffs } = inputs
      const turned: CommunityInputs = {
        ...inputs,
        tariffs: { ...tariffs, components: tariffs.components.toReversed() },
        rules: {
          ...rules,
          members: rules.members.toReversed().map((member) => ({ ...member, points: member.points.toReversed() })),
          versions: rules.versions.map((version) => ({ ...version, steps: version.steps.map((step) => (step.step === "share" && step.key.kind === "contracts" ? { ...step, key: { ...step.key, contracts: step.key.contracts.toReversed() } } : step)) }))
        }
      }
      expect(toHex(hashCommunityResult(settleCommunity(turned, on)))).toBe(toHex(hashCommunityResult(settleCommunity(inputs, on))))
    }),
    runs(500)
  )
})

it("rules stated anew each day change nothing: no sum depends on where a run is parted", () => {
  fc.assert(
    fc.property(anyCommunity, (inputs) => {
      const { rules } = inputs
      const names = [...new Set(inputs.intervals.periods.map((time) => localDayOf(rules.timeZone, time).name))]
      const versions = names.map((from) => ({ ...rules.versions.findLast((version) => version.from <= from)!, from }))
      expect(toHex(hashCommunityResult(settleCommunity({ ...inputs, rules: { ...rules, versions } }, on)))).toBe(toHex(hashCommunityResult(settleCommunity(inputs, on))))
    }),
    runs(500)
  )
})

it("what is generated is what the checks admit, and meets every kind of entry", () => {
  const kinds = new Map<string, number>()
  for (const inputs of fc.sample(anyCommunity, { numRuns: 400, seed: 6 })) {
    expect(checkRules(inputs.rules)).toBeUndefined()
    expect(checkTariffs(inputs.tariffs)).toBeUndefined()
    for (const kind of new Set(settleCommunity(inputs, on).entries.map((entry) => entry.kind))) kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  for (const kind of ["market", "imbalance", "own", "sharing", "contract", "premium", "energy", "feed-in", "grid-fee", "subscription", "capacity"]) {
    expect([kind, (kinds.get(kind) ?? 0) >= 10]).toEqual([kind, true])
  }
})
