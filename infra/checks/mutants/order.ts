import type { Measured, Try } from "./messages.ts"

/** A test may come to instrumented code so many times as often as without a mutant, and so often besides, before a loop is taken for endless. */
const TIMES_AS_OFTEN = 20
const CALLS = 100_000
/** Processor time that a test may take: so much, and so many times what it took without a mutant. */
const MILLISECONDS = 1_500
const TIMES_AS_LONG = 3

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
      .map(({ milliseconds, calls }, test) => ({ test, milliseconds: MILLISECONDS + TIMES_AS_LONG * milliseconds, calls: CALLS + TIMES_AS_OFTEN * calls }))
      .filter(({ test }) => mutant === undefined || this.measured[test]!.mutants.includes(mutant))
      .toSorted((left, right) => worth(right.test) - worth(left.test))
  }
}
