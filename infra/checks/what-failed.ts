/** The part of vitest's JSON report that names what failed. */
interface VitestReport {
  readonly testResults: ReadonlyArray<{
    readonly name: string
    readonly status: string
    readonly message?: string
    readonly assertionResults: ReadonlyArray<{ readonly status: string; readonly fullName: string; readonly failureMessages?: ReadonlyArray<string> | null }>
  }>
}

// eslint-disable-next-line no-control-regex -- colours of a terminal are control characters
const colours = /\u001b\[[0-9;]*m/g
const linesOfMessage = 12
const linesOfOutput = 40

const head = (text: string): string => text.replaceAll(colours, "").split("\n").slice(0, linesOfMessage).map((line) => `      ${line}`).join("\n")

/** Names every failed test of a vitest JSON report with the head of its message, and every file that broke outside its tests. */
export const failuresOfVitest = (report: string): string => {
  const found: Array<string> = []
  for (const file of (JSON.parse(report) as VitestReport).testResults) {
    const failed = file.assertionResults.filter(({ status }) => status === "failed")
    for (const { fullName, failureMessages } of failed) found.push(`  ${file.name}\n    ${fullName}\n${head((failureMessages ?? []).join("\n"))}`)
    if (file.status === "failed" && failed.length === 0) found.push(`  ${file.name}\n${head(file.message ?? "")}`)
  }
  return found.join("\n")
}

/** The files of a vitest JSON report in which a test failed or that broke outside their tests. */
export const failedFiles = (report: string): ReadonlyArray<string> =>
  (JSON.parse(report) as VitestReport).testResults.filter(({ status }) => status === "failed").map(({ name }) => name)

/** Tests of a vitest JSON report, without those of the files in `except`. A file that broke outside its tests counts as one failed. */
export const countVitest = (report: string, except: ReadonlySet<string> = new Set()): { readonly passed: number; readonly failed: number } => {
  let passed = 0
  let failed = 0
  for (const { name, status, assertionResults } of (JSON.parse(report) as VitestReport).testResults) {
    if (except.has(name)) continue
    const failedHere = assertionResults.filter((test) => test.status === "failed").length
    passed += assertionResults.filter((test) => test.status === "passed").length
    failed += status === "failed" ? Math.max(1, failedHere) : failedHere
  }
  return { passed, failed }
}

/**
 * The last words of a command that names no failed test by itself. An error outside every test
 * (vitest's "Unhandled Errors") stands where it was printed, so what follows that heading goes first.
 */
export const lastWords = (output: string): string => {
  const lines = output.replaceAll(colours, "").trimEnd().split("\n")
  const unhandled = lines.findIndex((line) => /Unhandled (Error|Rejection)/.test(line))
  const shown = unhandled === -1 ? lines.slice(-linesOfOutput) : lines.slice(unhandled, unhandled + linesOfOutput)
  return shown.map((line) => `  ${line}`).join("\n")
}
