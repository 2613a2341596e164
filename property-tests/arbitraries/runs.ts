const multiplier = Number(process.env["COMMONWATT_PROPERTY_RUNS"] ?? "1")

/** Options for fast-check: `count` cases, times COMMONWATT_PROPERTY_RUNS for a longer search. */
export const runs = (count: number): { readonly numRuns: number } => ({ numRuns: Math.max(1, Math.round(count * multiplier)) })

/** Cases of the one property that is proven over a million communities: COMMONWATT_COMMUNITIES, or `count` times the longer search. */
export const communityRuns = (count: number): { readonly numRuns: number } => {
  const wanted = Number(process.env["COMMONWATT_COMMUNITIES"])
  return wanted > 0 ? { numRuns: wanted } : runs(count)
}
