import { expect, it } from "vitest"
import { Traders } from "./traders.ts"

const traders = new Traders([
  { meteringPoint: "ada-roof", member: "ada", community: "sun" },
  { meteringPoint: "ben-home", member: "ben", community: "moon" },
  { meteringPoint: "ada-home", member: "ada", community: "sun" }
])

it("points, members and communities are numbered by first mention", () => {
  expect(["ada-roof", "ben-home", "ada-home", "nowhere"].map((point) => traders.accountOf(point))).toEqual([0, 1, 2, undefined])
  expect(["ada", "ben", "cleo"].map((member) => traders.ownerOf(member))).toEqual([0, 1, undefined])
  expect([0, 1, 2].map((owner) => traders.memberOf(owner))).toEqual(["ada", "ben", undefined])
  expect([traders.homes, traders.list.length]).toEqual([["sun", "moon"], 3])
})

it("a book's key is its period and community, and leads back to both", () => {
  expect([traders.keyOf(900, "sun"), traders.keyOf(900, "moon"), traders.keyOf(1_800, "sun")]).toEqual([58_982_400, 58_982_401, 117_964_800])
  expect(traders.nameOf(58_982_401)).toEqual({ period: 900, community: "moon" })
  expect(traders.nameOf(58_982_402)).toEqual({ period: 900, community: undefined })
})
