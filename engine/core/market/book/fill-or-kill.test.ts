import { describe, expect, it } from "vitest"
import { bothBooks, readable, readableRules as rules } from "../../../../property-tests/arbitraries/readable-books.ts"
import { ALLOW, CANCEL_BOTH, CANCEL_NEWEST, CANCEL_OLDEST, DECREMENT } from "./terms.ts"

const kind = "fok"

describe.each(bothBooks)("%s books: fill-or-kill", (_name, make) => {
  it.each([ALLOW, CANCEL_NEWEST])("counts what lies within its limit, policy %i", (policy) => {
    const { place } = readable(make(rules), 1)
    for (const price of [100, 110, 120]) place("ada", "sell", price, 5)
    place("cleo", "buy", 90, 5)
    expect(place("dan", "buy", 110, 11, { kind, policy })).toBe("NotFillable")
    expect(place("dan", "buy", 110, 10, { kind, policy })).toEqual(["ada 5 @ 100", "ada 5 @ 110"])
  })

  it.each([ALLOW, CANCEL_NEWEST])("counts what lies within its limit on the other side, down to the lowest price, policy %i", (policy) => {
    const { place } = readable(make(rules), 1)
    for (const price of [-80, -90, -100]) place("ada", "buy", price, 5)
    expect(place("dan", "sell", -90, 11, { kind, policy })).toBe("NotFillable")
    expect(place("dan", "sell", -90, 6, { kind, policy })).toEqual(["ada 5 @ -80", "ada 1 @ -90"])
    expect(place("dan", "sell", -100, 10, { kind, policy })).toBe("NotFillable")
    expect(place("dan", "sell", -100, 9, { kind, policy })).toEqual(["ada 4 @ -90", "ada 5 @ -100"])
  })

  it("asks whom it may meet where it may trade with its own, too", () => {
    const { place } = readable(make(rules), 1)
    place("ada", "sell", 100, 5)
    place("ben", "sell", 100, 5)
    expect(place("dan", "buy", 100, 6, { kind, policy: ALLOW, named: ["ada"] })).toBe("NotFillable")
    expect(place("dan", "buy", 100, 5, { kind, policy: ALLOW, named: ["ada"] })).toEqual(["ada 5 @ 100"])
    place("ada", "sell", 90, 3, { named: ["dan"] })
    expect(place("dan", "buy", 100, 8, { kind, policy: ALLOW })).toEqual(["ada 3 @ 90", "ben 5 @ 100"])
  })

  it.each<[string, number, number, ReadonlyArray<string>]>([
    ["trades with it where that is allowed", ALLOW, 15, ["ada 5 @ 100", "dan 5 @ 110", "ben 5 @ 120"]],
    ["is stopped by it where the newest is cancelled", CANCEL_NEWEST, 5, ["ada 5 @ 100"]],
    ["passes it over where the oldest is cancelled", CANCEL_OLDEST, 10, ["ada 5 @ 100", "dan closed 5", "ben 5 @ 120"]],
    ["is stopped by it where both are cancelled", CANCEL_BOTH, 5, ["ada 5 @ 100"]],
    ["is stopped by it where both are reduced", DECREMENT, 5, ["ada 5 @ 100"]]
  ])("an own order among the others: %s", (_what, policy, most, lines) => {
    const { place } = readable(make(rules), 1)
    place("ada", "sell", 100, 5)
    place("dan", "sell", 110, 5)
    place("ben", "sell", 120, 5)
    // With a directed order in the book nobody's Wh are counted by price alone.
    place("cleo", "sell", 300, 5, { named: ["ada"] })
    expect(place("dan", "buy", 120, most + 1, { kind, policy })).toBe("NotFillable")
    expect(place("dan", "buy", 120, most, { kind, policy })).toEqual(lines)
  })

  it("that names owners counts theirs only", () => {
    const { place } = readable(make(rules), 1)
    place("ada", "sell", 100, 5)
    place("ben", "sell", 110, 5)
    place("cleo", "sell", 120, 5)
    place("ada", "sell", 90, 3, { named: ["dan"] })
    expect(place("dan", "buy", 120, 11, { kind, named: ["ben", "cleo"] })).toBe("NotFillable")
    expect(place("dan", "buy", 120, 10, { kind, named: ["ben", "cleo"] })).toEqual(["ben 5 @ 110", "cleo 5 @ 120"])
  })

  it("counts of directed orders those that name its owner, stand on the other side and lie within its limit", () => {
    const { place } = readable(make(rules), 1)
    place("ada", "sell", 90, 5, { named: ["ben", "dan"] })
    place("cleo", "sell", 90, 5, { named: ["ben", "ada"] })
    place("ada", "sell", 130, 5, { named: ["dan"] })
    place("ben", "buy", 50, 5, { named: ["dan"] })
    expect(place("dan", "buy", 100, 6, { kind })).toBe("NotFillable")
    expect(place("dan", "sell", 40, 6, { kind })).toBe("NotFillable")
    expect(place("dan", "buy", 100, 5, { kind })).toEqual(["ada 5 @ 90"])
    expect(place("dan", "sell", 40, 5, { kind })).toEqual(["ben 5 @ 50"])
  })

  it("does not take another order's names for those of one that names eight", () => {
    const { place } = readable(make(rules), 1)
    place("ada", "sell", 90, 5, { named: ["ada", "ben", "cleo", "ada", "ben", "cleo", "ada", "ben"] })
    place("ben", "sell", 90, 5, { named: ["dan"] })
    expect(place("dan", "buy", 90, 10, { kind })).toBe("NotFillable")
    expect(place("dan", "buy", 90, 5, { kind })).toEqual(["ben 5 @ 90"])
  })

  it("does not take names of a longer list for those of a shorter one", () => {
    const { place } = readable(make(rules), 1)
    place("cleo", "sell", 300, 5, { named: ["ada", "ben", "dan"] })
    place("ada", "sell", 90, 5, { named: ["ben"] })
    expect(place("dan", "buy", 90, 5, { kind })).toBe("NotFillable")
    expect(place("ben", "buy", 90, 5, { kind })).toEqual(["ada 5 @ 90"])
  })

  it.each<[string, "buy" | "sell", number, "buy" | "sell"]>([["of two sellers the cheaper", "sell", 90, "buy"], ["of two buyers the dearer", "buy", 110, "sell"]])("meets a better directed order before an own one: %s", (_what, resting, better, coming) => {
    const { place } = readable(make(rules), 1)
    place("dan", resting, 100, 5)
    place("ada", resting, better, 5, { named: ["dan"] })
    expect(place("dan", coming, 100, 5, { kind })).toEqual([`ada 5 @ ${better}`])
  })

  it("at one price meets the older of a directed and an own order first", () => {
    const older = readable(make(rules), 1)
    older.place("ada", "sell", 100, 5, { named: ["dan"] })
    older.place("dan", "sell", 100, 5)
    expect(older.place("dan", "buy", 100, 5, { kind })).toEqual(["ada 5 @ 100"])
    const newer = readable(make(rules), 1)
    newer.place("dan", "sell", 100, 5)
    newer.place("ada", "sell", 100, 5, { named: ["dan"] })
    expect(newer.place("dan", "buy", 100, 5, { kind })).toBe("NotFillable")
  })
})
