import type { Measured, Try } from "./messages.ts"

/** A mutant's own code may run so many times as often as without it before its loop is taken for endless. */
const TIMES_AS_OFTEN = 100
/** Processor time that a test may take: so much, and so many times what it took without a mutant. */
const MILLISECONDS = 1_500
const TIMES_AS_LONG = 3
/** Tests that take longer are left out: they ask whether histories meet everything, not what the market does with it. */
const LONGEST = 1_200

/** Orders tests so that what kills soonest comes first: kills so far for each millisecond of those who did not. */
export class TestOrder {
  private readonly measured: ReadonlyArray<Measured>
  private readonly kills: Array<number>

  constructor(measured: ReadonlyArray<Measured>) {
    this.measured = measured
    this.kills = measured.map(() => 0)
  }

  killed(test: number): void {
    this.kills[test]!++
  }

  /** Tests that run the mutant's code; all of them where `mutant` is undefined. */
  for(mutant: string | undefined): Try["tests"] {
    const worth = (test: number): number => (this.kills[test]! + 0.1) / (this.measured[test]!.milliseconds + 2)
    return this.measured
      .map(({ hits, milliseconds }, test) => ({ test, milliseconds: MILLISECONDS + TIMES_AS_LONG * milliseconds, hits: mutant === undefined ? Infinity : (hits[mutant] ?? 0) * TIMES_AS_OFTEN }))
      .filter(({ test, hits }) => hits > 0 && this.measured[test]!.milliseconds <= LONGEST)
      .toSorted((left, right) => worth(right.test) - worth(left.test))
  }
}
