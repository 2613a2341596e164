import { livingParts, postmasters, type Village } from "./village.ts"

/** Everything that is not as it has to be when the same command line has finished what crashes interrupted. Empty is good. */
export const findingsAfterCrash = async (one: Village, outcomeHash: string, env: NodeJS.ProcessEnv = {}): Promise<ReadonlyArray<string>> => {
  const findings: Array<string> = []
  const before = postmasters(one.data)
  if (before.length > 1) findings.push(`${before.length} database servers on one folder: ${before.join(", ")}`)
  const { code, signal, stdout, stderr } = await one.spawn(env).ended
  if (code === 0) {
    const figures = JSON.parse(stdout) as { outcomeHash: string; energyErrorWh: number; moneyError: number }
    if (figures.outcomeHash !== outcomeHash) findings.push(`outcomeHash ${figures.outcomeHash}, undisturbed ${outcomeHash}`)
    if (figures.energyErrorWh !== 0 || figures.moneyError !== 0) findings.push(`errors of energy ${figures.energyErrorWh} Wh, of money ${figures.moneyError} nano`)
  } else findings.push(`the restart ended with ${code ?? signal}: ${stderr}`)
  const audit = await one.audit()
  if (audit.code !== 0) findings.push(`the audit says: ${audit.stdout}${audit.stderr}`)
  const left = livingParts(one.data)
  if (left.length > 0) findings.push(`still running: ${JSON.stringify(left)}`)
  return findings
}
