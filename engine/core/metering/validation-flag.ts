import { choice, type Infer } from "../quantity/codec.ts"
import type { Quality } from "./metering-point.ts"

/** What every flag does to the quality of the interval value that carries it. */
type Effect = "none" | "provisional"

/** Every flag with its effect. Numbers on the wire are places in this list: it only grows at its end. */
const EFFECTS = [
  // No reading near a period edge: the value was interpolated over more than one period.
  ["Gap", "none"],
  // A reading did not follow on the register and was left out.
  ["SuspectReading", "none"],
  // The counter went through its highest value.
  ["Rollover", "none"],
  // The register began again lower, or went on higher, than the line allows: what lay between is estimated.
  ["RegisterReset", "none"],
  ["RegisterJump", "none"],
  // The device was exchanged within the period.
  ["MeterExchange", "none"],
  // Two values were signed for one time.
  ["Disputed", "provisional"],
  // The register stood still although power was reported.
  ["Stale", "provisional"],
  // ... and so for an hour and more: a dead meter's last values with fresh timestamps.
  ["Republished", "provisional"],
  // Longer without energy than this point is known for.
  ["Zero", "none"],
  // The day's highest value is far above the third highest and above the weeks before.
  ["Spike", "none"],
  // The sum of a check group is not what its check meter counted.
  ["SumDiffers", "provisional"],
  // Official values do not sum to the difference of the device's register.
  ["RegisterDiffers", "none"],
  // The device's clock is off by more than 1 % of a period.
  ["ClockDrift", "provisional"],
  // No true value for a day and more.
  ["ProlongedEstimation", "none"],
  // Power against the point's direction: import and export may be swapped.
  ["NegativePower", "provisional"],
  // More than this point's connection should carry: half the capacity and twice the highest of three weeks.
  ["HighLimit", "none"],
  // Nearly nothing in a day where the weeks before had plenty.
  ["LowLimit", "none"]
] as const satisfies ReadonlyArray<readonly [string, Effect]>

const names = EFFECTS.map(([name]) => name) as unknown as ReadonlyArray<(typeof EFFECTS)[number][0]>

/** Why an interval value is looked at twice. The list only grows at its end. */
export const validationFlag = choice(names)
export type ValidationFlag = Infer<typeof validationFlag>

/** The flag as one bit of a set. */
export const bitOf = (flag: ValidationFlag): number => 2 ** names.indexOf(flag)

/** Flags of a set, in the order of the list. */
export const flagsOf = (bits: number): Array<ValidationFlag> => names.filter((_, index) => Math.floor(bits / 2 ** index) % 2 === 1)

/** The set with `flag` in it. */
export const withFlag = (bits: number, flag: ValidationFlag): number => (Math.floor(bits / bitOf(flag)) % 2 === 1 ? bits : bits + bitOf(flag))

/** The effect of a flag on a measured or calculated value. */
export const effectOf = (flag: ValidationFlag): Effect => EFFECTS.find(([name]) => name === flag)![1]

/** The quality that flags leave: a true value that one of them doubts is provisional. */
export const qualityUnder = (flags: ReadonlyArray<ValidationFlag>, quality: Quality): Quality =>
  (quality === "measured" || quality === "calculated") && flags.some((flag) => effectOf(flag) === "provisional") ? "provisional" : quality
