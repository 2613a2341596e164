/** What a trial is started with. */
export interface Start {
  readonly kind: "load"
  /** TypeScript files that are replaced, by their whole paths, with their instrumented texts. */
  readonly replaced: ReadonlyMap<string, string>
  readonly testFiles: ReadonlyArray<string>
}

/** What one test did with the unchanged code. */
export interface Measured {
  readonly name: string
  /** Processor time. */
  readonly milliseconds: number
  /** How often it came to instrumented code, and of which mutants. */
  readonly calls: number
  readonly mutants: ReadonlyArray<string>
  readonly failure: string | undefined
}

export interface Try {
  readonly kind: "try"
  readonly mutant: string
  /** The mutant's code runs while files are loaded: they are loaded again with it. */
  readonly isLoaded: boolean
  /** A compiled assembly that holds the mutant, and by which number. */
  readonly assembly: { readonly binary: Uint8Array; readonly number: number } | undefined
  /** Tests in the order in which they are to run, with the processor time that each may take, and how often it may come to instrumented code. */
  readonly tests: ReadonlyArray<{ readonly test: number; readonly milliseconds: number; readonly calls: number }>
}
export type Question = Start | Try | { readonly kind: "measure" }

export type Answer =
  | { readonly kind: "loaded"; readonly tests: ReadonlyArray<string> }
  | { readonly kind: "failed to load"; readonly failure: string }
  | { readonly kind: "measured"; readonly tests: ReadonlyArray<Measured>; readonly whileLoading: ReadonlyArray<string> }
  /** `by` is undefined where the tests could not be loaded with it. `isSpoiled`: the same test fails without the mutant now, which therefore said nothing. */
  | { readonly kind: "killed"; readonly by: number | undefined; readonly isSpoiled: boolean }
  | { readonly kind: "stopped" }
  | { readonly kind: "survived" }
