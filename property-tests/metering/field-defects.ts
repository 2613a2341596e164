import { LONGEST_JUMP } from "../../engine/core/metering/sequence-mark.ts"
import { programKey } from "../arbitraries/record.ts"
import { GATEWAY, OTHER, POINT, readingOf, type CleanDay, type DayPlayer } from "./days.ts"

/** A number of [low, high], evenly or (for sizes of every magnitude) by its logarithm. */
export interface Chance {
  readonly whole: (low: number, high: number) => number
  readonly magnitude: (low: number, high: number) => number
}

/** A defect seen in the field: what happens on a day, how large it is, from which size on it must be flagged, and by which reasons. */
export interface Defect {
  readonly name: string
  /** What the size is, and from which on every one is flagged. */
  readonly detectable: string
  readonly reasons: ReadonlyArray<string>
  /** Plays the day with the defect in it; answers whether its size is a detectable one. */
  readonly play: (day: CleanDay, chance: Chance, player: DayPlayer) => boolean
}

const totals = ({ registerWh, energies }: CleanDay): Array<number> => {
  let sum = registerWh
  return energies.map((energy) => (sum += energy))
}

type Shown = { readonly registerWh: number; readonly powerW?: number; readonly sequence?: number; readonly time?: number } | undefined

/** Plays the day's readings as `shown` shows them (undefined: it does not come), and closes the day. */
const playDay = (day: CleanDay, player: DayPlayer, shown: (index: number, registerWh: number) => Shown, after: (index: number, time: number) => void = () => undefined): void => {
  for (const [index, registerWh] of totals(day).entries()) {
    const time = day.start + (index + 1) * 900
    const one = shown(index, registerWh)
    if (one !== undefined) player.take(time, { ...readingOf(day.sequence + index + 1, time, registerWh, day.energies[index]!), ...one })
    after(index, time)
  }
  player.close(day.start, day.end)
}

const same = (registerWh: number): Shown => ({ registerWh })
const lastOf = ({ energies }: CleanDay): number => energies.length - 1
const longestZero = (energies: ReadonlyArray<number>): number => {
  let [longest, run] = [0, 0]
  for (const energy of energies) longest = Math.max(longest, (run = energy === 0 ? run + 1 : 0))
  return longest
}
const knownDays = ({ state }: CleanDay): ReadonlyArray<ReadonlyArray<number>> => state.points.get(POINT)!.days.map(({ energies }) => energies.filter((one) => one > 0).map((one) => one - 1))
const sumOf = (values: ReadonlyArray<number>): number => values.reduce((left, right) => left + right, 0)

