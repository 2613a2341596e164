import fc from "fast-check"
import { expect, it } from "vitest"
import { PERIOD_SECONDS } from "../../engine/core/calendar/period.ts"
import { settleWhole } from "../../engine/core/settle.ts"
import { netPositions } from "../../engine/core/settlement/position.ts"
import { statementLines } from "../../engine/core/settlement/statement-line.ts"
import type { Posting } from "../../engine/core/settlement/posting.ts"
import { postDifference, sumPostings } from "../../engine/core/settlement/sum-postings.ts"
import { decodeState, encodeState, stateHash } from "../../engine/core/state.ts"
import { step } from "../../engine/core/step.ts"
import { shortInputs } from "../arbitraries/community.ts"
import { history } from "../arbitraries/history.ts"
import { lateAct, lateRecordOf, type LateAct } from "../arbitraries/late-act.ts"
import { eventsOf, inputsOf, play, recordDueRuns, send, type Play, type Watch } from "../arbitraries/play.ts"
import { fromOperator } from "../arbitraries/record.ts"
import { runs } from "../arbitraries/runs.ts"
import { creditIsConserved, escrowIsSound, versionsCount } from "../invariants/laws.ts"

/** Ticks that are played on, and those of them after which nothing happens any more: a local day's close lies between. */
const MORE = 306
const LAST_ACT = 200

const corrected = (made: Parameters<typeof play>[0], acts: ReadonlyArray<LateAct>): Play => {
  const versions = versionsCount()
  const laws: Watch = (one, events) => {
    escrowIsSound(one, events)
    versions(one, events)
  }
  const played = play(made, laws)
  played.state.preferences.clear()
  const first = played.state.grid.marketTime
  for (let more = 1; more <= MORE; more++) {
    for (const one of acts) {
      const sent = one.at + 1 === more ? lateRecordOf(played, made.world, one) : undefined
      if (sent !== undefined) send(played, sent, laws)
    }
    recordDueRuns(made.world, played, send(played, fromOperator({ kind: "Tick", area: "area", time: first + more * PERIOD_SECONDS }), laws), laws)
  }
  creditIsConserved(played)
  return played
}

const histories = fc.record({ made: history({ min: 3, max: 10 }), acts: fc.array(lateAct(LAST_ACT), { minLength: 1, maxLength: 14 }) })

it("the sum of all versions is the settlement of the newest values from scratch, for any edits, imports and late readings in any order", () => {
  fc.assert(
    fc.property(histories, ({ made, acts }) => {
      const played = corrected(made, acts)
      const byDay = Map.groupBy(played.runs, ({ inputs }) => `${inputs.community}/${inputs.settlementPeriod}`)
      for (const versions of byDay.values()) {
        expect(versions.map(({ inputs }) => inputs.version)).toEqual(versions.map((_, index) => index + 1))
        for (const { postings } of versions) expect(postings.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n)
        const due = eventsOf(played.events, "RunDue").findLast(({ community, settlementPeriod }) => `${community}/${settlementPeriod}` === `${versions[0]!.inputs.community}/${versions[0]!.inputs.settlementPeriod}`)!
        const { postings: whole, publicRows } = settleWhole(inputsOf(made.world, played, due, 0))
        const all = versions.flatMap(({ postings }) => postings)
        expect(sumPostings(versions.map(({ postings }) => postings))).toEqual(sumPostings([whole]))
        expect(netPositions(all)).toEqual(netPositions(whole))
        expect(statementLines(all)).toEqual(statementLines(whole))
        expect(versions.at(-1)!.publicRows).toEqual(publicRows)
      }
      const expected = new Map([...played.state.accounts.members.keys()].map((member) => [member, 0n]))
      for (const { member, amount } of eventsOf(played.events, "DepositRecorded")) expected.set(member, expected.get(member)! + BigInt(amount))
      for (const { member, amount } of played.runs.flatMap(({ positions }) => positions)) expected.set(member, expected.get(member)! + amount)
      expect(new Map([...played.state.accounts.members].map(([member, { credit }]) => [member, credit]))).toEqual(expected)
    }),
    runs(25)
  )
})

it("a version has exactly the values that changed since the one before, and none is made where no value did", () => {
  fc.assert(
    fc.property(histories, ({ made, acts }) => {
      for (const { inputs } of corrected(made, acts).runs) {
        if (inputs.previous === undefined) continue
        expect(inputs.previous.changed.length).toBeGreaterThan(0)
        for (const { meteringPoint, period, before } of inputs.previous.changed) {
          const now = inputs.points.find((point) => point.meteringPoint === meteringPoint)!.values[inputs.periods.indexOf(period)]!
          expect(now.version).toBeGreaterThan(before?.version ?? 0)
        }
      }
    }),
    runs(8)
  )
})

it("corrections replay: from genesis and from any snapshot the same events and state", () => {
  fc.assert(
    fc.property(histories, fc.nat(), ({ made, acts }, cut) => {
      const live = corrected(made, acts)
      const opened = live.records.length - (cut % 400) - 1
      const replayed = play({ ...made, steps: made.steps }).state
      const from = replayed.nextPosition
      replayed.preferences.clear()
      let restored = replayed
      for (const record of live.records.slice(from)) {
        expect(step(replayed, record)).toEqual(live.eventsByRecord[record.position])
        if (restored !== replayed) step(restored, record)
        if (record.position === opened) restored = decodeState(encodeState(replayed))
      }
      for (const state of [replayed, restored]) expect([stateHash(state), encodeState(state)]).toEqual([stateHash(live.state), encodeState(live.state)])
    }),
    runs(6)
  )
})

it("histories are worth their name: second and third versions, with and without effect, of edits, imports and late readings", () => {
  const seen = new Map<string, number>()
  const count = (name: string) => seen.set(name, (seen.get(name) ?? 0) + 1)
  for (const { made, acts } of fc.sample(histories, { numRuns: 20, seed: 7 })) {
    const played = corrected(made, acts)
    for (const { inputs, postings, positions } of played.runs) {
      if (inputs.version > 1) count(`version ${Math.min(inputs.version, 3)}`)
      if (inputs.version > 1) count(postings.length === 0 ? "posts nothing" : "posts")
      if (inputs.version > 1 && positions.length > 0) count("moves money")
      if (inputs.previous?.standing.some((line) => line.kind === "market")) count("corrects trades")
    }
    for (const { kind } of played.events) if (kind === "IntervalValueEdited" || kind === "IntervalValuesImported") count(kind)
    if ([...played.state.accounts.members.values()].some(({ credit }) => credit < 0n)) count("debt")
  }
  for (const name of ["version 2", "version 3", "posts nothing", "posts", "moves money", "corrects trades", "IntervalValueEdited", "IntervalValuesImported", "debt"]) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0)
})

it("from any settlement to any other and back: the differences sum to what stands, in any number of steps", () => {
  fc.assert(
    fc.property(fc.array(shortInputs, { minLength: 1, maxLength: 4 }), (all) => {
      const versions: Array<ReadonlyArray<Posting>> = []
      for (const inputs of all) {
        const now = settleWhole(inputs).postings
        versions.push(postDifference(now, sumPostings(versions)))
        expect(sumPostings(versions)).toEqual(sumPostings([now]))
      }
    }),
    runs(150)
  )
})
