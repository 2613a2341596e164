const multiplier = Number(process.env["COMMONWATT_PROPERTY_RUNS"] ?? "1")

/** Options for fast-check: `count` cases, times COMMONWATT_PROPERTY_RUNS for a longer search. */
export const runs = (count: number): { readonly numRuns: number } => ({ numRuns: Math.max(1, Math.round(count * multiplier)) })