export const defects: ReadonlyArray<Defect> = [
  {
    name: "readings lost",
    detectable: "1 reading",
    reasons: ["Gap", "SequenceGapFound"],
    play: (day, { whole }, player) => {
      const [from, count] = [whole(1, lastOf(day) - 9), whole(1, 8)]
      playDay(day, player, (index, register) => (index >= from && index < from + count ? undefined : same(register)))
      return true
    }
  },
  {
    name: "no reading until the day ends",
    detectable: "1 period",
    reasons: ["IntervalEstimated"],
    play: (day, { whole }, player) => {
      const from = whole(0, lastOf(day))
      playDay(day, player, (index, register) => (index >= from ? undefined : same(register)))
      return true
    }
  },
  {
    name: "reading sent twice",
    detectable: "1 reading",
    reasons: ["Repeated"],
    play: (day, { whole }, player) => {
      const again = whole(0, lastOf(day))
      playDay(day, player, (_, register) => same(register), (index, time) => {
        if (index === again) player.take(time, readingOf(day.sequence + index + 1, time, totals(day)[index]!, day.energies[index]!))
      })
      return true
    }
  },
  {
    name: "a momentary zero of the counter",
    detectable: "1 Wh on the counter",
    reasons: ["RegisterFellBack"],
    play: (day, { whole }, player) => {
      const at = whole(0, lastOf(day))
      playDay(day, player, (index, register) => same(index === at ? 0 : register))
      return true
    }
  },
  {
    name: "a torn or foreign value for one reading",
    detectable: "a jump above the connection's capacity in Wh",
    reasons: ["AboveCapacity", "RegisterFellBack"],
    play: (day, { whole, magnitude }, player) => {
      const [at, jump] = [whole(0, lastOf(day)), magnitude(1, 4_000_000_000)]
      playDay(day, player, (index, register) => same(index === at ? register + jump : register))
      return jump > day.capacityWh
    }
  },
  {
    name: "the register jumps and goes on from there",
    detectable: "a jump above the connection's capacity in Wh",
    reasons: ["AboveCapacity"],
    play: (day, { whole, magnitude }, player) => {
      const [at, jump] = [whole(0, lastOf(day)), magnitude(1, 4_000_000_000)]
      playDay(day, player, (index, register) => same(index >= at ? register + jump : register))
      return jump > day.capacityWh
    }
  },
  {
    name: "the register is reset",
    detectable: "1 Wh more on the counter than after the reset",
    reasons: ["RegisterFellBack"],
    play: (day, { whole }, player) => {
      const at = whole(0, lastOf(day))
      const gone = totals(day)[at]!
      playDay(day, player, (index, register) => same(index >= at ? register - gone : register))
      return true
    }
  },
  {
    name: "rollover of a counter whose width is not known",
    detectable: "any",
    reasons: ["RegisterFellBack"],
    play: (day, _, player) => {
      const width = day.registerWh + Math.floor(sumOf(day.energies) / 2) + 1
      playDay(day, player, (_index, register) => same(register >= width ? register - width : register))
      return sumOf(day.energies) > 0
    }
  },
  {
    name: "rollover of a counter whose width is known",
    detectable: "any",
    reasons: ["Rollover"],
    play: (day, _, player) => {
      const width = day.registerWh + Math.floor(sumOf(day.energies) / 2) + 1
      player.command(day.start, { kind: "DescribeRegister", meteringPoint: POINT, rolloverWh: width, resolutionWh: 1 })
      playDay(day, player, (_index, register) => same(register >= width ? register - width : register))
      return sumOf(day.energies) > 0
    }
  },
  {
    name: "the register stands still under power",
    detectable: "200 Wh by the least power reported",
    reasons: ["Stale"],
    play: (day, { whole }, player) => {
      const [from, count] = [whole(1, lastOf(day) - 1), whole(1, 12)]
      const until = Math.min(lastOf(day) + 1, from + count)
      playDay(day, player, (index, register) => same(index >= from && index < until ? totals(day)[from - 1]! : register))
      const powers = day.energies.slice(from - 1, until).map((energy) => 4 * energy)
      return (Math.min(...powers) * (until - from)) / 4 > 200
    }
  },
  {
    name: "a dead meter's last values with fresh timestamps",
    detectable: "an hour, and 200 Wh by the power repeated",
    reasons: ["Republished"],
    play: (day, { whole }, player) => {
      const from = whole(1, lastOf(day))
      const powerW = 4 * day.energies[from - 1]!
      playDay(day, player, (index, register) => (index >= from ? { registerWh: totals(day)[from - 1]!, powerW } : same(register)))
      const count = lastOf(day) + 1 - from
      return count >= 4 && (powerW * count) / 4 > 200
    }
  },
  {
    name: "nothing counted for a while",
    detectable: "two hours, and twice the longest such time of the weeks before",
    reasons: ["Zero", "LowLimit"],
    play: (day, { whole }, player) => {
      const from = whole(0, lastOf(day))
      const until = Math.min(lastOf(day) + 1, from + whole(1, 90))
      const counted = day.energies.map((energy, index) => (index >= from && index < until ? 0 : energy))
      const registers = totals({ ...day, energies: counted })
      playDay(day, player, (index) => ({ registerWh: registers[index]!, powerW: 4 * counted[index]! }))
      return longestZero(counted) > Math.max(8, 2 * Math.max(...knownDays(day).map(longestZero)))
    }
  },
  {
    name: "one interval too high, within the capacity",
    detectable: "three times the third highest, twice the weeks before, and 250 Wh",
    reasons: ["Spike", "AboveCapacity"],
    play: (day, { whole, magnitude }, player) => {
      const [at, extra] = [whole(0, lastOf(day)), magnitude(10, 3_000)]
      const counted = day.energies.map((energy, index) => (index === at ? energy + extra : energy))
      const registers = totals({ ...day, energies: counted })
      playDay(day, player, (index) => ({ registerWh: registers[index]!, powerW: 4 * counted[index]! }))
      const third = counted.toSorted((a, b) => b - a)[2]!
      return counted[at]! > Math.max(3 * third, 2 * day.highestKnown) + 250
    }
  },
  {
    name: "more than the connection can carry",
    detectable: "the connection's capacity",
    reasons: ["AboveCapacity"],
    play: (day, { whole }, player) => {
      const [at, permille] = [whole(0, lastOf(day)), whole(500, 3_000)]
      const energy = Math.floor((day.capacityWh * permille) / 1_000)
      const counted = day.energies.map((one, index) => (index === at ? energy : one))
      const registers = totals({ ...day, energies: counted })
      playDay(day, player, (index) => ({ registerWh: registers[index]!, powerW: 4 * counted[index]! }))
      return energy > day.capacityWh
    }
  },
  {
    name: "the device's clock drifts",
    detectable: "10 s",
    reasons: ["ClockDrift"],
    play: (day, { whole }, player) => {
      const offset = whole(-60, 60)
      player.report({ kind: "ReportClock", meteringPoint: POINT, time: day.start, offset })
      playDay(day, player, (_, register) => same(register))
      return Math.abs(offset) > 9
    }
  },
  {
    name: "a reading from the future",
    detectable: "more than one period ahead of market time",
    reasons: ["FromTheFuture"],
    play: (day, { whole }, player) => {
      const [at, ahead] = [whole(0, lastOf(day)), whole(1, 3_600)]
      playDay(day, player, (index, registerWh) => (index === at ? { registerWh, time: day.start + (index + 1) * 900 + ahead } : same(registerWh)))
      return ahead > 900
    }
  },
  {
    name: "a reading handed over late",
    detectable: "after the day behind its own was closed; before that it is used",
    reasons: ["Late"],
    play: (day, { whole }, player) => {
      // The reading before the day's last one still has its place next to it: it is used.
      const [at, days] = [whole(0, lastOf(day) - 2), whole(0, 3)]
      playDay(day, player, (index, register) => (index === at ? undefined : same(register)))
      for (let count = 0; count < days; count++) player.close(day.end + count * 86_400, day.end + (count + 1) * 86_400)
      const time = day.start + (at + 1) * 900
      player.take(day.end + days * 86_400 + 900, readingOf(day.sequence + at + 1, time, totals(day)[at]!, day.energies[at]!))
      return days >= 1
    }
  },
  {
    name: "two values signed for one time",
    detectable: "1 Wh between them",
    reasons: ["EquivocationFound"],
    play: (day, { whole }, player) => {
      const [at, difference] = [whole(0, lastOf(day)), whole(0, 5)]
      playDay(day, player, (_, register) => same(register), (index, time) => {
        if (index === at) player.take(time, readingOf(day.sequence + index + 1, time, totals(day)[index]! + difference, day.energies[index]!))
      })
      return difference >= 1
    }
  },
  {
    name: "the sequence jumps",
    detectable: "2",
    reasons: ["SequenceGapFound", "SequenceRestarted"],
    play: (day, { whole, magnitude }, player) => {
      const [at, jump] = [whole(0, lastOf(day) - 1), magnitude(1, 1_000 * LONGEST_JUMP)]
      playDay(day, player, (index, registerWh) => ({ registerWh, sequence: day.sequence + index + 1 + (index === at ? jump : 0) }))
      return true
    }
  },
  {
    name: "import and export swapped",
    detectable: "registers further apart than the capacity",
    reasons: ["LooksSwapped", "AboveCapacity", "RegisterFellBack"],
    play: (day, { whole, magnitude }, player) => {
      const [at, apart] = [whole(0, lastOf(day)), magnitude(1, 4_000_000) * (whole(0, 1) === 0 ? 1 : -1)]
      const other = totals(day)[at]! + apart
      player.take(day.start, { ...readingOf(1, day.start, other, 0), meteringPoint: OTHER })
      playDay(day, player, (index, register) => same(index >= at ? other : register))
      return Math.abs(apart) > day.capacityWh
    }
  },
  {
    name: "the sum is not what the check meter counted",
    detectable: "20 Wh and 2 % of the check meter",
    reasons: ["SumDiffers"],
    play: (day, { whole, magnitude }, player) => {
      const [at, missing] = [whole(0, lastOf(day)), magnitude(1, 500)]
      playDay(day, player, (_, register) => same(register))
      player.command(day.end, { kind: "SetCheckGroup", group: "feeder", points: [POINT], toleranceWh: 20, tolerancePermille: 20 })
      const check = day.energies[at]! + missing
      player.command(day.end, { kind: "RecordCheckValue", group: "feeder", period: day.start + at * 900, energyWh: day.direction === "withdrawal" ? check : -check })
      return missing > 20 + Math.floor((check * 20) / 1_000)
    }
  },
  {
    name: "official values do not sum to the register",
    detectable: "two of the coarsest register steps (200 Wh) and 1 % of the day",
    reasons: ["RegisterDiffers"],
    play: (day, { magnitude }, player) => {
      const more = Math.min(magnitude(1, 20_000), sumOf(day.energies.map((energy) => day.capacityWh - energy)))
      playDay(day, player, (_, register) => same(register))
      let left = more
      const values = day.energies.map((energy, index) => {
        const extra = Math.min(left, day.capacityWh - energy)
        left -= extra
        return { period: day.start + index * 900, energyWh: energy + extra, quality: "measured" as const }
      })
      player.command(day.end, { kind: "ImportIntervalValues", meteringPoint: POINT, document: new Uint8Array(32), who: "operator", values })
      return more > 200 + Math.floor(sumOf(day.energies) / 100)
    }
  },
  {
    name: "power against the direction",
    detectable: "26 W",
    reasons: ["NegativePower"],
    play: (day, { whole, magnitude }, player) => {
      const [at, powerW] = [whole(0, lastOf(day)), -magnitude(1, 5_000)]
      playDay(day, player, (index, registerWh) => (index === at ? { registerWh, powerW } : same(registerWh)))
      return powerW < -25
    }
  },
  {
    name: "the meter is exchanged, and the operator says so",
    detectable: "any",
    reasons: ["MeterExchange"],
    play: (day, { whole }, player) => {
      const [at, initial] = [whole(0, lastOf(day) - 1), whole(0, 100_000)]
      const time = day.start + at * 900 + 450
      const final = (at === 0 ? day.registerWh : totals(day)[at - 1]!) + Math.floor(day.energies[at]! / 2)
      playDay(day, player, (index, register) => same(index >= at ? register - final + initial : register), (index) => {
        if (index !== at - 1 && !(at === 0 && index === 0)) return
        player.command(day.start + (at + 1) * 900, { kind: "ExchangeMeter", meteringPoint: POINT, time, finalRegisterWh: final, initialRegisterWh: initial, gatewayKey: GATEWAY, rolloverWh: 0, resolutionWh: 1, who: "operator", why: "calibration" })
      })
      return true
    }
  },
  {
    name: "estimated for long",
    detectable: "97 periods",
    reasons: ["ProlongedEstimation"],
    play: (day, { whole }, player) => {
      const [from, days] = [whole(0, lastOf(day)), whole(0, 2)]
      playDay(day, player, (index, register) => (index >= from ? undefined : same(register)))
      for (let count = 0; count < days; count++) player.close(day.end + count * 86_400, day.end + (count + 1) * 86_400)
      return lastOf(day) + 1 - from + 96 * days > 96
    }
  },
  {
    name: "a reading signed by somebody else",
    detectable: "any",
    reasons: ["NotItsGateway"],
    play: (day, { whole }, player) => {
      const at = whole(0, lastOf(day))
      playDay(day, player, (_, register) => same(register), (index, time) => {
        if (index === at) player.take(time, readingOf(day.sequence + index + 2, time + 1, totals(day)[index]!, 0), programKey("stranger"))
      })
      return true
    }
  },
  {
    name: "the register in another unit",
    detectable: "a factor of 10",
    reasons: ["RegisterFellBack", "AboveCapacity"],
    play: (day, { whole }, player) => {
      const [at, factor] = [whole(0, lastOf(day)), [0.001, 0.1, 10, 1_000][whole(0, 3)]!]
      playDay(day, player, (index, register) => same(index >= at ? Math.floor(register * factor) : register))
      return true
    }
  },
  {
    name: "a part of the energy not counted all day",
    detectable: "a day's sum below a tenth of the least of the weeks before (1 kWh at least), withdrawals only",
    reasons: ["LowLimit", "Zero"],
    play: (day, { whole }, player) => {
      const permille = whole(0, 1_000)
      const counted = day.energies.map((energy) => Math.floor((energy * permille) / 1_000))
      const registers = totals({ ...day, energies: counted })
      playDay(day, player, (index) => ({ registerWh: registers[index]!, powerW: 4 * counted[index]! }))
      const least = Math.min(...knownDays(day).map(sumOf))
      return day.direction === "withdrawal" && least >= 1_000 && sumOf(counted) * 10 <= least
    }
  },
  {
    name: "a reading batch left out of the chain",
    detectable: "1 batch",
    reasons: ["BatchChainBroken"],
    play: (day, { whole }, player) => {
      const at = whole(0, lastOf(day) - 1)
      playDay(day, player, (index, register) => (index === at ? undefined : same(register)), (index, time) => {
        if (index === at) player.take(time, readingOf(day.sequence + index + 1, time, totals(day)[index]!, 0), GATEWAY, new Uint8Array(32).fill(255))
      })
      return true
    }
  }
]
