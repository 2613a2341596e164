import { describe, expect, test } from "vitest"
import { OwnClock } from "./own-clock.ts"

const NOW = 1_800_000_000
/** A machine whose clocks a test sets. */
const machine = () => {
  const at = { wall: NOW, steady: 0 }
  return { at, clock: new OwnClock({ wall: () => at.wall, steady: () => at.steady }), pass: (seconds: number) => { at.wall += seconds; at.steady += seconds } }
}

describe("trust in the own clock", () => {
  test("comes from a time server, or from the engine, or not at all", () => {
    const { clock } = machine()
    expect(clock.status("synchronised")).toBe("synchronised")
    expect([clock.status("unsynchronised"), clock.status("unknown")]).toEqual(["unsynchronised", "unsynchronised"])
    clock.heard(NOW - 5)
    expect([clock.status("unknown"), clock.status("unsynchronised")]).toEqual(["informative", "informative"])
    clock.heard(NOW - 6)
    expect(clock.status("synchronised")).toBe("unsynchronised")
    const never = new OwnClock({ wall: () => 86_400, steady: () => 0 })
    expect(never.status("synchronised")).toBe("relative")
    expect(never.trouble(0, "synchronised")).toEqual({ kind: "NotSet" })
  })
})

describe("a clock that jumps", () => {
  test("takes its distance from the engine's along, so that a wrong one is known before anybody is asked", () => {
    const { at, clock, pass } = machine()
    clock.heard(NOW)
    pass(60)
    expect([clock.now(), clock.offset, clock.takeJump()]).toEqual([NOW + 60, 0, 0])
    at.wall += 86_400
    expect(clock.trouble(NOW, "unknown")).toEqual({ kind: "FarOff", offset: 86_400 })
    expect([clock.takeJump(), clock.takeJump()]).toEqual([86_400, 0])
    at.wall -= 86_400
    expect(clock.trouble(NOW, "unknown")).toBeUndefined()
    expect(clock.takeJump()).toBe(-86_400)
  })

  test("is slewed by less than anybody calls a jump", () => {
    const { at, clock, pass } = machine()
    pass(10)
    at.wall -= 1.5
    clock.now()
    expect(clock.takeJump()).toBe(0)
  })

  test("backward is waited for, up to a period; beyond it only a clock that is known to be right goes on at once", () => {
    const { clock } = machine()
    expect(clock.trouble(NOW, "unknown")).toBeUndefined()
    expect(clock.trouble(NOW + 900, "synchronised")).toEqual({ kind: "WentBack", behind: 900 })
    expect(clock.trouble(NOW + 901, "unknown")).toEqual({ kind: "WentBack", behind: 901 })
    expect(clock.trouble(NOW + 901, "synchronised")).toEqual({ kind: "WasAhead", behind: 901 })
    clock.heard(NOW)
    expect(clock.trouble(NOW + 901, "unknown")).toEqual({ kind: "WasAhead", behind: 901 })
    clock.heard(NOW + 2_000)
    expect(clock.trouble(NOW + 901, "unknown")).toEqual({ kind: "FarOff", offset: -2_000 })
  })
})
