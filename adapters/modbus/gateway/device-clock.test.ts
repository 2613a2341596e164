import { describe, expect, test } from "vitest"
import { AnswerTimeout, DeviceException } from "../client/errors.ts"
import { loadProfile } from "../profiles/load-profile.ts"
import { memoryOf, memoryUnit } from "../test-support/memory-unit.ts"
import { clockReader, clockRegisterOf, nearestUtc, shownSeconds } from "./device-clock.ts"
import facts from "./device-clocks.json" with { type: "json" }

const seconds = (text: string): number => Date.parse(text) / 1_000

describe("clocks of devices", () => {
  test("stand where the makers say, in devices that there are profiles for", () => {
    for (const profile of Object.keys(facts)) expect(loadProfile(profile).id).toBe(profile)
    expect(clockRegisterOf("schneider-iem3000")).toMatchObject({ functionCode: 3, address: 1_844, words: 4 })
    expect(clockRegisterOf("eastron-sdm630")).toBeUndefined()
  })

  test("Schneider's DATETIME: year from 2000 in 7 bits, month and day, hour and minute, milliseconds of the minute", () => {
    const iem = clockRegisterOf("schneider-iem3000")!
    // 2026-11-29 (a Sunday: weekday 1) 21:57:42.500.
    expect(shownSeconds(iem, [26, (11 << 8) | (1 << 5) | 29, (21 << 8) | 57, 42_500])).toBe(seconds("2026-11-29T21:57:42Z"))
    // Summer-time and invalidity bits do not change the hour and minute.
    expect(shownSeconds(iem, [26, (11 << 8) | 29, 0x8000 | (21 << 8) | 0x80 | 57, 0])).toBe(seconds("2026-11-29T21:57:00Z"))
    expect(shownSeconds(iem, [0, 0, 0, 0])).toBeUndefined()
    expect(shownSeconds(iem, [26, (13 << 8) | 1, 0, 0])).toBeUndefined()
  })

  test("Huawei's seconds of local time", () => {
    const sun = clockRegisterOf("huawei-sun2000-inverter")!
    expect(shownSeconds(sun, [0x6a6e, 0x1234])).toBe(0x6a6e1234)
    expect(shownSeconds(sun, [0, 0])).toBeUndefined()
  })

  test("local time is understood with and without summer time", () => {
    const summer = seconds("2026-07-01T10:00:00Z")
    expect(nearestUtc(seconds("2026-07-01T12:00:07Z"), "Europe/Vienna", summer)).toBe(summer + 7)
    expect(nearestUtc(seconds("2026-07-01T11:00:07Z"), "Europe/Vienna", summer)).toBe(summer + 7)
    const winter = seconds("2026-12-01T10:00:00Z")
    expect(nearestUtc(seconds("2026-12-01T10:59:53Z"), "Europe/Vienna", winter)).toBe(winter - 7)
    expect(nearestUtc(seconds("2026-12-01T10:59:53Z"), "Europe/Vienna", seconds("1999-12-01T10:00:00Z"))).toBeUndefined()
  })

  test("are read over the meter's own line; a model without one is not asked twice, one that is silent is", async () => {
    const now = seconds("2026-12-01T10:00:00Z")
    const register = clockRegisterOf("schneider-iem3000")!
    const unit = memoryUnit(memoryOf({ 1_844: [26, (12 << 8) | 1, 11 << 8, 15_000] }))
    expect(await clockReader(unit, register, "Europe/Vienna")(() => now)).toEqual({ seconds: now + 15, offset: 15 })
    const without = memoryUnit([])
    const read = clockReader(without, register, "Europe/Vienna")
    expect([await read(() => now), await read(() => now), without.asked.length]).toEqual([undefined, undefined, 1])
    let asked = 0
    const silent = clockReader({ read: () => { asked++; return Promise.reject(asked === 1 ? new AnswerTimeout("none") : new DeviceException(6)) } }, register, "Europe/Vienna")
    expect([await silent(() => now), await silent(() => now), asked]).toEqual([undefined, undefined, 2])
    const nowhere = memoryUnit([])
    expect(await clockReader(nowhere, register, undefined)(() => now)).toBeUndefined()
    expect(nowhere.asked).toEqual([])
  })
})
