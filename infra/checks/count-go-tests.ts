/** Counts tests in the output of `go test -json`; a package that fails without a failing test (it does not build) counts as one failure. */
export const countGoTests = (output: string): { readonly passed: number; readonly failed: number } => {
  let passed = 0
  let failed = 0
  const brokenPackages = new Set<string>()
  const packagesWithFailingTest = new Set<string>()
  for (const line of output.split("\n")) {
    if (!line.startsWith("{")) continue
    const event = JSON.parse(line) as { readonly Action: string; readonly Package?: string; readonly Test?: string }
    if (event.Test !== undefined && event.Action === "pass") passed++
    if (event.Test !== undefined && event.Action === "fail") {
      failed++
      packagesWithFailingTest.add(event.Package ?? "")
    }
    if (event.Test === undefined && event.Action === "fail") brokenPackages.add(event.Package ?? "")
  }
  for (const name of brokenPackages) if (!packagesWithFailingTest.has(name)) failed++
  return { passed, failed }
}
